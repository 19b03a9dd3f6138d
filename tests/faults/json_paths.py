"""Paths, templates and intrinsic functions of Amazon States Language, as far as definitions use them."""

import operator as operators
from typing import Any

_REQUIRED, _ABSENT = object(), object()
_OPERATORS = {
    "BooleanEquals": operators.eq,
    "StringEquals": operators.eq,
    "NumericEquals": operators.eq,
    "NumericLessThan": operators.lt,
    "NumericLessThanEquals": operators.le,
    "NumericGreaterThan": operators.gt,
    "NumericGreaterThanEquals": operators.ge,
}


def value(path: str | None, data: Any, context: Any, *, default: Any = _REQUIRED) -> Any:
    """What `$.a.b` names in the data, `$$.a.b` in the context; `States.Format` and the like are called."""
    if path is None:
        return {}
    if path.startswith("States."):
        return _call(path, data, context)
    found, names = (context, path[2:]) if path.startswith("$$") else (data, path[1:])
    for name in names.removeprefix(".").split(".") if names else []:
        if not isinstance(found, dict) or name not in found:
            if default is _REQUIRED:
                raise KeyError(f"{path} in {data}")
            return default
        found = found[name]
    return found


def filled(template: Any, data: Any, context: Any) -> Any:
    """A payload template, in which names that end in `.$` have paths as their values."""
    if isinstance(template, list):
        return [filled(entry, data, context) for entry in template]
    if not isinstance(template, dict):
        return template
    return {
        name.removesuffix(".$"): value(of, data, context)
        if name.endswith(".$")
        else filled(of, data, context)
        for name, of in template.items()
    }


def placed(path: str | None, result: Any, data: Any) -> Any:
    """The data with the result at the path: instead of it at `$`, nowhere at null."""
    if path is None:
        return data
    if path == "$":
        return result
    first, *others = path.removeprefix("$.").split(".")
    inner = placed(f"$.{'.'.join(others)}", result, data.get(first, {})) if others else result
    return {**data, first: inner}


def holds(rule: dict[str, Any], data: Any) -> bool:
    """Whether a rule of a Choice applies."""
    for joined, how in (("And", all), ("Or", any)):
        if joined in rule:
            return how(holds(each, data) for each in rule[joined])
    if "Not" in rule:
        return not holds(rule["Not"], data)
    found = value(rule["Variable"], data, {}, default=_ABSENT)
    [operator] = set(rule) - {"Variable", "Next", "Comment"}
    if operator == "IsPresent":
        return (found is not _ABSENT) is rule[operator]
    return bool(_OPERATORS[operator](found, rule[operator]))


def _call(text: str, data: Any, context: Any) -> Any:
    name, _, inner = text.removesuffix(")").partition("(")
    arguments = [_argument(part.strip(), data, context) for part in inner.split(",")]
    if name == "States.Format":
        return str(arguments[0]).format(*arguments[1:])
    raise NotImplementedError(name)


def _argument(text: str, data: Any, context: Any) -> Any:
    return text[1:-1] if text.startswith("'") else value(text, data, context)
