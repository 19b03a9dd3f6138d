"""Attributes of DynamoDB's items, each with its type: {"S": "text"}, {"N": "1"}."""

import operator as operators
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

Attribute = Mapping[str, Any]
Item = Mapping[str, Attribute]
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operators.lt,
    "<=": operators.le,
    ">": operators.gt,
    ">=": operators.ge,
}


def comparable(attribute: Attribute) -> tuple[str, Any]:
    [(kind, value)] = attribute.items()
    return kind, Decimal(value) if kind == "N" else value


def holds(left: Attribute | None, sign: str, right: Attribute | None) -> bool:
    """Never for what is absent; attributes of different types are unequal, and neither is the greater one."""
    if left is None or right is None or left.keys() != right.keys():
        return False
    one, other = comparable(left), comparable(right)
    return one == other if sign == "=" else _COMPARISONS[sign](one, other)


def at(names: list[str], item: Item) -> Attribute | None:
    """The attribute of the last name, in maps of the others."""
    found: Any = {"M": item}
    for name in names:
        found = found.get("M", {}).get(name)
        if found is None:
            return None
    attribute: Attribute = found
    return attribute


def replaced(names: list[str], item: Item, value: Attribute | None) -> dict[str, Attribute]:
    """The item with another attribute at the end of the path, or without it, in maps that must be there."""
    first, *inner = names
    if not inner:
        rest = {name: attribute for name, attribute in item.items() if name != first}
        return rest | ({first: value} if value else {})
    assert first in item, f"there is no map {first}"
    return {**item, first: {"M": replaced(inner, item[first]["M"], value)}}


def decimal(attribute: Attribute | None) -> Decimal:
    assert attribute is not None
    return Decimal(attribute["N"])


def number(value: Decimal) -> Attribute:
    return {"N": str(value)}
