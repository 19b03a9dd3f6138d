"""MiniStack as Reelway runs it: `python -m local.emulated_aws UNSAVED` instead of `python -m ministack`.

The file UNSAVED is removed when all of its state has been saved.
"""

import os
import sys
from pathlib import Path

from local import bounding, lasting, named_errors, policy_variables
from local.settings import STEPS_VARIABLE


def main(unsaved: Path) -> None:
    try:
        named_errors.install()
        policy_variables.install()
        lasting.install(unsaved)
        bounding.install(int(os.environ[STEPS_VARIABLE]))
    except named_errors.UnknownEmulator as error:
        sys.exit(f"Reelway does not know this version of MiniStack, and would change it in part: {error}")
    from ministack.app import main as serve

    serve()


if __name__ == "__main__":
    [given] = sys.argv[1:]
    del sys.argv[1:]  # MiniStack has arguments of its own
    main(Path(given))
