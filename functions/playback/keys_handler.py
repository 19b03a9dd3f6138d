"""CloudFormation events of the custom resource of playback keys → the distribution's store has the key.

The key before it stays until the next one comes, so that its tokens are valid until they expire.
"""

from typing import Any

from playback.keys import keep
from reelway.adapters import cloudformation, playback_wiring, telemetry
from reelway.adapters.settings import PlaybackKeysSettings

settings = PlaybackKeysSettings.from_environ()
logger = telemetry.logger_for("playback-keys")
store = playback_wiring.key_value_store(settings.store_arn)


def lambda_handler(event: dict[str, Any], context: object) -> None:
    asked = event["ResourceProperties"]
    with cloudformation.answered(event, "playback-keys", logger):
        if event["RequestType"] != "Delete":  # the store is deleted with all that is in it
            key = playback_wiring.playback_key(asked["Secret"], asked["Kid"])()
            former = event.get("OldResourceProperties", asked)["Kid"]
            logger.info("keys", kept=keep(store, key.kid, key.secret, former=former))
