"""Has MiniStack check which key value store a policy names.

MiniStack 1.5.33 takes every request to CloudFront's key value stores for one to all of them: a role that may
use its own store alone could use none. `install` changes the running program, not the installed files.
"""

import functools
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from ministack.core import iam_actions

from local.named_errors import UnknownEmulator

_STORE = re.compile(r"/key-value-stores/(arn:[^/]+/[\w-]+)")


def install() -> None:
    """Raises UnknownEmulator, and then has changed nothing."""
    try:
        extract = iam_actions.extract_resource_arn
    except AttributeError as missing:
        raise UnknownEmulator(str(missing)) from missing
    iam_actions.extract_resource_arn = _of_stores(extract)


def _of_stores(extract: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(extract)
    def resource_arn(service: str, method: str, path: str, *args: Any, **kwargs: Any) -> Any:
        found = _STORE.match(unquote(path)) if service == "cloudfront-keyvaluestore" else None
        return found[1] if found else extract(service, method, path, *args, **kwargs)

    return resource_arn
