"""The parts of a benchmark, by name, as its command line takes them."""

import argparse
from collections.abc import Sequence


def refuse_unknown(parser: argparse.ArgumentParser, asked: Sequence[str], known: Sequence[str]) -> None:
    """End with a usage error that lists the known parts when one that was asked for is not among them."""
    unknown = set(asked) - set(known)
    if unknown:
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
