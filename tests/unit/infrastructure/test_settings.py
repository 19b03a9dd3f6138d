"""Each function's settings, its handler and its environment in the template are the same thing."""

import ast
import inspect
from typing import Any

import pytest

from reelway.adapters import settings
from tests.support.doubles import moto_aws
from tests.support.readers import function_environment as environments
from tests.support.samples import ROOT

HANDLERS = environments.handlers()
# boto3 takes the address of all services, or of one, from a variable of this kind, if there is one.
READ_BY_THE_SDK = "AWS_ENDPOINT_URL"
each_handler = pytest.mark.parametrize("handler", HANDLERS)


def settings_classes() -> dict[str, Any]:
    found = dict(inspect.getmembers(settings, inspect.isclass))
    return {name: of for name, of in found.items() if name.endswith("Settings") and not of.__subclasses__()}


def class_of(handler: str) -> str:
    """The one class whose `from_environ` the handler's module calls."""
    path = ROOT / "functions" / f"{handler.replace('.', '/')}.py"
    [name] = {
        node.func.value.id
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "from_environ"
        and isinstance(node.func.value, ast.Name)
    }
    return name


def read_by(handler: str) -> set[str]:
    variables = settings_classes()[class_of(handler)].variables()
    return {variable.name for variable in variables.values()}


def test_each_function_has_settings_of_its_own() -> None:
    assert sorted(map(class_of, HANDLERS)) == sorted(settings_classes())


@each_handler
def test_the_template_or_lambda_sets_every_variable_that_is_read(handler: str) -> None:
    shared, own = environments.shared_variables(), environments.own_variables(HANDLERS[handler])
    assert read_by(handler) - set(shared) - set(own) <= environments.SET_BY_LAMBDA


@each_handler
def test_every_variable_that_the_template_sets_for_a_function_is_read(handler: str) -> None:
    own = set(environments.own_variables(HANDLERS[handler]))
    assert {name for name in own - read_by(handler) if not name.startswith(READ_BY_THE_SDK)} == set()


def test_every_variable_that_all_functions_share_is_read_by_some() -> None:
    assert set(environments.shared_variables()) - {READ_BY_THE_SDK} <= set().union(*map(read_by, HANDLERS))


@each_handler
def test_the_templates_own_values_are_taken(handler: str, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = environments.environment_of(HANDLERS[handler], moto_aws.REFERENCES)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    kind = settings_classes()[class_of(handler)]
    taken = kind.from_environ()
    for field, variable in kind.variables().items():
        value = getattr(taken, field)
        assert value == type(value)(environment[variable.name])


@each_handler
def test_a_handler_uses_every_setting_that_it_reads(handler: str) -> None:
    """By itself, or through what takes the settings whole."""
    package, _, module = handler.partition(".")
    folder = ROOT / "functions" / package
    of_itself = (folder / f"{module}.py").read_text()
    wholes = {
        "planners(settings": folder / "plan_settings.py",
        "key_of(settings)": ROOT / "functions/reelway/adapters/playback_wiring.py",
        "live_status(settings": ROOT / "functions/reelway/adapters/live_wiring.py",
        "outlets(settings": ROOT / "functions/reelway/adapters/change_wiring.py",
        "upload_wiring.stores(settings": ROOT / "functions/reelway/adapters/upload_wiring.py",
        "Taking.of(stores, settings)": folder / "taking.py",
        "Jobs(settings)": ROOT / "functions/reelway/adapters/job_wiring.py",
    }
    others = [path.read_text() for by, path in wholes.items() if by in of_itself]
    used = {
        node.attr
        for text in (of_itself, *others)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Attribute)
        and ast.unparse(node.value) in {"settings", "self.settings", "limits"}
    }
    assert set(settings_classes()[class_of(handler)].variables()) == used - {"from_environ"}
