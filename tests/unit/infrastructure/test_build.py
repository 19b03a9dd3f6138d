"""What the recipes of `sam build` put into each function, and for which processor."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.make import Checkout
from tests.support.readers import template
from tests.support.samples import ROOT

FUNCTIONS = template.of_type("AWS::Serverless::Function")
# Stands for sam, which calls make and has the parameters on its own command line.
SAM = "import subprocess, sys; sys.exit(subprocess.call(['make', *sys.argv[1].split()]))"
POWERTOOLS = (
    "event_handler/api_gateway.py",
    "logging/logger.py",
    "utilities/batch/base.py",
    "utilities/data_classes/event.py",
    "utilities/idempotency/base.py",
    "utilities/jmespath_utils/query.py",
    "utilities/parser/models.py",
    "utilities/serialization.py",
    "utilities/__pycache__/serialization.cpython-313.pyc",
)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return _copy(tmp_path)


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """For tests that only build functions in it."""
    return _copy(tmp_path_factory.mktemp("unchanged"))


def _copy(folder: Path) -> Checkout:
    """A checkout whose libraries are a few empty files of theirs."""
    checkout = Checkout.copy(folder / "checkout", folder / "programs")
    checkout.make("-C", "functions", "libraries", BYTECODE="no")
    folders = (checkout.folder / "functions" / ".libraries").iterdir()
    [of_tokens, libraries] = sorted(folders, key=lambda path: not path.name.startswith("authorizer-"))
    for name in ("jwt/api_jws.py", "cryptography/x509.py", "_cffi_backend.cpython-313-x86_64-linux-gnu.so"):
        _touch(of_tokens / name)
    for name in ("multipart.py", "__pycache__/multipart.cpython-313.pyc", "jmespath/__init__.py"):
        _touch(libraries / name)
    for name in POWERTOOLS:
        _touch(libraries / "aws_lambda_powertools" / name)
    return checkout


def _touch(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def _built(checkout: Checkout, function: str) -> set[str]:
    """The files of a built function."""
    artifacts = checkout.folder / "built" / function
    status, output = checkout.make(
        "-C", "functions", f"build-{function}", ARTIFACTS_DIR=str(artifacts), BYTECODE="no"
    )
    assert status == 0, output
    return {path.relative_to(artifacts).as_posix() for path in artifacts.rglob("*") if path.is_file()}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_carries_its_own_folder_and_no_other(unchanged: Checkout, function: str) -> None:
    files = _built(unchanged, function)
    handler = FUNCTIONS[function]["Handler"].removesuffix(".lambda_handler").replace(".", "/")
    folders = {path.parent.name for path in (ROOT / "functions").glob("*/*handler.py")}

    assert {f"{handler}.py", "reelway/version.py", "architecture", "template.cksum"} <= files
    assert {file.partition("/")[0] for file in files} & folders == {handler.partition("/")[0]}


def test_a_function_carries_what_it_uses_of_the_libraries(unchanged: Checkout) -> None:
    def parts(function: str) -> set[str]:
        files = {file for file in _built(unchanged, function) if not file.startswith("reelway/")}
        return {
            file.removeprefix("aws_lambda_powertools/") for file in files if "/" in file or "mult" in file
        }

    always = {"logging/logger.py", "utilities/jmespath_utils/query.py", "jmespath/__init__.py"}
    own = {
        "sockets": parts("SocketFunction"),
        "videos": parts("VideosFunction"),
        "upload": parts("UploadFunction"),
    }
    named = {folder: {file for file in files if not file.startswith(folder)} for folder, files in own.items()}
    assert named == {
        "sockets": always,
        "videos": always,
        "upload": always
        | {
            "multipart.py",
            "__pycache__/multipart.cpython-313.pyc",
        },
    }


def test_only_planning_carries_the_program_that_reads_uploads(unchanged: Checkout) -> None:
    assert "reelway/probing/__main__.py" in _built(unchanged, "PlanFunction")
    assert "reelway/probing/__main__.py" not in _built(unchanged, "EncodeFunction")


@pytest.mark.parametrize("function", FUNCTIONS)
def test_only_the_authorizer_carries_what_reads_tokens(unchanged: Checkout, function: str) -> None:
    names = {file.partition("/")[0].partition(".")[0] for file in _built(unchanged, function)}
    carried = names & {"jwt", "cryptography", "_cffi_backend"}
    assert carried == (
        {"jwt", "cryptography", "_cffi_backend"} if function == "AuthorizerFunction" else set()
    )


def test_a_function_without_a_row_is_named(unchanged: Checkout) -> None:
    status, output = unchanged.make("-C", "functions", "build-NewFunction", BYTECODE="no", ARTIFACTS_DIR="x")
    assert status == 2
    assert "functions/Makefile has no row for NewFunction" in output


def test_another_template_is_another_content(checkout: Checkout) -> None:
    """So that SAM publishes versions of functions of which only the template has changed."""
    noted = checkout.folder / "built" / "PageFunction" / "template.cksum"
    _built(checkout, "PageFunction")
    without = noted.read_text()
    (checkout.folder / "template.yaml").write_text("Resources: {}")
    _built(checkout, "PageFunction")

    assert noted.read_text() != without


def _asked_of_sam(checkout: Checkout, *arguments: str, **environ: str) -> tuple[int, str]:
    """What make does for a sam with these arguments: its exit status and output."""
    outside = checkout.environment(**environ)
    done = subprocess.run(
        [sys.executable, "-c", SAM, "-C layers/ffmpeg wheels", "build", *arguments],
        env=outside,
        cwd=checkout.folder,
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr


def _platforms(checkout: Checkout) -> set[str]:
    return set(re.findall(r"--platform manylinux2014_(\w+)", "\n".join(checkout.asked)))


@pytest.mark.parametrize(
    ("overrides", "machine"),
    [
        ([], "aarch64"),
        (["--parameter-overrides", "Architecture=x86_64"], "x86_64"),
        (["--parameter-overrides=MaxFrames=9 Architecture=x86_64 MaxStreams=2"], "x86_64"),
        (["--parameter-overrides", "ParameterKey=Architecture,ParameterValue=x86_64"], "x86_64"),
        (["--parameter-overrides", "Architecture=arm64"], "aarch64"),
    ],
)
def test_what_sam_was_asked_for_is_what_is_built(
    checkout: Checkout, overrides: list[str], machine: str
) -> None:
    checkout.log.unlink()
    status, output = _asked_of_sam(checkout, *overrides)
    assert status == 0, output
    assert _platforms(checkout) == {machine}


def test_two_different_processors_are_refused(checkout: Checkout) -> None:
    status, output = _asked_of_sam(checkout, "--parameter-overrides", "Architecture=arm64", ARCH="x86_64")
    assert status != 0
    assert "sam was asked for Architecture=arm64, but ARCH=x86_64 is set" in output


def test_the_default_is_the_templates() -> None:
    default = template.load()["Parameters"]["Architecture"]["Default"]
    assert f"ARCH ?= $(or $(ASKED),{default})" in (ROOT / "layers" / "architecture.mk").read_text()
    assert f"\nARCH ?= {default}\n" in (ROOT / "Makefile").read_text()


def test_what_is_compiled_is_for_the_runtime_of_the_functions() -> None:
    runtime = template.load()["Globals"]["Function"]["Runtime"].removeprefix("python")
    assert f"const PYTHON = '{runtime}';" in (ROOT / "bytecode" / "compile.mjs").read_text()
