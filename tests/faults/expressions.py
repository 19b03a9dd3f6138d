"""DynamoDB's expressions: conditions, and updates of attributes, also in maps. Each is parsed once.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html

What DynamoDB would refuse to parse, such as a reserved word, is not refused here: unit tests do that.
"""

import operator as operators
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from tests.faults.attributes import Attribute, Item, at, decimal, holds, number, replaced

_TOKEN = re.compile(r"\s*([#:]?\w+|<>|<=|>=|[=<>(),.+-])")
_SIGNS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {"+": operators.add, "-": operators.sub}


class Bound(NamedTuple):
    """An item, with what the request gives for the names and values of the expression."""

    item: Item
    names: Mapping[str, str]
    values: Mapping[str, Attribute]


Operand = Callable[[Bound], Attribute | None]
Condition = Callable[[Bound], bool]
# Changes the new item, by what the item was before.
Action = Callable[[Bound, dict[str, Attribute]], None]


@cache
def condition(text: str) -> Condition:
    parser = _Parser(text)
    found = parser.any_of()
    parser.end()
    return found


@cache
def update(text: str) -> Callable[[Bound], dict[str, Attribute]]:
    """Gives the item after the update."""
    actions = _Parser(text).actions()

    def apply(bound: Bound) -> dict[str, Attribute]:
        new = dict(bound.item)
        for action in actions:
            action(bound, new)
        return new

    return apply


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = [*_TOKEN.findall(text), ""]
        assert "".join(self._tokens) == re.sub(r"\s", "", text), text
        self._at = 0

    def _next(self) -> str:
        self._at += 1
        return str(self._tokens[self._at - 1])

    def _takes(self, token: str) -> bool:
        is_next = bool(self._tokens[self._at].upper() == token)
        self._at += is_next
        return is_next

    def _need(self, token: str) -> None:
        assert self._takes(token), f"{token} instead of {self._tokens[self._at]!r}"

    def end(self) -> None:
        self._need("")

    def any_of(self) -> Condition:
        found = [self._all_of()]
        while self._takes("OR"):
            found.append(self._all_of())
        return found[0] if len(found) == 1 else lambda bound: any(each(bound) for each in found)

    def _all_of(self) -> Condition:
        found = [self._one()]
        while self._takes("AND"):
            found.append(self._one())
        return found[0] if len(found) == 1 else lambda bound: all(each(bound) for each in found)

    def _one(self) -> Condition:
        if self._takes("("):
            inner = self.any_of()
            self._need(")")
            return inner
        for name, is_meant in (("ATTRIBUTE_EXISTS", True), ("ATTRIBUTE_NOT_EXISTS", False)):
            if self._takes(name):
                [path] = self._arguments()
                return lambda bound: (path(bound) is not None) is is_meant
        return self._comparison(self._operand())

    def _comparison(self, left: Operand) -> Condition:
        if self._takes("BETWEEN"):
            low = self._operand()
            self._need("AND")
            high = self._operand()
            return lambda bound: (
                holds(low(bound), "<=", left(bound)) and holds(left(bound), "<=", high(bound))
            )
        if self._takes("IN"):
            listed = self._arguments()
            return lambda bound: any(holds(left(bound), "=", each(bound)) for each in listed)
        sign = self._next()
        right = self._operand()
        return lambda bound: holds(left(bound), sign, right(bound))

    def _arguments(self) -> list[Operand]:
        self._need("(")
        found = [self._operand()]
        while self._takes(","):
            found.append(self._operand())
        self._need(")")
        return found

    def _operand(self) -> Operand:
        left = self._term()
        for sign, combine in _SIGNS.items():
            if self._takes(sign):
                right = self._term()
                return lambda bound: number(combine(decimal(left(bound)), decimal(right(bound))))
        return left

    def _term(self) -> Operand:
        if self._takes("IF_NOT_EXISTS"):
            path, other = self._arguments()
            return lambda bound: other(bound) if path(bound) is None else path(bound)
        if self._tokens[self._at].startswith(":"):
            value = self._next()
            return lambda bound: bound.values[value]
        return self._path()

    def _path(self) -> Operand:
        names = self._names(self._next())
        return lambda bound: at([_named(name, bound) for name in names], bound.item)

    def _names(self, first: str) -> list[str]:
        names = [first]
        while self._takes("."):
            names.append(self._next())
        return names

    def actions(self) -> list[Action]:
        found = list[Action]()
        while not self._takes(""):
            of = {"SET": self._set, "REMOVE": self._remove, "ADD": self._add}[self._next()]
            found.append(of(self._next()))
            while self._takes(","):
                found.append(of(self._next()))
        return found

    def _set(self, name: str) -> Action:
        names = self._names(name)
        self._need("=")
        value = self._operand()

        def act(bound: Bound, new: dict[str, Attribute]) -> None:
            found = value(bound)
            assert found is not None, f"{name} is set to what there is not"
            new.update(replaced([_named(each, bound) for each in names], new, found))

        return act

    def _remove(self, name: str) -> Action:
        *outer, last = self._names(name)

        def act(bound: Bound, new: dict[str, Attribute]) -> None:
            if outer:
                path = [_named(each, bound) for each in (*outer, last)]
                new.update(replaced(path, new, None))
            else:
                new.pop(_named(last, bound), None)

        return act

    def _add(self, name: str) -> Action:
        value = self._operand()

        def act(bound: Bound, new: dict[str, Attribute]) -> None:
            known = new.get(_named(name, bound), {"N": "0"})
            new[_named(name, bound)] = number(decimal(known) + decimal(value(bound)))

        return act


def _named(name: str, bound: Bound) -> str:
    return bound.names[name] if name.startswith("#") else name
