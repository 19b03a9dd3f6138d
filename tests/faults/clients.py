"""What clients do: requests to the REST API, uploads by each route, sockets."""

import base64
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.faults.edges import Socket, socket_event
from tests.faults.world import UPLOADS, World
from tests.support.readers import template

_BOUNDARY = "reelway"
_FUNCTION = re.compile(r"\$\{(\w+)\.Arn\}")
# How long a client waits before each further try of a request that failed.
_PAUSES_S = (1, 2, 30, 60)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    document: Any

    @property
    def is_taken(self) -> bool:
        return 200 <= self.status < 300


@dataclass
class Client:
    world: World

    def ask(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: dict[str, str] | None = None,
        query: dict[str, str] | None = None,
    ) -> Answer:
        """502 stands for a function that failed, as API Gateway has it."""
        event = _rest_event(method, path, body, headers or {}, query or {})
        outcome = self.world.lambdas.invoke(_function_of(path), event)
        if outcome.error:
            return Answer(502, {})
        text = outcome.result.get("body") or ""
        try:
            return Answer(outcome.result["statusCode"], json.loads(text or "{}"))
        except ValueError:
            return Answer(outcome.result["statusCode"], text)

    def ask_again(self, ask: Callable[[], Answer]) -> Answer:
        """Repeats what failed, with pauses."""
        answer = ask()
        for pause_s in _PAUSES_S:
            if answer.is_taken:
                break
            self.world.go(pause_s)
            answer = ask()
        return answer

    def upload(self, file: bytes, key: str | None = None) -> str | None:
        """`POST /upload`; the video's id if it was taken."""
        head = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="clip"\r\n\r\n'
        body = head.encode() + file + f"\r\n--{_BOUNDARY}--\r\n".encode()
        headers = {"content-type": f"multipart/form-data; boundary={_BOUNDARY}"}
        headers |= {"Idempotency-Key": key} if key else {}
        answer = self.ask_again(lambda: self.ask("POST", "/upload", body, headers))
        return answer.document["videoId"] if answer.is_taken else None

    def upload_by_form(self, file: bytes) -> str | None:
        answer = self.ask_again(lambda: self.ask("GET", "/s3/params"))
        if not answer.is_taken:
            return None
        key = answer.document["fields"]["key"]
        self.world.storage.put(UPLOADS, key, file)
        return str(key).split("/")[1]

    def upload_in_parts(self, file: bytes) -> str | None:
        about = json.dumps({"filename": "clip.mp4", "type": "video/mp4"}).encode()
        begun = self.ask_again(lambda: self.ask("POST", "/s3/multipart", about))
        if not begun.is_taken:
            return None
        key, path = begun.document["key"], f"/s3/multipart/{begun.document['uploadId']}"
        etag = self.world.storage.put_part(UPLOADS, begun.document["uploadId"], file)
        self.ask_again(lambda: self.ask("GET", path, query={"key": key}))
        parts = json.dumps({"parts": [{"PartNumber": 1, "ETag": etag}]}).encode()
        done = self.ask_again(lambda: self.ask("POST", f"{path}/complete", parts, query={"key": key}))
        return str(key).split("/")[1] if done.is_taken else None

    def upload_by_grant(self, file: bytes) -> str | None:
        """In parts, with a grant that a backend has asked for; beginning again replaces what broke."""
        granted = self.ask_again(
            lambda: self.ask("POST", "/uploads", json.dumps({"maxBytes": 10**9}).encode())
        )
        if not granted.is_taken:
            return None
        bearer = {"Authorization": f"Bearer {granted.document['grant']}"}
        about = json.dumps({"metadata": {"size": len(file)}}).encode()
        begun = self.ask_again(lambda: self.ask("POST", "/s3/multipart", about, bearer))
        if not begun.is_taken:
            return None
        key, path = begun.document["key"], f"/s3/multipart/{begun.document['uploadId']}"
        assert key == f"uploads/{granted.document['videoId']}"
        etag = self.world.storage.put_part(UPLOADS, begun.document["uploadId"], file)
        self.ask_again(lambda: self.ask("GET", f"{path}/1", b"", bearer, {"key": key}))
        parts = json.dumps({"parts": [{"PartNumber": 1, "ETag": etag}]}).encode()
        done = self.ask_again(lambda: self.ask("POST", f"{path}/complete", parts, bearer, {"key": key}))
        return str(granted.document["videoId"]) if done.is_taken else None

    def abandon_parts(self) -> None:
        """Begin an upload in parts, give it up, and then complete it, which comes too late."""
        about = json.dumps({"filename": "clip.mp4", "type": "video/mp4"}).encode()
        begun = self.ask_again(lambda: self.ask("POST", "/s3/multipart", about))
        if begun.is_taken:
            path, query = f"/s3/multipart/{begun.document['uploadId']}", {"key": begun.document["key"]}
            self.ask_again(lambda: self.ask("DELETE", path, query=query))
            self.ask("POST", f"{path}/complete", json.dumps({"parts": []}).encode(), query=query)

    def take_form(self) -> None:
        """Take a form that no file is ever sent with."""
        self.ask_again(lambda: self.ask("GET", "/s3/params"))

    def delete(self, video_id: str) -> Answer:
        return self.ask("DELETE", f"/video/{video_id}")

    def connect(self, video_id: str, name: str, *, progress: bool = False, is_patient: bool = False) -> bool:
        """Open a socket on the video; the client tries again, as browsers' scripts do.

        One that `is_patient` is to stay open until the ladder has ended.
        """
        sockets = self.world.sockets
        asked = {"progress": "true"} if progress else {}
        asked |= {"until": "complete"} if is_patient else {}
        event = socket_event("$connect", name, {"videoId": video_id} | asked)
        sockets.by_id[name] = Socket(video_id, opened_s=self.world.clock.now(), is_patient=is_patient)
        outcome = self.world.lambdas.invoke("SocketFunction", event)
        if outcome.error or outcome.result["statusCode"] != 200:
            del sockets.by_id[name]
            return False
        return True

    def disconnect(self, name: str) -> None:
        """The client closes its socket; the API tells so after it."""
        self.world.sockets.by_id[name].is_gone = True
        self.world.tell_closed(name)

    def vanish(self, name: str) -> None:
        """The client's network ends, and nobody is told."""
        self.world.sockets.by_id[name].is_gone = True


def _function_of(path: str) -> str:
    """The function behind the most specific path of the REST API that takes this one."""
    paths = template.rest_api()["paths"]
    taken = [declared for declared in paths if _takes(declared, path)]
    best = max(taken, key=lambda declared: (("{" not in declared), len(declared)))
    uri = paths[best]["get"]["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
    found = _FUNCTION.search(uri)
    assert found
    return found[1]


def _takes(declared: str, path: str) -> bool:
    return path == declared or (
        declared.endswith("{proxy+}") and path.startswith(declared.removesuffix("{proxy+}"))
    )


def _rest_event(
    method: str, path: str, body: bytes, headers: dict[str, str], query: dict[str, str]
) -> dict[str, Any]:
    return {
        "httpMethod": method,
        "path": path,
        "resource": "/{proxy+}",
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": query or None,
        "multiValueQueryStringParameters": {name: [value] for name, value in query.items()} or None,
        "pathParameters": None,
        "stageVariables": None,
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
        "requestContext": {"requestId": "r", "path": f"/v1{path}", "stage": "v1", "httpMethod": method},
    }
