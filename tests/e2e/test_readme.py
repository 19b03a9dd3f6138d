"""README's lines for a backend: run as they stand, on a stack that asks for tokens."""

from typing import Any

import pytest

from tests.support.media import corpus
from tests.support.readers import markdown
from tests.support.samples import ROOT
from tests.support.system.client import Client
from tests.support.system.token_stack import TokenStack

pytestmark = pytest.mark.needs("restart")

RECEIVER = "http://127.0.0.1:9/hook"


def run(code: str, names: dict[str, Any]) -> None:
    exec(code, names)  # noqa: S102  code of our own page
    names["api"].close()


def test_a_backend_lets_a_browser_upload_one_video_which_is_then_played(
    tokens: TokenStack, capsys: pytest.CaptureFixture[str]
) -> None:
    [block] = markdown.Page(ROOT / "README.md").blocks("python runs")
    found: dict[str, Any] = {"BASE": tokens.url, "TOKEN": tokens.token("backend"), "RECEIVER": RECEIVER}
    run(block.text, found)
    assert capsys.readouterr().out == ""  # nothing was uploaded yet
    assert found["hook"]["secret"].startswith("whsec_")

    with Client(tokens.url, token=found["grant"]["grant"]) as browser:
        answer = browser.post_file(corpus.file("carphone_pristine.mp4").read_bytes())
        assert answer.status_code == 201
        assert answer.json() == {"videoId": found["grant"]["videoId"]}
        assert browser.watch(found["grant"]["videoId"]).states[-1] == "READY"

    run(block.text, found)
    title, _, rest = capsys.readouterr().out.strip().partition(" READY ")
    assert title == "Our film"
    with tokens.stranger() as viewer:
        played = viewer.http.get(rest)
        assert played.text.startswith("#EXTM3U")
        assert viewer.http.get(f"/stream/{found['grant']['videoId']}/master").status_code == 404
