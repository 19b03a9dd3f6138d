"""What an owner says of a video: the limits of each field, and the refusals that name it."""

import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from reelway.errors import AnswerCode, RequestRefused, bad_request
from reelway.video import Playback

MAX_TITLE, MAX_METADATA_BYTES, MAX_KEY = 200, 1024, 64
# Controls, halves of surrogate pairs, and what ends lines and paragraphs.
_UNSHOWN = ("Cc", "Cs", "Zl", "Zp")
_EXTERNAL_ID = re.compile(r"[!-~]{1,128}")
FIELDS = ("title", "metadata", "externalId", "playback")


def title(value: object) -> str:
    """Raises RequestRefused 400 `bad_title`; spaces around it are taken off."""
    text = value.strip() if isinstance(value, str) else ""
    if not 1 <= len(text) <= MAX_TITLE or any(map(_is_unshown, text)):
        raise _bad("bad_title", f"title is a text of 1 to {MAX_TITLE} characters, without controls")
    return text


def title_of_file(name: object) -> str | None:
    """What a file's name gives for a title, whatever is in it; None if nothing is left of it."""
    base = re.split(r"[/\\]", name)[-1] if isinstance(name, str) else ""
    return "".join(sign for sign in base if not _is_unshown(sign)).strip()[:MAX_TITLE].strip() or None


def metadata(value: object) -> dict[str, str]:
    """Of an object, or of the JSON text of one; raises RequestRefused 400 `bad_metadata`."""
    found = _parsed(value) if isinstance(value, str) else value
    if not isinstance(found, dict) or not all(map(_is_entry, found.items())):
        raise _bad_metadata()
    if len(json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()) > MAX_METADATA_BYTES:
        raise _bad_metadata()
    return found


def merged_metadata(known: Mapping[str, str], patch: object) -> dict[str, str]:
    """By a JSON merge patch (RFC 7396): null takes an entry away, or all of them. Refused as `metadata`."""
    if patch is None:
        return {}
    if not isinstance(patch, dict):
        raise _bad_metadata()
    whole = {**known, **patch}
    return metadata({name: value for name, value in whole.items() if value is not None})


def external_id(value: object) -> str:
    """Raises RequestRefused 400 `bad_external_id`."""
    if not (isinstance(value, str) and _EXTERNAL_ID.fullmatch(value)):
        raise _bad("bad_external_id", "externalId is 1 to 128 visible ASCII characters")
    return value


def playback(value: object) -> Playback:
    """Raises RequestRefused 400 `bad_playback`."""
    if not (isinstance(value, str) and value in {*Playback}):
        raise _bad("bad_playback", f"playback is {' or '.join(Playback)}")
    return Playback(value)


_READ = {
    "title": ("title", title),
    "metadata": ("metadata", metadata),
    "externalId": ("external_id", external_id),
    "playback": ("playback", playback),
}


def stated(given: Mapping[str, Any]) -> dict[str, Any]:
    """Those fields of `Details` that a client gives by their public names; null is as not given.

    Raises RequestRefused 400, which names the field.
    """
    return {field: read(given[name]) for name, (field, read) in _READ.items() if given.get(name) is not None}


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _is_entry(entry: tuple[object, object]) -> bool:
    name, value = entry
    if not (isinstance(name, str) and isinstance(value, str) and 1 <= len(name) <= MAX_KEY):
        return False
    return not any(map(_is_unshown, name)) and not any(map(_is_half, value))


def _is_unshown(sign: str) -> bool:
    return unicodedata.category(sign) in _UNSHOWN


def _is_half(sign: str) -> bool:
    return unicodedata.category(sign) == "Cs"


def _bad_metadata() -> RequestRefused:
    return _bad(
        "bad_metadata",
        f"metadata is a JSON object of texts, {MAX_METADATA_BYTES} bytes at most, whose names have 1 to "
        f"{MAX_KEY} characters without controls",
    )


def _bad(code: AnswerCode, rule: str) -> RequestRefused:
    return bad_request(code, f"{rule}.")
