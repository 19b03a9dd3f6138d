"""Time that passes only when somebody waits."""

import datetime as real
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest import mock

_START_S = 1_800_000_000.0  # some day in January 2027
# Modules that ask `datetime` for the time; others ask `time`.
_ASKING = ("reelway.timestamps", "aws_lambda_powertools.utilities.idempotency")
_REAL = {name: getattr(time, name) for name in ("time", "monotonic", "sleep")}


class Clock:
    def __init__(self) -> None:
        self._now_s = _START_S

    def now(self) -> float:
        """Seconds since 1970, and those of `time.monotonic`."""
        return self._now_s

    def sleep(self, seconds: float) -> None:
        self._now_s += max(0.0, seconds)

    def move_to(self, now_s: float) -> None:
        """The clock stays where it is if that time is past."""
        self._now_s = max(self._now_s, now_s)

    def text(self, *, ago_s: float = 0.0) -> str:
        """As the tables have it."""
        then = real.datetime.fromtimestamp(self._now_s - ago_s, real.UTC)
        return then.isoformat(timespec="microseconds").replace("+00:00", "Z")

    @contextmanager
    def everywhere(self) -> Iterator[None]:
        """This clock is that of `time`, and of `datetime` in the modules that have been imported by now."""
        fake = _datetime_of(self)
        with ExitStack() as patches:
            self._patch_time(patches, {"time": self.now, "monotonic": self.now, "sleep": self.sleep})
            for module in [module for name, module in sys.modules.items() if name.startswith(_ASKING)]:
                for name, replacement in _replacements(module, fake):
                    patches.enter_context(mock.patch.object(module, name, replacement))
            yield

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Real time for the body, for programs that really run; it takes no time on this clock."""
        with ExitStack() as patches:
            self._patch_time(patches, _REAL)
            yield

    def _patch_time(self, patches: ExitStack, functions: dict[str, Any]) -> None:
        for name, function in functions.items():
            patches.enter_context(mock.patch.object(time, name, function))


def _replacements(module: ModuleType, fake: type[real.datetime]) -> Iterator[tuple[str, Any]]:
    for name, value in list(vars(module).items()):
        if value is real:
            names = {other: getattr(real, other) for other in dir(real)} | {"datetime": fake}
            yield name, SimpleNamespace(**names)
        elif value is real.datetime:
            yield name, fake


def _datetime_of(clock: Clock) -> type[real.datetime]:
    class _AnyDatetime(type):
        def __instancecheck__(cls, instance: object) -> bool:
            return isinstance(instance, real.datetime)

    class FakeDatetime(real.datetime, metaclass=_AnyDatetime):
        @classmethod
        def now(cls, tz: real.tzinfo | None = None) -> Any:
            return real.datetime.fromtimestamp(clock.now(), tz)

        @classmethod
        def utcnow(cls) -> Any:
            return real.datetime.fromtimestamp(clock.now(), real.UTC).replace(tzinfo=None)

    return FakeDatetime
