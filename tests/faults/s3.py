"""The API of S3, in front of storage."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from tests.faults.answers import response, xml, xml_error
from tests.faults.storage import Bucket, Parts, Storage, Stored, Version

_RANGE = re.compile(r"bytes=(\d+)-(\d*)")
_META = "x-amz-meta-"


class _Refused(Exception):
    def __init__(self, code: str, status: HTTPStatus) -> None:
        super().__init__(code)
        self.code = code
        self.status = status


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request, with what its URL says."""

    request: AWSPreparedRequest
    bucket: str
    key: str
    query: Mapping[str, str]

    @classmethod
    def of(cls, request: AWSPreparedRequest) -> "_Asked":
        url = urlsplit(request.url)
        query = {name: values[0] for name, values in parse_qs(url.query, keep_blank_values=True).items()}
        return cls(request, url.netloc.split(".s3.")[0], unquote(url.path[1:]), query)

    @property
    def body(self) -> bytes:
        sent: Any = self.request.body
        found: bytes = sent.read() if hasattr(sent, "read") else sent or b""
        return found

    def header(self, name: str) -> str | None:
        value: Any = self.request.headers.get(name)
        return value.decode() if isinstance(value, bytes) else value

    def listed(self, name: str) -> list[ElementTree.Element]:
        """The elements of this name in the XML that was sent, without namespaces."""
        text = re.sub(r' xmlns="[^"]+"', "", self.body.decode())
        return ElementTree.fromstring(text).findall(name)  # noqa: S314  botocore's own


class S3:
    """Requests name the bucket in their host, as all clients of functions are configured."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def __call__(self, operation: str, request: AWSPreparedRequest) -> AWSResponse:
        handle = getattr(self, f"_{operation}", None)
        if handle is None:
            raise NotImplementedError(f"s3:{operation}")
        asked = _Asked.of(request)
        try:
            answered: AWSResponse = handle(asked, self._storage.buckets[asked.bucket])
        except _Refused as refused:
            return xml_error(request, refused.code, refused.status)
        return answered

    def _PutObject(self, asked: _Asked, bucket: Bucket) -> AWSResponse:  # noqa: N802  AWS's names
        if asked.header("if-none-match") and asked.key in bucket.objects:
            raise _Refused("PreconditionFailed", HTTPStatus.PRECONDITION_FAILED)
        kept = {name: value for name in ("content-type", "cache-control") if (value := asked.header(name))}
        kept |= {
            name.lower(): asked.header(name) or ""
            for name in asked.request.headers
            if name.lower().startswith(_META)
        }
        stored = self._storage.put(asked.bucket, asked.key, asked.body, headers=kept)
        return response(asked.request, 200, b"", {"etag": stored.etag})

    def _GetObject(self, asked: _Asked, bucket: Bucket) -> AWSResponse:  # noqa: N802
        stored = _found(asked, bucket)
        body, headers, status = stored.body, _headers(stored), HTTPStatus.OK
        if wanted := _RANGE.fullmatch(asked.header("range") or ""):
            first, last = int(wanted[1]), min(int(wanted[2] or len(body)), len(body) - 1)
            if first > last:
                raise _Refused("InvalidRange", HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
            headers["content-range"] = f"bytes {first}-{last}/{len(body)}"
            body, status = body[first : last + 1], HTTPStatus.PARTIAL_CONTENT
        return response(asked.request, status, body, headers | {"content-length": str(len(body))})

    def _HeadObject(self, asked: _Asked, bucket: Bucket) -> AWSResponse:  # noqa: N802
        if asked.key not in bucket.objects:
            return response(asked.request, HTTPStatus.NOT_FOUND, b"", {})
        return response(asked.request, HTTPStatus.OK, b"", _headers(bucket.objects[asked.key]))

    def _DeleteObject(self, asked: _Asked, bucket: Bucket) -> AWSResponse:  # noqa: N802
        self._storage.remove(asked.bucket, asked.key)
        return response(asked.request, HTTPStatus.NO_CONTENT, b"", {})

    def _DeleteObjects(self, asked: _Asked, bucket: Bucket) -> AWSResponse:  # noqa: N802
        for each in asked.listed("Object"):
            self._storage.remove(asked.bucket, each.findtext("Key", ""), each.findtext("VersionId"))
        return xml(asked.request, "<DeleteResult></DeleteResult>", HTTPStatus.OK)

    def _ListObjectsV2(self, asked: _Asked, bucket: Bucket) -> AWSResponse:  # noqa: N802
        """All on one page: there are never a thousand."""
        prefix = asked.query.get("prefix", "")
        found = sorted(key for key in bucket.objects if key.startswith(prefix))
        return _listing(
            asked, "ListBucketResult", [f"<Contents><Key>{escape(key)}</Key></Contents>" for key in found]
        )

    def _ListObjectVersions(self, asked: _Asked, bucket: Bucket) -> AWSResponse:  # noqa: N802
        """The newest first."""
        prefix, limit = asked.query.get("prefix", ""), int(asked.query.get("max-keys", 1000))
        found = [
            _version(key, version, is_latest=number == 0)
            for key in sorted(bucket.versions)
            if key.startswith(prefix)
            for number, version in enumerate(reversed(bucket.versions[key]))
        ]
        return _listing(asked, "ListVersionsResult", found[:limit])

    def _CreateMultipartUpload(self, asked: _Asked, bucket: Bucket) -> AWSResponse:  # noqa: N802
        upload_id = self._storage.begin_parts(
            asked.bucket, asked.key, {"content-type": asked.header("content-type") or ""}
        )
        text = f"<UploadId>{upload_id}</UploadId>"
        return _listing(asked, "InitiateMultipartUploadResult", [text])

    def _UploadPart(self, asked: _Asked, bucket: Bucket) -> AWSResponse:  # noqa: N802
        _parts(asked, bucket)
        upload_id, number = asked.query["uploadId"], int(asked.query["partNumber"])
        etag = self._storage.put_part(asked.bucket, upload_id, asked.body, number=number)
        return response(asked.request, HTTPStatus.OK, b"", {"etag": etag})

    def _ListParts(self, asked: _Asked, bucket: Bucket) -> AWSResponse:  # noqa: N802
        parts = _parts(asked, bucket).bodies.items()
        return _listing(
            asked,
            "ListPartsResult",
            [
                f"<Part><PartNumber>{number}</PartNumber><ETag>{part.etag}</ETag><Size>{len(part.body)}</Size></Part>"
                for number, part in sorted(parts)
            ],
        )

    def _CompleteMultipartUpload(self, asked: _Asked, bucket: Bucket) -> AWSResponse:  # noqa: N802
        parts = _parts(asked, bucket)
        wanted = {
            int(each.findtext("PartNumber", "")): each.findtext("ETag", "") for each in asked.listed("Part")
        }
        if not wanted:
            raise _Refused("MalformedXML", HTTPStatus.BAD_REQUEST)
        if any(
            number not in parts.bodies or parts.bodies[number].etag != etag for number, etag in wanted.items()
        ):
            raise _Refused("InvalidPart", HTTPStatus.BAD_REQUEST)
        stored = self._storage.complete_parts(asked.bucket, asked.query["uploadId"], wanted)
        return _listing(asked, "CompleteMultipartUploadResult", [f"<ETag>{stored.etag}</ETag>"])

    def _AbortMultipartUpload(self, asked: _Asked, bucket: Bucket) -> AWSResponse:  # noqa: N802
        _parts(asked, bucket)
        del bucket.uploads[asked.query["uploadId"]]
        return response(asked.request, HTTPStatus.NO_CONTENT, b"", {})


def _version(key: str, version: Version, *, is_latest: bool) -> str:
    kind = "Version" if version.stored else "DeleteMarker"
    about = f"<Key>{escape(key)}</Key><VersionId>{version.version_id}</VersionId>"
    about += f"<ETag>{escape(version.stored.etag)}</ETag>" if version.stored else ""
    return f"<{kind}>{about}<IsLatest>{str(is_latest).lower()}</IsLatest></{kind}>"


def _found(asked: _Asked, bucket: Bucket) -> Stored:
    if asked.key not in bucket.objects:
        raise _Refused("NoSuchKey", HTTPStatus.NOT_FOUND)
    return bucket.objects[asked.key]


def _parts(asked: _Asked, bucket: Bucket) -> Parts:
    if asked.query["uploadId"] not in bucket.uploads:
        raise _Refused("NoSuchUpload", HTTPStatus.NOT_FOUND)
    return bucket.uploads[asked.query["uploadId"]]


def _headers(stored: Stored) -> dict[str, str]:
    about = {
        "etag": stored.etag,
        "content-length": str(len(stored.body)),
        "last-modified": formatdate(stored.stored_s, usegmt=True),
    }
    return {**stored.headers, **about}


def _listing(asked: _Asked, name: str, entries: Iterable[str]) -> AWSResponse:
    return xml(asked.request, f"<{name}>{''.join(entries)}</{name}>", HTTPStatus.OK)
