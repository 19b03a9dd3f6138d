"""Event patterns of EventBridge, which filters of event source mappings also are.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
"""

from typing import Any

_ABSENT = object()


def matches(pattern: dict[str, Any], event: Any) -> bool:
    """Whether the event has, at each place that the pattern names, one of the values given there."""
    if not isinstance(event, dict):
        return False
    return all(_is_taken(of, event.get(name, _ABSENT), name, event) for name, of in pattern.items())


def _is_taken(of: Any, value: Any, name: str, event: dict[str, Any]) -> bool:
    if name == "$or":
        return any(matches(each, event) for each in of)
    if isinstance(of, dict):
        return matches(of, {} if value is _ABSENT else value)
    return any(_is_one(each, value) for each in of)


def _is_one(rule: Any, value: Any) -> bool:
    if not isinstance(rule, dict):
        return value is not _ABSENT and bool(rule == value)
    [(operator, argument)] = rule.items()
    if operator == "exists":
        return (value is not _ABSENT) is argument
    if operator == "prefix":
        return isinstance(value, str) and value.startswith(argument)
    if operator == "anything-but":
        excluded = argument if isinstance(argument, list) else [argument]
        return value is not _ABSENT and value not in excluded
    raise NotImplementedError(f"the operator {operator} of event patterns")
