"""MiniStack as Reelway runs it: `python -m local.emulated_aws` instead of `python -m ministack`."""

import sys

from local import named_errors


def main() -> None:
    try:
        named_errors.install()
    except named_errors.UnknownEmulator as error:
        sys.exit(
            f"This MiniStack would hide the names of errors, and so no retry by name would work: {error}"
        )
    from ministack.app import main as serve

    serve()


if __name__ == "__main__":
    main()
