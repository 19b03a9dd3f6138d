"""Environment variables: how their text is read, and what is said of one that is missing or wrong."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

# Streaming services and broadcasters have targets from -14 to -24; beyond these two, audio is either hardly
# audible beside others', or mostly limited peaks.
_MIN_LUFS, _MAX_LUFS = -31, -10


class BadSetting(Exception):
    """An environment variable is missing, or is not what was expected; the function cannot start."""


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable; `parse` raises ValueError for what is not as `expected`."""

    name: str
    expected: str
    parse: Callable[[str], object]

    def read(self, environment: Mapping[str, str]) -> object:
        """Raises BadSetting with the variable's name, its value and what was expected."""
        text = environment.get(self.name)
        if text is None:
            raise BadSetting(f"{self.name} is not set; expected {self.expected}")
        try:
            return self.parse(text)
        except ValueError as error:
            raise BadSetting(f"{self.name} is {text!r}; expected {self.expected}") from error


def text(name: str, expected: str) -> Variable:
    return Variable(name, expected, _text)


def anything(name: str, expected: str) -> Variable:
    """A text that may be empty."""
    return Variable(name, expected, str)


def whole_number(name: str) -> Variable:
    return Variable(name, "a whole number", _whole_number)


def seconds(name: str) -> Variable:
    return Variable(name, "a number of seconds above 0", _seconds)


def one_of(name: str, kind: type[StrEnum]) -> Variable:
    return Variable(name, f"one of {', '.join(kind)}", kind)


def loudness(name: str) -> Variable:
    expected = f"0, or a whole number of LUFS from {_MIN_LUFS} to {_MAX_LUFS}"
    return Variable(name, expected, _loudness)


def _text(value: str) -> str:
    if not value.strip():
        raise ValueError("empty")
    return value


def _whole_number(value: str) -> int:
    """ASCII digits alone: int() itself would also take signs, spaces and underscores."""
    if not (value.isascii() and value.isdigit()):
        raise ValueError("not all digits")
    return int(value)


def _loudness(value: str) -> int:
    if value == "0":
        return 0
    number = -_whole_number(value.removeprefix("-"))
    if not (value.startswith("-") and _MIN_LUFS <= number <= _MAX_LUFS):
        raise ValueError("no target")
    return number


def _seconds(value: str) -> float:
    number = float(value)
    if not (math.isfinite(number) and number > 0):
        raise ValueError("no span of time")
    return number
