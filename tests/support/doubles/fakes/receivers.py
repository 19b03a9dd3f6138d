"""A receiver of webhooks that answers as it is told, and keeps what it was sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from reelway.webhooks import urls
from reelway.webhooks.reach import Reach
from reelway.webhooks.webhook import Result


@dataclass(slots=True)
class Post:
    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class FakeReceivers:
    result: Result = field(default_factory=lambda: Result(status=200))
    posts: list[Post] = field(default_factory=list)

    def check(self, url: str) -> None:
        urls.parse(url, Reach.PUBLIC)

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Result:
        self.posts.append(Post(url, headers, body))
        return self.result
