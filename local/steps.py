"""One line per step on the terminal: its name and how long it took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from rich.console import Console


@contextmanager
def step(name: str) -> Iterator[None]:
    """Prints `name` and how long the block took, if it succeeds; on a terminal with a spinner until then."""
    started = time.monotonic()
    console = Console()
    with console.status(f"{name} …") if console.is_interactive else nullcontext():
        yield
    print(f"{name:<28} {time.monotonic() - started:6.1f} s", flush=True)
