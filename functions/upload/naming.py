"""What a client says of a file that it uploads, by a form, by Uppy's metadata, or by a query."""

from collections.abc import Mapping
from typing import Any

from reelway import naming
from reelway.caller import Caller
from reelway.details import Details


def details(given: Mapping[str, Any], file_name: object, caller: Caller) -> Details:
    """Of the caller's video: the fields of `naming.FIELDS`, and the file's name where there is no title.

    An upload grant has its own; its holder says nothing of the video. Raises RequestRefused 400, which names
    the field.
    """
    if caller.video_id:
        return Details(caller.owner)
    stated = naming.stated(given)
    return Details(caller.owner, **{"title": naming.title_of_file(file_name), **stated})


def details_of_document(document: Mapping[str, Any], caller: Caller) -> Details:
    """Of the JSON that begins an upload in parts.

    Uppy's own metadata has the file's `name`; a client without Uppy may give `filename` beside it.
    """
    metadata = document.get("metadata")
    given = metadata if isinstance(metadata, dict) else {}
    return details(given, given.get("name") or document.get("filename"), caller)
