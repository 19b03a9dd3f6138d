"""Tokens on the command line: made by the key of a stack, and sent to the server alone."""

import json
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest

from cli import reelway
from reelway import caller, tokens

KEY = {"kid": "7", "key": "a key of sixty-four characters, as long as that of the template!!!"}
Run = Callable[..., int]


@pytest.fixture
def local_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reelway, "_key_on_this_machine", lambda: KEY)


def printed(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """The claims of the token on stdout, which the key has signed."""
    token = capsys.readouterr().out.strip()
    assert jwt.get_unverified_header(token)["kid"] == "7"
    claims: dict[str, Any] = jwt.decode(token, KEY["key"], ["HS256"], audience=tokens.CALLS)
    return claims


@pytest.mark.usefixtures("local_key")
def test_a_token_is_printed_for_an_hour_with_all_but_admin(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("token", "--owner", "alice") == 0
    claims = printed(capsys)
    assert (claims["iss"], claims["sub"]) == (tokens.ISSUER, "alice")
    assert set(claims["scope"].split()) == set(caller.Scope) - {caller.Scope.ADMIN}
    assert claims["exp"] - claims["iat"] == 3600
    assert abs(claims["iat"] - time.time()) < 60


@pytest.mark.usefixtures("local_key")
def test_scope_and_time_are_asked_for(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("token", "--owner", "a", "--scope", " admin  videos:read", "--expires", "30d") == 0
    claims = printed(capsys)
    assert claims["scope"] == "admin videos:read"
    assert claims["exp"] - claims["iat"] == 30 * 86_400


@pytest.mark.usefixtures("local_key")
@pytest.mark.parametrize(
    "arguments",
    [("--scope", "videos:steal"), ("--expires", "1"), ("--expires", "0h"), ("--expires", "1y"), ()],
)
def test_what_cannot_be_is_refused(run: Run, arguments: tuple[str, ...]) -> None:
    owner = ("--owner", "a") if arguments else ()
    with pytest.raises(SystemExit, match="2"):
        run("token", *owner, *arguments)


@pytest.mark.usefixtures("local_key")
@pytest.mark.parametrize("owner", ["", "a b", "a#b", "é", "a" * 256])
def test_an_owner_that_no_authorizer_takes_is_refused(
    run: Run, capsys: pytest.CaptureFixture[str], owner: str
) -> None:
    assert run("token", "--owner", owner) == 1
    assert "cannot be an owner" in capsys.readouterr().err


def test_the_key_of_a_stack_on_aws_is_read_by_its_cli(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[list[str]] = []

    def aws(command: list[str], **_: Any) -> Any:
        asked.append(command)
        said = "arn:aws:secretsmanager:…:secret:k" if "describe-stacks" in command else json.dumps(KEY)
        return subprocess.CompletedProcess(command, 0, said + "\n", "")

    monkeypatch.setattr(subprocess, "run", aws)
    assert run("token", "--owner", "alice", "--stack", "films") == 0
    assert printed(capsys)["sub"] == "alice"
    assert [command[:5] for command in asked] == [
        ["aws", "cloudformation", "describe-stacks", "--stack-name", "films"],
        ["aws", "secretsmanager", "get-secret-value", "--secret-id", "arn:aws:secretsmanager:…:secret:k"],
    ]


def test_what_the_aws_cli_says_is_passed_on(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused(command: list[str], **_: Any) -> Any:
        return subprocess.CompletedProcess(command, 255, "", "Unable to locate credentials\n")

    def missing(*_: Any, **__: Any) -> Any:
        raise FileNotFoundError

    def without_key(command: list[str], **_: Any) -> Any:
        return subprocess.CompletedProcess(command, 0, "\n", "")

    for answering, said in [
        (refused, "Unable to locate credentials"),
        (missing, "not installed here"),
        (without_key, "no key for tokens"),
    ]:
        monkeypatch.setattr(subprocess, "run", answering)
        assert run("token", "--owner", "alice", "--stack", "films") == 1
        assert said in capsys.readouterr().err


def test_without_a_system_here_it_says_how_to_start_one(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(reelway, "__file__", str(tmp_path / "cli" / "reelway.py"))
    assert run("token", "--owner", "alice") == 1
    assert "make up" in capsys.readouterr().err


@pytest.mark.parametrize("given", ["option", "variable"])
def test_the_token_goes_to_the_server_and_to_nobody_else(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    sent: dict[str, str | None] = {}

    def answer(request: httpx.Request) -> httpx.Response:
        sent[request.url.host] = request.headers.get("Authorization")
        return httpx.Response(200, json=[])

    if given == "variable":
        monkeypatch.setenv("REELWAY_TOKEN", "a.b.c")
    arguments = ["list", "--token", "a.b.c"] if given == "option" else ["list"]
    asked = reelway._parser().parse_args(arguments)
    server = reelway.Server("https://reelway.test/", httpx.MockTransport(answer), asked.token)
    server.ask("GET", "stream/ready")
    server.ask("PUT", "https://storage.test/uploads/x?X-Amz-Signature=1")
    server.ask("PUT", "https://reelway.test.evil.example/")
    assert sent == {
        "reelway.test": "Bearer a.b.c",
        "storage.test": None,
        "reelway.test.evil.example": None,
    }


def test_who_is_asked_for_a_token_is_told_where_it_is_from() -> None:
    refused = httpx.Response(401, json={"detail": "This needs a token."})
    server = reelway.Server("https://reelway.test/", httpx.MockTransport(lambda _: refused))
    with pytest.raises(reelway.Refused, match="`reelway token` prints one"):
        server.ask("GET", "stream/ready")
