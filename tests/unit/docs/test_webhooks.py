"""What docs/webhooks.md shows to receivers works, and says what the code does."""

import json
import re
import shutil
import subprocess
import time
from typing import Any

import pytest

from reelway.events import EventType
from reelway.webhooks.schedule import DELAYS_S
from reelway.webhooks.signing import new_secret, signed_headers
from tests.support.readers.markdown import Page
from tests.support.samples import ROOT
from webhooks.registry import MAX_WEBHOOKS

PAGE = Page(ROOT / "docs" / "webhooks.md")
BODY = json.dumps({"id": "event-1", "type": "video.ready", "subject": "Bär"}, ensure_ascii=False)
NODE = shutil.which("node") or next(map(str, (ROOT / "web" / ".node").glob("**/bin/node")), None)


def shown(language: str) -> str:
    [code] = re.findall(rf"^```{language}\n(.+?)^```$", PAGE.text, re.MULTILINE | re.DOTALL)
    return str(code)


def signed(*secrets: str, age_s: int = 0) -> dict[str, str]:
    return signed_headers("event-1", int(time.time()) - age_s, BODY.encode(), secrets)


def test_a_backend_in_python_takes_a_message_once(capsys: pytest.CaptureFixture[str]) -> None:
    found: dict[str, Any] = {}
    exec(shown("python"), found)  # noqa: S102  code of our own page
    receive, secret = found["receive"], new_secret()
    assert [receive(signed(secret), BODY.encode(), secret) for _ in range(2)] == [204, 204]
    assert capsys.readouterr().out == "video.ready Bär\n"
    assert receive(signed(new_secret()), BODY.encode(), secret) == 400
    assert receive(signed(secret, age_s=3600), BODY.encode(), secret) == 400


@pytest.mark.skipif(NODE is None, reason="there is no Node on this machine")
def test_a_backend_in_javascript_verifies_the_same(tmp_path: Any) -> None:
    secret = new_secret()
    cases = [
        signed(secret),
        signed(new_secret(), secret),
        signed(new_secret()),
        signed(secret, age_s=3600),
        {},
    ]
    asked = json.dumps([cases, BODY, secret])
    program = tmp_path / "program.js"
    program.write_text(
        f"{shown('javascript')}\nconst [cases, body, secret] = {asked};\n"
        "console.log(JSON.stringify(cases.map((each) => verified(each, body, secret)?.type ?? null)));\n"
    )
    done = subprocess.run([str(NODE), str(program)], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == ["video.ready", "video.ready", None, None, None]


def test_the_page_says_what_the_code_does() -> None:
    text = " ".join(PAGE.text.split())
    assert all(f"`{kind}`" in text for kind in EventType)
    assert DELAYS_S == (5, 30, 120, 300, 900, 3600, 7200, 14_400, 28_800, 28_800)
    assert "after 5 s, 30 s, 2, 5 and 15 minutes, 1, 2, 4, 8 and 8 hours" in text
    assert MAX_WEBHOOKS == 10
    assert "ten webhooks at most" in text
