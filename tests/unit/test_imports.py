"""What each handler loads when it starts: a cold start follows imports."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.doubles import moto_aws
from tests.support.readers import function_environment
from tests.support.samples import ROOT

HANDLERS = tuple(function_environment.handlers())
# Imports each handler in a fork of its own, in its function's environment. boto3 is loaded before, since all
# of them need it; clients are not made, because that loads no module of ours.
PROBE = """
import json, os, sys
import boto3, boto3.dynamodb.types
boto3.client = lambda *_, **__: object()
for name, environment in json.loads(sys.argv[1]).items():
    sys.stdout.flush()
    if os.fork() == 0:
        os.environ |= environment
        before = set(sys.modules)
        __import__(name)
        print(json.dumps({name: sorted(set(sys.modules) - before)}), flush=True)
        os._exit(0)
    if os.wait()[1]:
        sys.exit(f"{name} cannot be imported")
"""


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """The modules that each handler adds to boto3's.

    Packages that must not be loaded are put on the path, so that an attempt shows even where they
    are not installed.
    """
    traps = tmp_path_factory.mktemp("traps")
    for name in ("pydantic", "aws_xray_sdk"):
        (traps / f"{name}.py").write_text("")
    settings = {
        handler: function_environment.environment_of(function, moto_aws.REFERENCES)
        for handler, function in function_environment.handlers().items()
    }
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": f"{traps}:{ROOT / 'functions'}"}
    # Unlike the tests themselves, the child must not depend on the folder it is started in.
    done = subprocess.run(
        [sys.executable, "-c", PROBE, json.dumps(settings)],
        env=environment,
        cwd=traps,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, set[str]] = {}
    for line in done.stdout.splitlines():
        found |= {name: set(modules) for name, modules in json.loads(line).items()}
    return found


@pytest.mark.parametrize("handler", HANDLERS)
def test_a_handler_starts_without_heavy_libraries(imported: dict[str, set[str]], handler: str) -> None:
    heavy = {"pydantic", "aws_xray_sdk", "requests", "yaml", "asyncio", "aws_lambda_powertools.event_handler"}
    assert handler in imported[handler]
    assert imported[handler] & heavy == set()


@pytest.mark.parametrize("handler", HANDLERS)
def test_only_the_upload_loads_the_form_parser(imported: dict[str, set[str]], handler: str) -> None:
    assert ("multipart" in imported[handler]) is (handler == "upload.handler")


@pytest.mark.parametrize("handler", HANDLERS)
def test_functions_never_load_one_another(imported: dict[str, set[str]], handler: str) -> None:
    own = handler.partition(".")[0]
    packages = {name.partition(".")[0] for name in HANDLERS} - {own}
    assert not {module.partition(".")[0] for module in imported[handler]} & packages


def test_every_handler_is_in_this_budget() -> None:
    folder = ROOT / "functions"
    written = {
        ".".join(path.relative_to(folder).with_suffix("").parts)
        for path in folder.glob("*/*handler.py")
        if Path(path).is_file()
    }
    assert written == set(HANDLERS)
