"""docs/architecture.md is a plan of the tree: the same rooms, and nothing that is not there."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

from tests.support.readers.markdown import Page
from tests.support.samples import ROOT

ARCHITECTURE = Page(ROOT / "docs" / "architecture.md")
FUNCTIONS = ROOT / "functions"
_PATH = r"(?:[\w.-]+/)+(?:[\w-]+\.\w+)?|[\w-]+\.(?:py|md|yaml|json|toml)"


def rooms_of_the_plan(heading: str) -> dict[str, list[str]]:
    """The modules of each room, as the table under `heading` has them."""
    return {
        row[0].strip("`"): [name.strip("`") for name in row[2].split()] for row in ARCHITECTURE.rows(heading)
    }


def rooms_in(folder: Path) -> dict[str, list[str]]:
    """The same of the tree: each package in `folder`, and each single module, which has no modules."""
    rooms: dict[str, list[str]] = {}
    for path in folder.iterdir():
        name = str(path.relative_to(FUNCTIONS))
        if is_package(path):
            rooms[f"{name}/"] = sorted(filter(None, map(module_name, path.iterdir())))
        elif module_name(path):
            rooms[name] = []
    return rooms


def is_package(path: Path) -> bool:
    return (path / "__init__.py").exists()


def module_name(path: Path) -> str | None:
    """`stills` for a module, `passthrough/` for a package, None for anything else."""
    if is_package(path):
        return f"{path.name}/"
    return path.stem if path.suffix == ".py" and path.stem != "__init__" else None


def test_the_functions_are_those_of_the_plan() -> None:
    found = rooms_in(FUNCTIONS)
    del found["reelway/"]
    assert rooms_of_the_plan("### Functions") == found


def test_the_domains_rooms_are_those_of_the_plan() -> None:
    assert rooms_of_the_plan("### The domain") == rooms_in(FUNCTIONS / "reelway")


def test_the_plan_has_the_floors_that_the_linter_holds() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    [layers] = [contract["layers"] for contract in contracts if contract.get("containers") == ["reelway"]]
    floors = {name: number for number, layer in enumerate(layers) for name in re.split(r"\s*[|:]\s*", layer)}
    planned = [Path(room).stem for room in rooms_of_the_plan("### The domain")]

    assert set(planned) == set(floors)
    assert planned == sorted(planned, key=lambda room: floors[room])


@pytest.mark.parametrize("named", re.findall(rf"`({_PATH})`", ARCHITECTURE.prose))
def test_every_path_that_it_names_is_there(named: str) -> None:
    rooms = (path for path in (FUNCTIONS / "reelway").iterdir() if path.is_dir())
    assert any((place / named).exists() for place in (ROOT, FUNCTIONS, FUNCTIONS / "reelway", *rooms))


@pytest.mark.parametrize("step", re.findall(r"`(functions/[\w/]+\.py:[\w.]+)`", ARCHITECTURE.prose))
def test_every_function_of_the_walks_is_there(step: str) -> None:
    path, _, name = step.partition(":")
    assert name in definitions(ROOT / path)


def definitions(path: Path) -> set[str]:
    """The module's functions, and its classes' methods as `Class.method`."""
    body = ast.parse(path.read_text()).body
    methods = {
        f"{node.name}.{inner.name}"
        for node in body
        if isinstance(node, ast.ClassDef)
        for inner in node.body
        if isinstance(inner, ast.FunctionDef)
    }
    return methods | {node.name for node in body if isinstance(node, ast.FunctionDef)}


def test_the_walks_are_found() -> None:
    assert len(re.findall(r"`functions/[\w/]+\.py:[\w.]+`", ARCHITECTURE.prose)) > 20
