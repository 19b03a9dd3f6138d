"""A client knows what it has uploaded, and deletes that and nothing else."""

import uuid

import httpx

from tests.support.system.own_uploads import OwnUploads

BASE = "https://video.example"
IDS = [str(uuid.UUID(int=number)) for number in range(4)]


class Service:
    """Answers as the API does; `deleted` are the paths of DELETE, `failing` how often each fails first."""

    def __init__(self) -> None:
        self.deleted: list[str] = []
        self.failing: dict[str, int] = {}
        self.own = OwnUploads(BASE)
        self.http = httpx.Client(
            base_url=BASE,
            transport=httpx.MockTransport(self.answer),
            event_hooks={"response": [self.own.note]},
        )

    def answer(self, request: httpx.Request) -> httpx.Response:
        target = request.url.raw_path.decode()
        match request.method, request.url.path:
            case "DELETE", path:
                self.deleted.append(target)
                self.failing[path] = self.failing.get(path, 0) - 1
                if self.failing[path] == 1:
                    raise httpx.ReadTimeout("slow", request=request)
                return httpx.Response(500 if self.failing[path] >= 0 else 204)
            case "POST", "/upload" if b"broken" in request.read():
                return httpx.Response(400, json={"videoId": IDS[3]})
            case "POST", "/upload":
                return httpx.Response(201, json={"videoId": IDS[0]})
            case "GET", "/s3/params":
                return httpx.Response(200, json={"fields": {"key": f"uploads/{IDS[1]}"}})
            case "POST", "/s3/multipart":
                return httpx.Response(200, json={"uploadId": "a/b", "key": f"uploads/{IDS[2]}"})
        return httpx.Response(200, json={"videoId": IDS[3], "key": f"uploads/{IDS[3]}"})


def test_all_that_was_uploaded_is_deleted_once() -> None:
    service = Service()
    for _ in range(2):
        service.http.post("/upload", content=b"film")
    service.http.get("/s3/params?filename=a.mp4")
    service.http.post("/s3/multipart", json={})

    assert service.own.delete(service.http) == []
    videos = [f"/video/{video_id}" for video_id in IDS[:3]]
    assert service.deleted == [f"/s3/multipart/a%2Fb?key=uploads/{IDS[2]}", *videos]


def test_what_was_refused_or_belongs_to_others_is_left_alone() -> None:
    service = Service()
    service.http.post("/upload", content=b"broken")
    service.http.get(f"/video/{IDS[3]}")
    service.http.post("https://other.example/upload", content=b"film")

    assert service.own.delete(service.http) == []
    assert service.deleted == []


def test_a_deletion_that_fails_is_tried_again() -> None:
    service = Service()
    service.http.post("/upload", content=b"film")
    service.failing = {f"/video/{IDS[0]}": 2}

    assert service.own.delete(service.http) == []
    assert service.deleted == [f"/video/{IDS[0]}"] * 3


def test_what_cannot_be_deleted_is_told() -> None:
    service = Service()
    service.http.post("/upload", content=b"film")
    service.failing = {f"/video/{IDS[0]}": 3}

    assert service.own.delete(service.http) == [f"DELETE /video/{IDS[0]}: 500"]
