"""docs/deploy.md has the template's parameters, and what it exports."""

import re

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
