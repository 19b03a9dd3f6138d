"""docs/deploy.md has the template's parameters, and what it exports."""

import re
import tomllib

from account import choices
from tests.support.readers import template
from tests.support.readers.markdown import Page
from tests.support.samples import ROOT

DEPLOY = Page(ROOT / "docs" / "deploy.md")
TEMPLATE = template.load()


def test_the_parameters_are_the_templates_with_their_defaults() -> None:
    described = {row[0].strip("`"): row[1] for row in DEPLOY.rows("## Parameters")}
    assert described == {name: str(p["Default"]) for name, p in TEMPLATE["Parameters"].items()}


def test_the_parameters_stand_in_the_templates_order() -> None:
    names = [row[0].strip("`") for row in DEPLOY.rows("## Parameters")]
    assert names == list(TEMPLATE["Parameters"])


def test_the_outputs_that_it_names_are_there() -> None:
    named = set(re.findall(r"`([A-Z]\w+(?:Url|Arn|Name))`", DEPLOY.text)) | {"Url"}
    assert named - set(TEMPLATE["Parameters"]) <= set(TEMPLATE["Outputs"])


def test_the_doctor_and_the_deploy_lead_to_headings_that_are_there() -> None:
    code = "".join(path.read_text() for path in (ROOT / "account").glob("*.py"))
    named = set(re.findall(r"docs/deploy\.md#([\w-]+)", code))
    assert {"regions", "security", "tearing-down"} <= named
    assert named <= DEPLOY.anchors()


def test_the_environments_are_those_of_samconfig() -> None:
    header = DEPLOY.text.split("\n## Environments\n", 1)[1].split("\n| | ", 1)[1].splitlines()[0]
    assert re.findall(r"`(\w+)`", header) == choices.environments(ROOT)
    stacks = next(row for row in DEPLOY.rows("## Environments") if row[0] == "stack")
    config = tomllib.loads((ROOT / "samconfig.toml").read_text())
    assert [cell.strip("`") for cell in stacks[1:]] == [
        config[name]["global"]["parameters"]["stack_name"] for name in choices.environments(ROOT)
    ]


def test_every_variable_of_make_is_read() -> None:
    code = "".join(path.read_text() for path in (ROOT / "account").glob("*.py"))
    variables = {
        row[0].strip("`").split("=")[0] for row in DEPLOY.rows("## From an account to a playing video")
    }
    assert {"ENV", "REGION", "STACK", "PARAMETERS", "ARCH", "CONFIRM", "DOCTOR"} == variables
    assert [name for name in variables if f'"{name}"' not in code] == []
