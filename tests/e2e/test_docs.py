"""The shell examples of the documentation, run from top to bottom against a whole system."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.support.media import corpus
from tests.support.readers.markdown import Page, pages
from tests.support.samples import ROOT
from tests.support.system.client import Client

LIMIT_S = 180
EXAMPLES = [(page, block.text) for page in pages() for block in page.blocks("bash runs")]

pytestmark = pytest.mark.needs("websockets", "binary_answers")


def paste(text: str, client: Client, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the lines through the standard input of bash; the first that fails ends it."""
    variables = {"BASE": client.base_url, "FILE": str(corpus.file("bigbuckbunny.mp4")), "TMPDIR": str(folder)}
    return subprocess.run(
        ["bash", "-euo", "pipefail"],
        input=text,
        env=os.environ | variables,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )


@pytest.fixture(scope="module")
def _command_line() -> None:
    """Runs `make cli`, which makes ./reelway."""
    subprocess.run(["make", "--no-print-directory", "cli"], cwd=ROOT, check=True, capture_output=True)


@pytest.mark.usefixtures("_command_line")
@pytest.mark.parametrize(("page", "text"), EXAMPLES, ids=[page.name for page, _ in EXAMPLES])
def test_the_example_runs_from_top_to_bottom(page: Page, text: str, client: Client, tmp_path: Path) -> None:
    result = paste(text, client, tmp_path)
    assert result.returncode == 0, f"{page.name}\n{result.stdout[-3000:]}\n{result.stderr[-3000:]}"


def test_the_examples_are_found() -> None:
    assert {page.name for page, _ in EXAMPLES} >= {"docs/api.md", "docs/cli.md"}


def test_the_api_tour_prints_what_it_describes(client: Client, tmp_path: Path) -> None:
    [tour] = Page(ROOT / "docs" / "api.md").blocks("bash runs")

    shown = paste(tour.text, client, tmp_path).stdout

    assert '"state": "READY"' in shown
    assert shown.count("#EXTM3U") == 4
    assert "206 Partial Content" in shown
    assert "WEBVTT" in shown
    assert '"code": "deleted_video"' in shown
    assert list(tmp_path.iterdir()) == []


def test_an_example_with_a_failing_line_fails(client: Client, tmp_path: Path) -> None:
    assert paste("curl --silent --fail $BASE/nothing | wc -c\necho on", client, tmp_path).returncode != 0
