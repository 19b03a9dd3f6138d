"""Uploads a file, waits until it plays, lists and changes it, with a client that is generated.

python program.py BASE FILE EXTERNAL_ID    prints what it saw as JSON
"""

import io
import json
import sys
import time
from pathlib import Path
from uuid import UUID

from reelway_client import Client
from reelway_client.api.stream import get_master
from reelway_client.api.upload import upload
from reelway_client.api.video import describe_video, list_videos, update_video
from reelway_client.models import ListVideosState, Problem, UpdateVideoJsonBody, UploadBody
from reelway_client.types import File

base, path, external_id = sys.argv[1:]
client = Client(base_url=base)


def main() -> None:
    file = File(payload=io.BytesIO(Path(path).read_bytes()), file_name="clip.mp4", mime_type="video/mp4")
    body = UploadBody(file=file, title="Typed", external_id=external_id)
    video_id = upload.sync(client=client, body=body).video_id
    video = describe_video.sync(video_id, client=client)
    while video.state not in {"READY", "FAILED"}:
        time.sleep(0.5)
        video = describe_video.sync(video_id, client=client)
    page = list_videos.sync(client=client, external_id=external_id, state=ListVideosState.READY)
    renamed = update_video.sync(video_id, client=client, body=UpdateVideoJsonBody(title="Renamed"))
    missing = describe_video.sync(UUID(int=0), client=client)
    assert isinstance(missing, Problem)
    seen = {
        "videoId": str(video_id),
        "state": video.state,
        "title": video.title,
        "master": get_master.sync_detailed(video_id, client=client).content.decode(),
        "listed": [str(listed.video_id) for listed in page.videos],
        "renamed": renamed.title,
        "refusal": missing.code,
    }
    print(json.dumps(seen))


if __name__ == "__main__":
    main()
