"""What MiniStack knows of signatures: which were made with credentials that it has itself given to a role.

Its root, the access key `test`, is not among them: everybody knows that key and its secret.
"""

import re
from collections.abc import Mapping
from typing import Any

from ministack.core import iam_evaluator, sigv4
from ministack.services import s3, sts

from local.named_errors import UnknownEmulator

_ALGORITHM = "AWS4-HMAC-SHA256"


class EmulatorsSignatures:
    """Raises UnknownEmulator if this MiniStack is not built like the version that this is written for."""

    def __init__(self) -> None:
        try:
            self._buckets, self._sessions = s3._buckets, sts._sessions
            self._verify, self._resolve = s3._verify_presigned_sigv4, iam_evaluator.resolve_credential
        except AttributeError as error:
            raise UnknownEmulator(str(error)) from error

    def has_bucket(self, path: str) -> bool:
        return path.split("/")[1] in self._buckets

    def is_presigned(
        self, method: str, path: str, headers: Mapping[str, str], query: Mapping[str, list[str]]
    ) -> bool:
        names = [name.lower() for name in query]
        if len(set(names)) < len(names) or any(len(values) != 1 for values in query.values()):
            return False  # of two values one may be verified, and the other used
        signed = query.get("X-Amz-Algorithm") == [_ALGORITHM] and "X-Amz-Expires" in query
        key_id = query.get("X-Amz-Credential", [""])[0].split("/")[0]
        is_complete = signed and bool(query.get("X-Amz-Signature", [""])[0]) and key_id in self._sessions
        return bool(is_complete and self._verify(method, path, headers, query) is None)

    def is_signed_form(self, fields: Mapping[str, str]) -> bool:
        scope = fields.get("x-amz-credential", "").split("/")
        if fields.get("x-amz-algorithm") != _ALGORITHM or len(scope) != 5 or "policy" not in fields:
            return False
        key_id, date, region, service, _ = scope
        secret = self._secret(key_id, fields.get("x-amz-security-token", ""))
        given = fields.get("x-amz-signature", "")
        if secret is None or not re.fullmatch("[0-9a-f]{64}", given):
            return False
        wanted = sigv4.calculate_signature(secret, date, region, service, fields["policy"])
        return bool(sigv4.signatures_match(wanted, given))

    def _secret(self, key_id: str, token: str) -> str | None:
        """Of temporary credentials that are valid; None of all others."""
        session: Mapping[str, Any] | None = self._sessions.get(key_id)
        if session is None:
            return None
        found = self._resolve(key_id, session.get("AccountId"), token)
        return getattr(found, "secret_access_key", None)
