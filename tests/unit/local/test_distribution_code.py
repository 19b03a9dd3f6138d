import shutil
from pathlib import Path

import pytest

from local import distribution_code
from tests.support.samples import ROOT

FUNCTIONS = [path.stem for path in (ROOT / "distribution").glob("*.js")]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "template.yaml", tmp_path)
    shutil.copytree(
        ROOT / "distribution", tmp_path / "distribution", ignore=shutil.ignore_patterns("node_modules")
    )
    return tmp_path


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_changed_file_is_noticed_and_written_into_the_template(
    checkout: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file, written = checkout / f"distribution/{name}.js", checkout / "template.yaml"
    before, original = written.read_text(), file.read_text()
    assert distribution_code.main(["--check"], checkout) == 0

    file.write_text(file.read_text() + "\n// changed\n")
    assert distribution_code.main(["--check"], checkout) == 1
    assert "make template" in capsys.readouterr().out
    assert written.read_text() == before

    assert distribution_code.main([], checkout) == 0
    assert written.read_text().count("\n        // changed\n") == 1
    assert distribution_code.main(["--check"], checkout) == 0

    file.write_text(original)
    distribution_code.main([], checkout)
    assert written.read_text() == before


def test_code_that_was_changed_in_the_template_is_noticed(checkout: Path) -> None:
    written = checkout / "template.yaml"
    written.write_text(written.read_text().replace("        return event.response;\n", "", 1))
    assert distribution_code.main(["--check"], checkout) == 1
