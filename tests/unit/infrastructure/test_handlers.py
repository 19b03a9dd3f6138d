"""Handlers only adapt: they wire, parse, call one thing and shape the answer. Measured as follows.

A line counts when it holds code: blank lines, comments and docstrings do not. No function of a handler's
module has more than 8 lines, its signature included. The module has at most 25, without its routes: functions
that a decorator `….route(…)` registers. So imports, wiring, `lambda_handler` and helpers share the 25 lines,
and an HTTP function may have as many routes as it has paths, each of 8 lines at most.
"""

import ast
import io
import tokenize
from pathlib import Path

import pytest

from tests.support.samples import ROOT

MAX_MODULE_LINES = 25
MAX_FUNCTION_LINES = 8
NO_CODE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}
HANDLERS = sorted((ROOT / "functions").glob("*/*handler.py"))
Function = ast.FunctionDef | ast.AsyncFunctionDef


def code_lines(source: str) -> set[int]:
    """Numbers of the lines that hold code."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    lines = {
        line
        for token in tokens
        if token.type not in NO_CODE
        for line in range(token.start[0], token.end[0] + 1)
    }
    return lines - docstring_lines(ast.parse(source))


def docstring_lines(tree: ast.Module) -> set[int]:
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    owners = [node for node in ast.walk(tree) if isinstance(node, documented) and ast.get_docstring(node)]
    return {line for owner in owners for line in lines_of(owner.body[0])}


def lines_of(node: ast.stmt) -> range:
    """Without decorators."""
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)


def functions_in(source: str) -> list[Function]:
    return [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def is_route(function: Function) -> bool:
    return any(
        isinstance(decorator, ast.Call)
        and isinstance(decorator.func, ast.Attribute)
        and decorator.func.attr == "route"
        for decorator in function.decorator_list
    )


def function_lengths(source: str) -> dict[str, int]:
    code = code_lines(source)
    return {function.name: len(code & set(lines_of(function))) for function in functions_in(source)}


def module_length(source: str) -> int:
    routes = {
        line
        for function in functions_in(source)
        if is_route(function)
        for line in (*(decorator.lineno for decorator in function.decorator_list), *lines_of(function))
    }
    return len(code_lines(source) - routes)


def keeps_the_rule(source: str) -> bool:
    longest = max(function_lengths(source).values())
    return longest <= MAX_FUNCTION_LINES and module_length(source) <= MAX_MODULE_LINES


def name_of(path: Path) -> str:
    return path.relative_to(ROOT / "functions").as_posix()


@pytest.mark.parametrize("path", HANDLERS, ids=name_of)
def test_a_handler_only_adapts(path: Path) -> None:
    source = path.read_text()
    assert {n: lines for n, lines in function_lengths(source).items() if lines > MAX_FUNCTION_LINES} == {}
    assert module_length(source) <= MAX_MODULE_LINES


EXAMPLE = '''"""Says
what it is."""

import json  # for the answer


@api.route("/a", "GET")
def route(one, two):
    """Two lines,
    of which none counts."""

    # nor does this
    return json.dumps(
        [one, two]
    )


def lambda_handler(event, context):
    return api.serve(event)
'''


def test_only_code_is_counted() -> None:
    assert function_lengths(EXAMPLE) == {"route": 4, "lambda_handler": 2}


def test_routes_count_for_themselves_alone() -> None:
    assert module_length(EXAMPLE) == 3


def test_a_function_or_a_module_that_is_too_long_breaks_the_rule() -> None:
    assert keeps_the_rule(EXAMPLE)
    assert not keeps_the_rule(EXAMPLE + 7 * "    x = 1\n")
    assert not keeps_the_rule(EXAMPLE + 23 * "X = 1\n")
