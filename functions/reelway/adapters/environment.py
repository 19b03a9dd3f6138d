"""The environment of this process. No other module reads it."""

import os
from dataclasses import dataclass
from typing import Any, Self, cast, dataclass_transform, get_type_hints

from botocore.httpsession import DEFAULT_CA_BUNDLE

from reelway.adapters.variables import Variable


def search_path() -> str:
    """Folders in which ffmpeg is found; the default is Lambda's, whose layers lie in /opt."""
    return os.environ.get("PATH", "/opt/bin:/usr/bin:/bin")


def child_environment() -> dict[str, str]:
    """What child processes get of the environment: none of its credentials.

    LD_LIBRARY_PATH is where Lambda's Python finds its own library. OpenSSL, which is in ffmpeg, trusts the
    CAs of one file, and none that the machine may have beside it.
    """
    kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
    return kept | {"PATH": search_path(), "SSL_CERT_FILE": ca_bundle(), "SSL_CERT_DIR": os.devnull}


def ca_bundle() -> str:
    """The CAs by which storage is known: those that boto3 goes by."""
    return os.environ.get("AWS_CA_BUNDLE") or DEFAULT_CA_BUNDLE


@dataclass_transform(frozen_default=True)
class FromEnvironment:
    """Each field's annotation is the type of its value and the Variable that it is read from.

    A class becomes a frozen dataclass when it is read: to make all of them such, whenever one is imported,
    would take 12 ms of every cold start.
    """

    @classmethod
    def variables(cls) -> dict[str, Variable]:
        """By the name of the field."""
        hints = get_type_hints(cls, include_extras=True)
        return {field: hint.__metadata__[0] for field, hint in hints.items()}

    @classmethod
    def from_environ(cls) -> Self:
        for kind in reversed(cls.__mro__[:-1]):
            if "__dataclass_fields__" not in vars(kind):
                dataclass(frozen=True)(kind)
        made: Any = cls
        values = {field: variable.read(os.environ) for field, variable in cls.variables().items()}
        return cast(Self, made(**values))
