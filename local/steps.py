"""One line per step on the terminal: what was done and how long it took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def step(name: str) -> Iterator[None]:
    """Prints `name` and its seconds when the block ends well."""
    started = time.monotonic()
    yield
    print(f"{name:<28} {time.monotonic() - started:6.1f} s", flush=True)
