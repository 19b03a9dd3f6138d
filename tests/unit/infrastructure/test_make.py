"""make says what is wrong before anything is downloaded, and works in any folder and twice at once."""

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.make import Checkout

SOON_S = 3
LISTEN = """
import socket
with socket.create_server(("127.0.0.1", 0)) as server:
    with socket.create_server(("127.0.0.1", 0)) as free:
        ports = server.getsockname()[1], free.getsockname()[1]
    print(*ports, flush=True)
    input()
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    folder = tmp_path / "häbits of a reelway"
    return Checkout.copy(folder, tmp_path / "programs")


@pytest.fixture
def ports() -> Iterator[list[str]]:
    """A port that a program listens on, and a free one."""
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", LISTEN], stdin=pipe, stdout=pipe, text=True) as listener:
        assert listener.stdout
        yield listener.stdout.readline().split()
        listener.communicate("\n")


def _children_cpu_s() -> float:
    """The same on a busy machine, unlike the clock; a refusal waits for nothing but processors."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def assert_refused(checkout: Checkout, *arguments: str, **environ: str) -> str:
    """What make says when it refuses a command at once, before it has made or fetched anything."""
    before = _children_cpu_s()
    status, output = checkout.make(*arguments, **environ)

    assert _children_cpu_s() - before < SOON_S
    assert status == 2, output
    assert not [asked for asked in checkout.asked if "-m venv" in asked or "-m pip" in asked]
    assert not (checkout.folder / ".venv").exists()
    return output


def test_a_file_that_does_not_exist_is_refused(checkout: Checkout) -> None:
    assert "FILE=no such.mp4: No such file or directory\n" in assert_refused(
        checkout, "run", "FILE=no such.mp4"
    )


def test_a_folder_is_no_file(checkout: Checkout) -> None:
    assert "FILE=local: this is a folder, not a video\n" in assert_refused(checkout, "run", "FILE=local")


def test_an_empty_file_is_refused(checkout: Checkout) -> None:
    (checkout.folder / "$(empty) 'one'.mp4").touch()

    said = assert_refused(checkout, "run", "FILE=$(empty) 'one'.mp4")

    assert "FILE=$(empty) 'one'.mp4: the file is empty\n" in said


def test_a_file_that_cannot_be_opened_is_refused(checkout: Checkout) -> None:
    (checkout.folder / "circle.mp4").symlink_to("circle.mp4")

    assert "FILE=circle.mp4: Too many levels of" in assert_refused(checkout, "run", "FILE=circle.mp4")


@pytest.mark.parametrize("action", ["run", "up"])
@pytest.mark.parametrize(("name", "other"), [("PORT", "EMULATOR_PORT"), ("EMULATOR_PORT", "PORT")])
def test_a_taken_port_is_named_and_how_to_choose_another(
    checkout: Checkout, ports: list[str], action: str, name: str, other: str
) -> None:
    taken, free = ports
    said = assert_refused(checkout, action, f"{name}={taken}", f"{other}={free}")

    assert f"port {taken} is taken by another program; choose another with {name}=…" in said


def test_an_invalid_port_is_refused(checkout: Checkout) -> None:
    assert "PORT=80x is not a port" in assert_refused(checkout, "up", "PORT=80x")


def test_an_old_python_is_refused(checkout: Checkout) -> None:
    pretend = "import sys; sys.version_info = (3, 10, 12); exec(sys.argv[1])"
    checkout.offer("python3.10", f'#!/bin/sh\nexec "{sys.executable}" -c \'{pretend}\' "$2"\n')

    said = assert_refused(checkout, "check", "PYTHON=python3.10")

    assert "Reelway needs Python 3.11 or newer, and 'python3.10' is older; name one with PYTHON=…" in said


def test_a_python_without_venv_is_refused_with_the_package_that_has_it(checkout: Checkout) -> None:
    pretend = "import sys; sys.modules['ensurepip'] = None; exec(sys.argv[1])"
    checkout.offer("bare", f'#!/bin/sh\nexec "{sys.executable}" -c "{pretend}" "$2"\n')

    said = assert_refused(checkout, "run", "PYTHON=bare")

    assert "'bare' has no venv module; on Debian and Ubuntu: apt install python3-venv" in said


def test_a_python_that_is_not_there_is_refused(checkout: Checkout) -> None:
    assert "there is no 'python9'; name one with PYTHON=…" in assert_refused(
        checkout, "cli", "PYTHON=python9"
    )


@pytest.mark.parametrize("tool", ["flock", "tar"])
def test_a_program_that_is_missing_is_named(checkout: Checkout, tool: str) -> None:
    for name in {"make", "bash", "sh", "uname", "cksum", "flock", "sha256sum", "tar"} - {tool}:
        (checkout.programs / name).symlink_to(shutil.which(name) or name)

    said = assert_refused(checkout, "run", PATH=str(checkout.programs))

    assert f"Reelway needs '{tool}', which this machine does not have" in said


def test_two_at_once_in_a_fresh_clone_make_everything_once(checkout: Checkout) -> None:
    first, second = checkout.start("environments"), checkout.start("environments")
    said = [process.communicate(timeout=60)[0] for process in (first, second)]

    assert [first.returncode, second.returncode] == [0, 0], said
    assert sum("waiting for another make" in output for output in said) == 1
    assert [asked for asked in checkout.asked if "-m venv" in asked] == ["python3 -m venv .venv"]
    assert len([asked for asked in checkout.asked if "requirements/sam.txt" in asked]) == 1


def test_the_first_start_says_how_much_it_downloads_and_the_second_does_not(checkout: Checkout) -> None:
    first, second = checkout.make("environments"), checkout.make("environments")

    assert "The first start downloads about 350 MB of pinned packages" in first[1]
    assert second == (0, "")


def test_what_a_build_needs_is_fetched_in_view_for_this_machine(checkout: Checkout) -> None:
    status, output = checkout.make("downloads", "PYTHON=python3", ARCH="arm64")
    fetched = [asked for asked in checkout.asked if " pip " in asked and "--platform" in asked]

    assert status == 0, output
    assert len(fetched) == 4
    assert all(os.uname().machine in asked and "--quiet" not in asked for asked in fetched)


def test_one_path_can_be_tested(checkout: Checkout) -> None:
    status, output = checkout.make("test", "T=tests/unit/upload -k part")

    assert status == 0, output
    assert [asked for asked in checkout.asked if "pytest" in asked] == [
        "python -m pytest tests/unit/upload -k part"
    ]


def test_bytecode_is_kept_where_it_is_forbidden(checkout: Checkout) -> None:
    checkout.offer("local", "#!/bin/sh\necho \"forbidden: '$PYTHONDONTWRITEBYTECODE'\"\n")
    assert "forbidden: ''" in checkout.make("env", "LOCAL=local", PYTHONDONTWRITEBYTECODE="1")[1]


def test_functions_and_page_are_built_in_any_folder(checkout: Checkout, tmp_path: Path) -> None:
    artifacts = tmp_path / "ärtifacts of a build"
    before = {part: _names(checkout.folder / part) for part in ("functions", "web")}
    for part, target in (("functions", "build-PageFunction"), ("web", "build-PageLayer")):
        status, output = checkout.make("-C", part, target, ARTIFACTS_DIR=str(artifacts))
        assert status == 0, output

    made = {part: _names(checkout.folder / part) - before[part] for part in before}
    assert made == {"functions": {".libraries"}, "web": {".libraries"}}
    assert (artifacts / "reelway" / "video.py").is_file()
    assert (artifacts / "python" / "reelway_page" / "app" / "vendor.js").is_file()
