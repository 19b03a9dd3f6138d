"""The environment variables that template.yaml and Lambda set for a function, in a stack named reelway."""

import re
from typing import Any

from tests.support.readers import template

# Variables that Lambda sets itself: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
MEMORY = "AWS_LAMBDA_FUNCTION_MEMORY_SIZE"
SET_BY_LAMBDA = {MEMORY, "PATH"}
STACK_ID = "arn:aws:cloudformation:us-east-1:123456789012:stack/reelway/5c1b7a60-8f3e-11f0-b0a1-0e1f2d3c4b5a"
_PSEUDO_PARAMETERS = {
    "AWS::StackId": STACK_ID,
    "AWS::StackName": "reelway",
    "AWS::AccountId": "123456789012",
    "AWS::Region": "us-east-1",
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
}
# What tests have instead of the template's defaults: most of them are about what is answered, not to whom.
_CHOSEN = {"Access": "open"}


def handlers() -> dict[str, str]:
    """Logical ids of all functions by their handlers' modules."""
    functions = template.of_type("AWS::Serverless::Function")
    return {entry["Handler"].removesuffix(".lambda_handler"): name for name, entry in functions.items()}


def shared_variables() -> dict[str, Any]:
    """The variables that the template sets for all functions, as written."""
    found: dict[str, Any] = _globals()["Environment"]["Variables"]
    return found


def own_variables(function: str) -> dict[str, Any]:
    """The variables that the template sets for this function alone, as written."""
    found: dict[str, Any] = template.properties(function).get("Environment", {}).get("Variables", {})
    return found


def all_variables() -> tuple[str, ...]:
    """The names of all variables that the template sets for any function."""
    own = {name for function in handlers().values() for name in own_variables(function)}
    return (*sorted(own | set(shared_variables())),)


def environment_of(function: str, references: dict[str, str]) -> dict[str, str]:
    """Every variable with its value on AWS; `references` are the values of `!Ref` by logical id."""
    memory = template.properties(function).get("MemorySize", _globals()["MemorySize"])
    declared = shared_variables() | own_variables(function) | {MEMORY: memory}
    return {name: _value_of(value, references) for name, value in declared.items()}


def _globals() -> dict[str, Any]:
    found: dict[str, Any] = template.load()["Globals"]["Function"]
    return found


def _value_of(value: Any, references: dict[str, str]) -> str:
    if not isinstance(value, dict):
        return str(value)
    [(intrinsic, argument)] = value.items()
    if intrinsic == "Ref":
        return _referred(argument, references)
    if intrinsic == "Fn::GetAtt":
        return references[".".join(argument) if isinstance(argument, list) else argument]
    if intrinsic == "Fn::Sub":
        text, own = argument if isinstance(argument, list) else (argument, {})
        named = {name: _value_of(of, references) for name, of in own.items()}
        return re.sub(r"\$\{([\w:]+)\}", lambda found: _referred(found[1], references | named), text)
    if intrinsic == "Fn::Select":
        index, parts = argument
        separator, text = parts["Fn::Split"]
        return _value_of(text, references).split(separator)[int(index)]
    if intrinsic == "Fn::If":
        return _value_of(argument[2], references)  # the only condition is true on an emulator
    raise NotImplementedError(f"{intrinsic} in a function's environment")


def _referred(name: str, references: dict[str, str]) -> str:
    parameters = template.load()["Parameters"]
    if name in parameters:
        return _CHOSEN.get(name, str(parameters[name]["Default"]))
    return {**_PSEUDO_PARAMETERS, **references}[name]
