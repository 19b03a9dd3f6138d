"""The walls of the house are checked, and they break when something leaks through them."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.support.samples import ROOT

DOMAIN_RULE = "The domain's rooms lie on floors, and import only from those below"
AWS_RULE = "Only adapters know AWS, Powertools, the form parser and subprocesses"
# One new module that breaks every rule at once.
LEAK = """
import os

import boto3

from reelway.adapters import wiring

NAME, OTHER, CLIENT, WIRING = os.environ["LEAK"], os.getenv("LEAK"), boto3, wiring
"""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of functions/ and of the rules, to leak in."""
    shutil.copytree(
        ROOT / "functions",
        tmp_path / "functions",
        ignore=shutil.ignore_patterns(".libraries", "__pycache__", ".*_cache"),
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint_imports(house: Path) -> tuple[int, str]:
    return run(house, "lint-imports", "--no-cache")


def ruff(house: Path) -> tuple[int, str]:
    return run(house, "ruff", "check", "--no-cache", "--select=TID", "--output-format=concise", "functions")


def run(house: Path, program: str, *arguments: str) -> tuple[int, str]:
    """Exit code and output of a linter, as `make check` starts it, in the copy."""
    done = subprocess.run(
        [str(Path(sys.executable).parent / program), *arguments],
        cwd=house,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": "functions", "NO_COLOR": "1", "COLUMNS": "200"},
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr


def test_the_house_as_it_is_keeps_all_rules(house: Path) -> None:
    code, said = lint_imports(house)
    assert (code, "0 broken" in said) == (0, True), said
    assert ruff(house)[0] == 0


def test_a_new_module_of_the_domain_that_leaks_breaks_every_rule(house: Path) -> None:
    (house / "functions/reelway/leak.py").write_text(LEAK)
    code, said = lint_imports(house)
    assert code == 1
    assert f"{DOMAIN_RULE} BROKEN" in said
    assert f"{AWS_RULE} BROKEN" in said
    code, said = ruff(house)
    assert code == 1
    found = [line for line in said.splitlines() if line.startswith("functions/reelway/leak.py")]
    assert len([line for line in found if "TID251" in line]) == 2
    assert "`os.environ` is banned" in said
    assert "`os.getenv` is banned" in said


def test_an_adapter_may_not_import_a_handler(house: Path) -> None:
    module = house / "functions/reelway/adapters/s3.py"
    module.write_text(f"from upload import handler\n{module.read_text()}")
    code, said = lint_imports(house)
    assert (code, "Functions use the domain, never the other way round BROKEN" in said) == (1, True)


def test_a_step_may_not_import_another_by_way_of_its_handler(house: Path) -> None:
    module = house / "functions/transcode/preparing.py"
    module.write_text(f"from transcode import publish_handler\n{module.read_text()}")
    code, said = lint_imports(house)
    assert (code, "No step of processing imports another BROKEN" in said) == (1, True)


def test_an_import_in_a_functions_body_is_seen(house: Path) -> None:
    module = house / "functions/reelway/plan/ladder.py"
    module.write_text(f"{module.read_text()}\n\ndef leak() -> None:\n    import botocore\n")
    code, said = lint_imports(house)
    assert (code, f"{AWS_RULE} BROKEN" in said) == (1, True)


def test_a_module_that_has_its_floor_may_not_import_aws_either(house: Path) -> None:
    module = house / "functions/reelway/plan/ladder.py"
    module.write_text(f"import boto3\nfrom reelway.adapters import wiring\n{module.read_text()}")
    code, said = lint_imports(house)
    assert code == 1
    assert f"{DOMAIN_RULE} BROKEN" in said
    assert f"{AWS_RULE} BROKEN" in said
    assert "reelway.plan.ladder -> boto3" in said


@pytest.mark.parametrize(
    "line",
    [
        "from os import environ",
        "from os import getenv",
        "from os import environ as e",
        "import os as o; X = o.environ",
        "import os; X = os.environb",
        "import os; X = os.path.expandvars",
        "import importlib; X = importlib.import_module",
    ],
)
def test_neither_the_environment_nor_a_module_is_reached_by_another_way(house: Path, line: str) -> None:
    module = house / "functions/transcode/job.py"
    module.write_text(f"{line}\n{module.read_text()}")
    assert "TID251" in ruff(house)[1]


def rules() -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    return found


def packages() -> set[str]:
    return {path.parent.name for path in (ROOT / "functions").glob("*/__init__.py")}


def test_every_package_is_within_the_rules() -> None:
    functions = packages() - {"reelway"}
    contracts = {contract["name"]: contract for contract in rules()["contracts"]}
    assert set(rules()["root_packages"]) == packages()
    assert set(contracts["Functions never import one another"]["modules"]) == functions
    assert set(contracts[AWS_RULE]["source_modules"]) == packages()
    layers = [c["layers"] for c in rules()["contracts"] if c["type"] == "layers" and "containers" not in c]
    assert [set(layer.split(" | ")) for [layer, _] in layers] == [functions]
    assert [domain for [_, domain] in layers] == ["reelway"]


def test_ruff_knows_every_package_as_ours() -> None:
    document = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert packages() <= set(document["tool"]["ruff"]["lint"]["isort"]["known-first-party"])
