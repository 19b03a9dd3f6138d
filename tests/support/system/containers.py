"""`sam local` on a running system: functions in containers of Lambda's image."""

import json
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from local import docker_engine, sam_local, system
from local.errors import LocalError
from local.settings import Settings

_START_LIMIT_S = 300  # SAM makes an image of its own out of Lambda's first
_INVOKE_LIMIT_S = 300
_STOP_LIMIT_S = 180


class SamLocal:
    """Runs `sam local` as `make env` prints it, but with longer timeouts of the functions.

    On a busy machine a function may take longer to start than the 29 s after which SAM would end it.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        built = sam_local.template_file(settings)
        self._template = built.with_name("patient.yaml")
        self._template.write_text(re.sub(r"\bTimeout: \d+", "Timeout: 600", built.read_text()))

    def invoke(self, function: str, event: Path) -> Any:
        """The function's answer; fails when it raised."""
        done = subprocess.run(
            self._command("invoke", function, "--event", str(event)),
            cwd=self._settings.checkout,
            capture_output=True,
            text=True,
            timeout=_INVOKE_LIMIT_S,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        answer = json.loads(done.stdout or "null")
        assert not (isinstance(answer, dict) and "errorType" in answer), done.stderr
        return answer

    @contextmanager
    def api(self, log: Path, user: Mapping[str, str]) -> Iterator[str]:
        """The REST API as long as the context lasts; its URL. `user` are credentials as variables."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        options = ("--warm-containers", "LAZY", "--host", "127.0.0.1", "--port", str(port))
        asked = _with(user, self._command("start-api", *options))
        with (
            log.open("wb") as output,
            subprocess.Popen(
                asked,
                cwd=self._settings.checkout,
                stdout=output,
                stderr=output,
                start_new_session=True,
            ) as process,
        ):
            try:
                _await_listening(port, process, log)
                yield f"http://127.0.0.1:{port}"
            finally:
                os.killpg(process.pid, signal.SIGINT)  # as Ctrl-C: SAM then removes its containers
                process.wait(_STOP_LIMIT_S)

    def _command(self, action: str, *arguments: str) -> list[str]:
        command = sam_local.command(self._settings, action, *arguments)
        command[command.index("--template") + 1] = str(self._template)
        return command


def sam_local_of(settings: Settings) -> SamLocal:
    """Skips the test where no Docker engine answers, or Lambda's image is not there."""
    try:
        docker_engine.host_address()
    except LocalError as reason:
        pytest.skip(f"`sam local` was not tested: {reason}")
    if not docker_engine.has_image(sam_local.image()):
        pytest.skip(
            f"`sam local` was not tested: the engine has no image {sam_local.image()}; docker pull it"
        )
    system.prepare_sam_local(settings)
    return SamLocal(settings)


def _with(variables: Mapping[str, str], command: list[str]) -> list[str]:
    """The command with other values of variables that it sets."""
    names = [part.partition("=")[0] for part in command]
    return [
        f"{name}={variables[name]}" if name in variables else part
        for name, part in zip(names, command, strict=True)
    ]


def _await_listening(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_LIMIT_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"`sam local start-api` does not listen:\n{log.read_text()}")
