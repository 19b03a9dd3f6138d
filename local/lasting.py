"""Has MiniStack save its state as a whole or not at all, and go on with executions after a restart.

MiniStack 1.5.33 waits for requests and functions that still run when it is told to end, for minutes if need
be, and only then writes a file for each service. When it is started again, it declares executions of state
machines that were running FAILED, without an event that tells of it; in AWS they outlive every restart of
ours.
"""

import asyncio
import contextvars
import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ministack import app
from ministack.core import responses
from ministack.services import stepfunctions

from local.named_errors import UnknownEmulator
from local.settings import SAVE

_START_LIMIT_S = 60
_SAVES = 3  # threads of functions may change what is being saved, which then fails


class _Errors(logging.Handler):
    """How often a service's state could not be saved, which MiniStack only logs."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.count = 0

    def emit(self, _record: logging.LogRecord) -> None:
        self.count += 1


def install(unsaved: Path) -> None:
    """`unsaved` is removed when all state has been saved. Raises UnknownEmulator, having changed nothing."""
    try:
        save, load, _ = app.save_all, stepfunctions.load_persisted_state, stepfunctions._run_execution
        load_all, services = app._load_persisted_state, app._build_persistence_save_dict
    except AttributeError as error:
        raise UnknownEmulator(str(error)) from error

    def load_and_listen() -> None:
        """From now on there is something to save."""
        load_all()
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(SAVE, lambda: save_and_exit(save, services(), unsaved))

    app._load_persisted_state = load_and_listen
    app.save_all = lambda services: save_and_exit(save, services, unsaved)
    stepfunctions.load_persisted_state = lambda data: load_and_go_on(load, data)


def save_and_exit(save: Callable[[Any], None], services: Any, unsaved: Path) -> None:
    """Functions that still run are killed by who has started the emulator."""
    errors = _Errors()
    logging.getLogger("persistence").addHandler(errors)
    for _ in range(_SAVES):
        before = errors.count
        save(services)
        if errors.count == before:
            unsaved.unlink(missing_ok=True)
            break
    logging.shutdown()
    os._exit(0)


def load_and_go_on(load: Callable[[Any], None], data: Any) -> None:
    """Load the state of Step Functions, and run again what was running; each step can be repeated."""
    saved = data["executions"].all_values() if data else []
    running = [execution["executionArn"] for execution in saved if execution["status"] == "RUNNING"]
    load(data)
    for arn in running:
        if "/" in arn:  # an item of a distributed Map, which its parent begins again
            continue
        run = contextvars.Context().run
        threading.Thread(target=run, args=(_go_on, arn), name=f"going on with {arn}", daemon=True).start()


def _go_on(arn: str) -> None:
    region, account = arn.split(":")[3:5]
    responses.set_request_account_id(account)
    responses.set_request_region(region)
    execution = stepfunctions._executions[arn]
    execution.update(status="RUNNING", stopDate=None, error=None, cause=None)
    _await_server()
    stepfunctions._run_execution(arn)


def _await_server() -> None:
    """The functions of the execution need the emulator, which loads its state before it listens."""
    address = ("127.0.0.1", int(os.environ["GATEWAY_PORT"]))
    deadline = time.monotonic() + _START_LIMIT_S
    while time.monotonic() < deadline:
        try:
            socket.create_connection(address, timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
