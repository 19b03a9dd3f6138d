"""The files of the page as objects of the site bucket."""

import mimetypes
from collections.abc import Iterator, Mapping
from importlib.resources.abc import Traversable
from typing import Any

from page.configuration import write_configuration
from reelway.ports.storage import Bucket

# Browsers ask each time, and are answered 304 while a file has not changed.
_CACHE_CONTROL = "no-cache"
# With their charset, which mimetypes does not give.
_TYPES = {".js": "text/javascript; charset=utf-8", ".html": "text/html; charset=utf-8"}


def publish(folder: Traversable, properties: Mapping[str, Any], site: Bucket) -> list[str]:
    """Put the page, and what it is told, into the bucket. Returns the keys."""
    return [*copy_page(folder, site), write_configuration(properties, site)]


def copy_page(folder: Traversable, site: Bucket) -> list[str]:
    """Put every file below `folder` under its path in it. Returns the keys."""
    copied = []
    for key, file in _files(folder, ""):
        site.put(key, file.read_bytes(), content_type=_type_of(key), cache_control=_CACHE_CONTROL)
        copied.append(key)
    return copied


def _files(folder: Traversable, prefix: str) -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        if entry.is_dir() and entry.name != "__pycache__":  # Python makes one where it can write
            yield from _files(entry, f"{prefix}{entry.name}/")
        elif entry.is_file() and not entry.name.endswith(".py"):
            yield f"{prefix}{entry.name}", entry


def _type_of(key: str) -> str:
    ending = f".{key.rpartition('.')[2]}"
    return _TYPES.get(ending) or mimetypes.guess_type(key)[0] or "application/octet-stream"
