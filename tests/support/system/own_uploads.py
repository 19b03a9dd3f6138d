"""What one client has uploaded, so that it can be deleted again among the videos of others."""

import re
from urllib.parse import quote

import httpx

_KEY = re.compile(r"uploads/([0-9a-f-]{36})")
_TRIES = 3  # of each deletion, on a network that may fail
_MAKES_SOMETHING = {("POST", "/upload"), ("GET", "/s3/params"), ("POST", "/s3/multipart")}


class OwnUploads:
    """Ids of videos, and multipart uploads as (id, key), that the service gave to this client."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self.videos: list[str] = []
        self.multipart: list[tuple[str, str]] = []

    def note(self, answer: httpx.Response) -> None:
        """Remember what an answer has made; a hook of httpx, called for each."""
        request = answer.request
        is_ours = str(request.url).startswith(self._base_url)
        if not is_ours or (request.method, request.url.path) not in _MAKES_SOMETHING:
            return
        answer.read()
        if not answer.is_success:
            return
        document = answer.json()
        key = document.get("key") or document.get("fields", {}).get("key", "")
        found = _KEY.fullmatch(key)
        video_id = found[1] if found else document.get("videoId")
        if video_id and video_id not in self.videos:
            self.videos.append(video_id)
        if "uploadId" in document:
            self.multipart.append((document["uploadId"], key))

    def delete(self, http: httpx.Client) -> list[str]:
        """Delete all of it; a sentence for each thing that could not be deleted.

        404 is what was deleted by a test, or never came to be.
        """
        paths = [f"/s3/multipart/{quote(upload, safe='')}?key={key}" for upload, key in self.multipart]
        paths += [f"/video/{video_id}" for video_id in self.videos]
        return [problem for path in paths if (problem := _deleted(http, path))]


def _deleted(http: httpx.Client, path: str) -> str | None:
    failed = ""
    for _ in range(_TRIES):
        try:
            answer = http.delete(path)
        except httpx.HTTPError as error:
            failed = f"DELETE {path}: {error!r}"
            continue
        if answer.is_success or answer.status_code == 404:
            return None
        failed = f"DELETE {path}: {answer.status_code}"
    return failed
