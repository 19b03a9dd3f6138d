"""The authorizer of both APIs: API Gateway asks it about each Authorization header, once in five minutes."""

import time
from typing import Any

from authorizer.answers import allowing, refusing
from authorizer.authorizing import Authorizer
from authorizer.issuer import Issuer
from authorizer.refusal import TokenRefused
from reelway.adapters import clients, telemetry
from reelway.adapters.http_documents import fetch
from reelway.adapters.settings import AuthorizerSettings
from reelway.adapters.token_keys import token_keys

settings = AuthorizerSettings.from_environ()
logger = telemetry.logger_for("authorizer")
issuer = Issuer(settings.issuer, settings.audience, fetch) if settings.issuer else None
authorizer = Authorizer(token_keys(settings.token_key_secret, clients.ONCE), issuer)


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    try:
        bearer = authorizer.bearer_of(event, time.time())
    except TokenRefused as refused:
        logger.info("refused", reason=str(refused))
        return refusing(event)
    logger.info("authorized", owner=bearer.owner, grant=bearer.grant)
    return allowing(bearer, event["methodArn"])
