"""What is built is enough to run: each function with its own build, beside what Lambda's runtime brings."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from local import environment, system
from local.settings import Settings
from tests.support import runtime
from tests.support.doubles import moto_aws
from tests.support.readers import function_environment
from tests.support.samples import ROOT

HANDLERS = function_environment.handlers()
# Imports the handler with nothing else on the path; -I and -S leave out this environment.
IMPORT = """
import importlib, sys
sys.path += sys.argv[2:]
handler = importlib.import_module(sys.argv[1])
assert callable(handler.lambda_handler)
"""
# What `sam local start-api` finds in a template: each path with its function.
ROUTES = """
import json
from samcli.lib.providers.api_provider import ApiProvider
from samcli.lib.providers.sam_stack_provider import SamLocalStackProvider
stacks, _ = SamLocalStackProvider.get_stacks("template.yaml")
print(json.dumps({route.path: route.function_name for route in ApiProvider(stacks).api.routes}))
"""
MAGIC_OF_313 = bytes.fromhex("f30d0d0a")
UNCHECKED_HASH = (1).to_bytes(4, "little")  # PEP 552: the file is used without a look at its source


@pytest.fixture(scope="module")
def build(settings: Settings) -> Path:
    environment.isolate(os.environ)
    system.build(settings)
    return settings.build


@pytest.fixture(scope="module")
def runtime_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what Lambda's Python has, and nothing more."""
    folder = tmp_path_factory.mktemp("runtime")
    runtime.link_into(folder)
    return folder


@pytest.mark.parametrize("handler", HANDLERS)
def test_a_built_function_has_all_that_its_handler_imports(
    build: Path, runtime_folder: Path, handler: str
) -> None:
    function = HANDLERS[handler]
    variables = function_environment.environment_of(function, moto_aws.REFERENCES)
    region = {"AWS_DEFAULT_REGION": "us-east-1", "PATH": os.environ["PATH"]}
    started = [
        sys.executable,
        "-B",
        "-I",
        "-S",
        "-c",
        IMPORT,
        handler,
        str(build / function),
        str(runtime_folder),
    ]
    done = subprocess.run(started, env=variables | region, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("folder", "resource", "code"),
    [("functions", "SocketFunction", "."), ("layers/probe", "ProbeLayer", "python")],
)
def test_the_bytecode_of_the_functions_python_is_shipped(
    tmp_path: Path, folder: str, resource: str, code: str
) -> None:
    """Whatever Python this machine has."""
    environ = environment.building(os.environ) | {"ARTIFACTS_DIR": str(tmp_path), "BYTECODE": "yes"}
    made = subprocess.run(
        ["make", "-C", folder, f"build-{resource}"],
        env=environ,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    modules = list((tmp_path / code).rglob("*.py"))
    assert modules
    for module in modules:
        compiled = module.parent / "__pycache__" / f"{module.stem}.cpython-313.pyc"
        assert compiled.read_bytes()[:8] == MAGIC_OF_313 + UNCHECKED_HASH


def test_sam_local_finds_the_function_of_every_path() -> None:
    """It reads integrations itself, and takes a URI that it does not understand for no route."""
    sam = ROOT / ".venv-sam" / "bin" / "python"
    environ = environment.building(os.environ) | {"SAM_CLI_TELEMETRY": "0"}
    done = subprocess.run(
        [sam, "-c", ROUTES], env=environ, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "/upload": "UploadFunction",
        "/uploads": "UploadFunction",
        "/s3/{proxy+}": "UploadFunction",
        "/stream/ready": "StreamingFunction",
        "/stream/{proxy+}": "StreamingFunction",
        "/webhooks": "WebhooksFunction",
        "/webhooks/{proxy+}": "WebhooksFunction",
        "/": "VideosFunction",
        "/{proxy+}": "VideosFunction",
    }
