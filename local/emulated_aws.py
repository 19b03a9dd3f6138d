"""MiniStack as Reelway runs it: `python -m local.emulated_aws UNSAVED SECRET`, for `python -m ministack`.

The file UNSAVED is removed when all of its state has been saved. The file SECRET has what the guard knows the
edge by; functions, which inherit the environment, do not get to know it.
"""

import os
import sys
from pathlib import Path

from local import (
    bounding,
    guard,
    lasting,
    named_errors,
    policy_variables,
    socket_answers,
    socket_keys,
    store_arns,
)
from local.settings import STEPS_VARIABLE


def main(unsaved: Path, secret: Path) -> None:
    try:
        named_errors.install()
        policy_variables.install()
        store_arns.install()
        lasting.install(unsaved)
        socket_keys.install()
        socket_answers.install()
        bounding.install(int(os.environ[STEPS_VARIABLE]))
        _guard(secret.read_text())
    except named_errors.UnknownEmulator as error:
        sys.exit(f"Reelway does not know this version of MiniStack, and would change it in part: {error}")
    from ministack.app import main as serve

    serve()


def _guard(secret: str) -> None:
    """Put the guard in the place of the emulator's application, which its `main` serves."""
    from ministack import app as emulator

    from local.signed_requests import EmulatorsSignatures

    emulator.app = guard.Guard(emulator.app, secret, EmulatorsSignatures())


if __name__ == "__main__":
    unsaved_file, secret_file = sys.argv[1:]
    del sys.argv[1:]  # MiniStack has arguments of its own
    main(Path(unsaved_file), Path(secret_file))
