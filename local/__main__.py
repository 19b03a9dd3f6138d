"""`python -m local up|down|run|logs|url|env|seed|clean`: the commands behind the Makefile's targets."""

import argparse
import asyncio
import os
import shlex
import shutil
import signal
import sys
import time
from pathlib import Path
from types import FrameType

import boto3
from rich.console import Console

from account import published, retrying, undeleting
from account.errors import AccountError
from local import clip, demo, deployment, sam_local, seed, seed_events, stacks, story, system, tokens
from local.environment import isolate
from local.errors import LocalError
from local.preflight import check_clip
from local.settings import Settings, of_checkout
from local.steps import step

_ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main(arguments: list[str]) -> int:
    isolate(os.environ)
    for number in _ENDING_SIGNALS:
        signal.signal(number, _interrupt)
    parser = argparse.ArgumentParser(prog="python -m local")
    parser.add_argument(
        "action", choices=["up", "down", "run", "logs", "url", "env", "seed", "retry", "undelete", "clean"]
    )
    parser.add_argument(
        "what", nargs="?", default="", help="the clip that `run` uploads, or the video of `logs`"
    )
    asked = parser.parse_args(arguments)
    try:
        settings = system.on_ports_in_use(of_checkout(os.environ))
        if asked.action in ("up", "run"):
            _check(settings)
        if asked.action == "run":
            _run(settings, Path(asked.what) if asked.what else None)
        elif asked.action == "logs":
            _logs(settings, asked.what)
        else:
            actions = {
                "up": _up,
                "down": system.stop,
                "url": _url,
                "env": _env,
                "seed": _seed,
                "retry": _retry,
                "undelete": _undelete,
                "clean": _clean,
            }
            actions[asked.action](settings)
    except LocalError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nstopped", file=sys.stderr)
        return 130
    return 0


def _check(settings: Settings) -> None:
    """Raises LocalError if this is not Linux, or if Reelway runs already, on other ports than asked for."""
    if sys.platform != "linux":
        raise LocalError(
            f"the ffmpeg that Reelway ships runs on Linux, not on {sys.platform}; use a Linux VM"
        )
    for name, used in (("PORT", settings.edge_port), ("EMULATOR_PORT", settings.emulator_port)):
        if os.environ.get(name, "") not in ("", str(used)):
            raise LocalError(f"Reelway already runs with {name}={used}; `make down` stops it")


def _up(settings: Settings) -> None:
    print(system.start(settings).edge_url)
    print(published.access_line(settings.access), file=sys.stderr)  # beside what scripts read


def _url(settings: Settings) -> None:
    _require_running(settings)
    print(settings.edge_url)


def _env(settings: Settings) -> None:
    _require_running(settings)
    system.prepare_sam_local(settings)
    print("\nAll REST routes at http://127.0.0.1:3000, until Ctrl-C:\n")
    print(_pasted(sam_local.command(settings, "start-api", "--warm-containers", "LAZY")))
    print("\nOne function with one event, after `make seed`:\n")
    event = ("VideosFunction", "--event", "events/rest-video.json")
    print(_pasted(sam_local.command(settings, "invoke", *event)))


def _seed(settings: Settings) -> None:
    _require_running(settings)
    with step("fetch the example clip"):
        file = clip.example(settings)
    with step("seed"):
        ids = seed.seed(settings, file)
    events = os.path.relpath(seed_events.folder(settings))
    print(f"processed video  {settings.edge_url}/stream/{ids.video}/master.m3u8")
    print(f"unplanned upload {settings.edge_url}/video/{ids.unplanned}")
    print(f"Every event in events/ is about one of them; use {events}/ for that of CloudFormation.")


def _retry(settings: Settings) -> None:
    """What `make retry` does for a stack on AWS; nobody is asked."""
    _require_running(settings)
    table = stacks.outputs(settings)["VideosTableName"]
    client = boto3.client("dynamodb", endpoint_url=settings.endpoint)
    try:
        retrying.run(retrying.VideoRecords(client, table), settings.edge_url, os.environ, lambda _: True)
    except AccountError as error:
        raise LocalError(str(error)) from error


def _undelete(settings: Settings) -> None:
    """What `make undelete` does for a stack on AWS; nobody is asked."""
    _require_running(settings)
    table = stacks.outputs(settings)["VideosTableName"]
    client = boto3.client("dynamodb", endpoint_url=settings.endpoint)
    try:
        undeleting.run(undeleting.Tombstones(client, table), os.environ, lambda _: True)
    except AccountError as error:
        raise LocalError(str(error)) from error


def _pasted(command: list[str]) -> str:
    """A command line for a shell, broken before each option."""
    return shlex.join(command).replace(" --", " \\\n  --")


def _require_running(settings: Settings) -> None:
    if not system.is_running(settings):
        raise LocalError("Reelway is not running; `make up` starts it")


def _logs(settings: Settings, video_id: str) -> None:
    _require_running(settings)
    deployed = deployment.last(settings)
    if deployed is None:
        raise LocalError("Reelway is not deployed; `make up` deploys it")
    if not video_id:
        raise LocalError("of which video? make logs ID=… takes the id that its upload was answered with")
    lines = story.of_video(
        video_id,
        endpoint=settings.endpoint,
        log_group=deployed.outputs["LogGroupName"],
        state_machine_arn=deployed.outputs["StateMachineArn"],
    )
    print(*lines, sep="\n")


def _clean(settings: Settings) -> None:
    system.stop(settings)
    for path in settings.state.iterdir():
        if path != settings.downloads:
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink()


def _run(settings: Settings, file: Path | None) -> None:
    """Starts the system, plays a clip and serves until Ctrl-C; a system that ran before is left running."""
    if file is not None:
        check_clip(file)
    ours = not system.is_running(settings)
    try:
        running = system.start(settings)
        if file is None:
            with step("fetch the example clip"):
                file = clip.example(settings)
        token = tokens.demo_token(settings, running.outputs)
        asyncio.run(demo.play(running.edge_url, file, Console(highlight=False), token))
        print(published.access_line(settings.access))
        print(f"serving at {running.edge_url} until Ctrl-C", flush=True)
        while system.is_running(settings):
            time.sleep(1)  # soon enough to notice that a program has ended
        raise LocalError(f"a program of the system ended by itself; see {settings.logs}")
    except KeyboardInterrupt:
        print("\nstopping" if ours else "\nleaving it running; `make down` stops it", flush=True)
    finally:
        if ours:
            system.stop(settings)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    """Ends the command; further signals are ignored, because they would interrupt stopping."""
    for number in _ENDING_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


sys.exit(main(sys.argv[1:]))
