"""A large file through the multipart route, compared with boto3's `upload_file` to the same bucket.

Both send parts of the same size with the same number of threads, over connections that are kept alive, and
read the file from disk. The route's time ends when `complete` has answered: the video is UPLOADED then.
Processing is switched off, because it would take CPU time from the next upload.
"""

import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote

import urllib3
from boto3.s3.transfer import TransferConfig

from bench.pipeline import Pipeline
from bench.running import run
from bench.spread import ratios, spread
from local.settings import CHECKOUT
from tests.support.media import corpus
from tests.support.system.cloud import Cloud

CLIP = "bigbuckbunny.mp4"
PHASES = ("begin", "sign", "send", "complete")
_CLI = CHECKOUT / "cli" / "reelway.py"
_KEY = "bench/bare"


@dataclass(frozen=True, slots=True)
class Parts:
    """How a file is cut and sent."""

    part_bytes: int
    threads: int

    def spans(self, size_bytes: int) -> list[tuple[int, int]]:
        """(start, length) in bytes of each part, in order."""
        starts = range(0, size_bytes, self.part_bytes)
        return [(start, min(self.part_bytes, size_bytes - start)) for start in starts]


def boto3_parts() -> Parts:
    """boto3's defaults."""
    config = TransferConfig()
    return Parts(config.multipart_chunksize, config.max_request_concurrency)


def measure(pipeline: Pipeline, folder: Path, size_bytes: int, rounds: int) -> dict[str, Any]:
    """Seconds of three ways to upload, alternating, after one upload by each that is not counted."""
    file = repeated(corpus.file(CLIP), size_bytes, folder / "upload.mp4")
    parts = boto3_parts()
    uploads = Uploads(pipeline, file, parts, urllib3.PoolManager(maxsize=parts.threads))
    with unprocessed(pipeline.cloud):
        uploads.by_boto3()
        cold = uploads.by_route()
        has_cli = _runs(uploads.by_cli)
        boto3_s, by_phase, cli_s = [], [], []
        for _ in range(rounds):
            boto3_s.append(uploads.by_boto3())
            by_phase.append(uploads.by_route())
            cli_s += [uploads.by_cli()] if has_cli else []
    file.unlink()
    route_s = [sum(phases) for phases in by_phase]
    found = {
        "bytes": size_bytes,
        "part_bytes": parts.part_bytes,
        "parts": len(parts.spans(size_bytes)),
        "threads": parts.threads,
        "boto3_s": spread(boto3_s),
        "route_s": spread(route_s),
        "route_to_boto3": ratios(route_s, boto3_s),
        "phases_s": {
            name: spread(taken) for name, taken in zip(PHASES, zip(*by_phase, strict=True), strict=True)
        },
        "cold_route_s": round(sum(cold), 3),
    }
    if has_cli:
        found |= {"cli_s": spread(cli_s), "cli_to_boto3": ratios(cli_s, boto3_s)}
    return found


def repeated(clip: Path, size_bytes: int, to: Path) -> Path:
    """Write a file of `size_bytes`: the clip repeated, its last copy cut."""
    content = clip.read_bytes()
    whole, rest = divmod(size_bytes, len(content))
    with to.open("wb") as file:
        for _ in range(whole):
            file.write(content)
        file.write(content[:rest])
    return to


@dataclass(frozen=True, slots=True)
class Uploads:
    pipeline: Pipeline
    file: Path
    parts: Parts
    http: urllib3.PoolManager

    def by_boto3(self) -> float:
        bucket, s3 = self.pipeline.running.outputs["UploadsBucketName"], self.pipeline.cloud.s3
        began_s = time.perf_counter()
        s3.upload_file(str(self.file), bucket, _KEY)
        taken_s = time.perf_counter() - began_s
        self._delete(_KEY)
        return taken_s

    def by_route(self) -> tuple[float, ...]:
        """Seconds of each of `PHASES`."""
        at_s = [time.perf_counter()]
        begun = self._ask("POST", "", json={"filename": self.file.name, "type": "video/mp4"})
        at_s.append(time.perf_counter())
        path, query = f"/{quote(begun['uploadId'], safe='')}", f"key={quote(begun['key'], safe='')}"
        spans = self.parts.spans(self.file.stat().st_size)
        numbers = ",".join(str(number + 1) for number in range(len(spans)))
        urls = self._ask("GET", f"{path}/batch?{query}&partNumbers={numbers}")["presignedUrls"]
        at_s.append(time.perf_counter())
        with ThreadPoolExecutor(self.parts.threads) as pool:
            etags = list(pool.map(self._put, (urls[str(n + 1)] for n in range(len(spans))), spans))
        at_s.append(time.perf_counter())
        listed = [{"PartNumber": number + 1, "ETag": etag} for number, etag in enumerate(etags)]
        video_id = self._ask("POST", f"{path}/complete?{query}", json={"parts": listed})["videoId"]
        at_s.append(time.perf_counter())
        self._check_uploaded(video_id)
        self._delete(begun["key"])
        return tuple(end - start for start, end in pairwise(at_s))

    def by_cli(self) -> float:
        """Wall-clock seconds of the command line, including the start of its interpreter."""
        command = [sys.executable, str(_CLI), "--url", self.pipeline.running.edge_url, "upload", "--no-watch"]
        log = self.file.with_name("cli.log")
        environ = os.environ | {"XDG_STATE_HOME": str(self.file.parent / "cli-state")}
        used = run([*command, str(self.file)], log=log, environ=environ)
        video_id = log.read_text().split()[-1]
        self._check_uploaded(video_id)
        self._delete(f"uploads/{video_id}")
        return used.wall_s

    def _put(self, url: str, span: tuple[int, int]) -> str:
        start, length = span
        with self.file.open("rb") as source:
            source.seek(start)
            body = source.read(length)
        answer = self.http.request("PUT", url, body=body)
        if answer.status != 200:
            raise RuntimeError(f"S3 answered {answer.status}: {answer.data.decode(errors='replace')}")
        return answer.headers["ETag"]

    def _ask(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        answer = self.http.request(method, f"{self.pipeline.running.edge_url}/s3/multipart{path}", **options)
        if answer.status != 200:
            raise RuntimeError(f"{method} answered {answer.status}: {answer.data.decode(errors='replace')}")
        return dict(answer.json())

    def _check_uploaded(self, video_id: str) -> None:
        item = self.pipeline.cloud.item(video_id)
        if item is None or item["state"]["S"] != "UPLOADED":
            raise RuntimeError(f"{video_id} is not UPLOADED but {item}")

    def _delete(self, key: str) -> None:
        bucket = self.pipeline.running.outputs["UploadsBucketName"]
        self.pipeline.cloud.s3.delete_object(Bucket=bucket, Key=key)


def _runs(upload: Any) -> bool:
    """Whether the command line runs, which needs libraries of its own."""
    try:
        upload()
    except RuntimeError as error:
        print(f"the command line is not measured: {error}")
        return False
    return True


@contextmanager
def unprocessed(cloud: Cloud) -> Iterator[None]:
    bucket = cloud.outputs["UploadsBucketName"]
    before = cloud.s3.get_bucket_notification_configuration(Bucket=bucket)
    before.pop("ResponseMetadata")
    cloud.s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})
    try:
        yield
    finally:
        cloud.s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=before)
