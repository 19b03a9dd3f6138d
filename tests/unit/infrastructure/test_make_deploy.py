"""make deploy and its relatives: in which order their parts run, and what ends them."""

from pathlib import Path

import pytest

from tests.support.make import Checkout

_TELLS = '#!/bin/sh\necho "ran ${0##*/} $1 ENV=$ENV PARAMETERS=$PARAMETERS FROM=$FROM ARCH=$ARCH"\n'


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A checkout in which the account's program and SAM tell how they were called."""
    checkout = Checkout.copy(tmp_path / "a checkout", tmp_path / "programs")
    checkout.offer("account", _TELLS)
    checkout.offer("sam", _TELLS)
    return checkout


def ran(checkout: Checkout, *arguments: str, status: int = 0) -> list[str]:
    """What was run, as `program action …`, with the variables that it got."""
    ended, output = checkout.make(*arguments, "ACCOUNT=account", "SAM=sam")
    assert ended == status, output
    return [line.removeprefix("ran ") for line in output.splitlines() if line.startswith("ran ")]


def actions(checkout: Checkout, *arguments: str, status: int = 0) -> list[list[str]]:
    return [line.split()[:2] for line in ran(checkout, *arguments, status=status)]


def test_the_account_is_checked_before_anything_is_built(checkout: Checkout) -> None:
    assert actions(checkout, "deploy") == [["account", "prepare"], ["sam", "build"], ["account", "deploy"]]


def test_what_a_deleted_stack_left_is_attached_before_the_deploy(checkout: Checkout) -> None:
    assert actions(checkout, "restore") == [
        ["account", "prepare"], ["sam", "build"], ["account", "restore"], ["account", "deploy"],
    ]  # fmt: skip


def test_the_doctor_builds_nothing(checkout: Checkout) -> None:
    assert actions(checkout, "doctor") == [["account", "doctor"]]


@pytest.mark.parametrize("target", ["deploy", "restore"])
def test_what_the_doctor_refuses_is_neither_built_nor_deployed(checkout: Checkout, target: str) -> None:
    checkout.offer("account", f"{_TELLS}exit 1\n")
    assert actions(checkout, target, status=2) == [["account", "prepare"]]


def test_variables_of_the_command_line_reach_all_parts(checkout: Checkout) -> None:
    given = ("ENV=prod", "PARAMETERS=MaxStreams=8 MaxFrames=9", "FROM=films", "ARCH=x86_64")
    lines = ran(checkout, "restore", *given)
    assert len(lines) == 4
    for line in lines:
        assert line.split(maxsplit=2)[2] == " ".join(given)
