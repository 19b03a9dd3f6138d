"""Starts functions as Lambda does: one fresh interpreter, one build, one event."""

import compileall
import json
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from py_compile import PycInvalidationMode
from typing import Any

from bench.spread import ratios, spread
from tests.support import runtime, samples
from tests.support.doubles import moto_aws
from tests.support.readers import function_environment

_UNCOMPILED_RUNS = 3  # enough for what nobody has to be content with
CHILD = Path(__file__).with_name("child.py")
# The event that each function is measured with.
EVENTS = {
    "UploadFunction": "rest-upload",
    "StreamingFunction": "rest-stream-manifest",
    "VideosFunction": "rest-video",
    "SocketFunction": "websocket-connect",
    "AuthorizerFunction": "authorizer-request",
    "ChangesFunction": "dynamodb-video-modified",
    "AnnounceFunction": "sqs-announcement",
    "RedeliverFunction": "sqs-undelivered",
    "PlanFunction": "sqs-object-created",
    "PrepareFunction": "step-prepare",
    "EncodeFunction": "step-encode",
    "PublishFunction": "step-publish",
    "FailFunction": "step-fail",
    "UnlistFunction": "sqs-object-removed",
    "RemoveFunction": "sqs-removal",
    "InvalidateFunction": "sqs-invalidation",
    "LostWorkFunction": "schedule-lost-work",
    "KeepAliveFunction": "schedule-keep-alive",
    "DeletionsFunction": "schedule-deletions",
    "WebhooksFunction": "rest-webhook",
    "FanOutFunction": "sqs-event",
    "DeliverFunction": "sqs-delivery",
    "PageFunction": "cloudformation-page",
    "PlaybackKeysFunction": "cloudformation-playback-keys",
    "RecallFunction": "sqs-recall",
}


@dataclass(frozen=True, slots=True)
class Starter:
    """`build` has the built functions, `endpoint` is the AWS that they call, `folder` is for copies."""

    build: Path
    endpoint: str
    folder: Path

    def measure(self, function: str, runs: int) -> dict[str, Any]:
        """CPU ms of the first answer: the function's, with bytecode and without, and a bare handler's."""
        handlers = {name: module for module, name in function_environment.handlers().items()}
        event = samples.event(EVENTS[function]) | {"ResponseURL": f"{self.endpoint}/answer"}
        plain, compiled = self._copies(function)
        path = [str(compiled), str(self.build / "PageLayer" / "python"), str(self._runtime())]
        served: dict[str, Any] = {"path": path, "handler": handlers[function], "event": event}
        recorded = self._start(function, served | {"record": True})
        # What signs for all regions is a part of the call, and comes with the function.
        signer = [str(compiled)] if (compiled / "awscrt").exists() else []
        bare = {"path": [*path[-1:], *signer], "clients": recorded["clients"], "calls": recorded["calls"]}
        raw = served | {"path": [str(plain), *path[1:]]}
        self._start(function, bare)
        found = [[self._start(function, each)["cpu_ms"] for each in (served, bare)] for _ in range(runs)]
        own, least = zip(*found, strict=True)
        uncompiled = [self._start(function, raw)["cpu_ms"] for _ in range(_UNCOMPILED_RUNS)]
        return {
            "event": EVENTS[function],
            "outcome": recorded["outcome"],
            "services": sorted({service for service, _ in bare["clients"]}),
            "calls": len(bare["calls"]),
            "size_kb": _size_kb(plain),
            "cpu_ms": spread(own),
            "bare_ms": spread(least),
            "uncompiled_ms": spread(uncompiled),
            "ratio": ratios(own, least),
        }

    def _start(self, function: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        file = self.folder / "asked.json"
        file.write_text(json.dumps(asked))
        # -B, because /var/task is read-only; -I and -S leave out this environment.
        command = [sys.executable, "-B", "-I", "-S", str(CHILD), str(file)]
        done = subprocess.run(
            command, env=self._environment(function), capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{function}: {done.stderr[-2000:]}")
        return dict(json.loads(done.stdout.splitlines()[-1]))

    def _environment(self, function: str) -> dict[str, str]:
        return function_environment.environment_of(function, moto_aws.REFERENCES) | {
            "PATH": "/usr/bin:/bin",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI": self.endpoint,
        }

    def _copies(self, function: str) -> tuple[Path, Path]:
        """Without bytecode, and with that of this interpreter, as functions/Makefile makes Lambda's."""
        copies = self.folder / function / "plain", self.folder / function / "compiled"
        for copy in copies:
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(self.build / function, copy, ignore=shutil.ignore_patterns("__pycache__"))
        compileall.compile_dir(copies[1], quiet=2, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)
        return copies

    def _runtime(self) -> Path:
        folder = self.folder / "runtime"
        if not folder.exists():
            folder.mkdir(parents=True)
            runtime.link_into(folder)
            # The authorizer's build has that of Lambda's Python.
            for library in Path(sysconfig.get_path("platlib")).glob("_cffi_backend*"):
                (folder / library.name).symlink_to(library)
        return folder


def _size_kb(folder: Path) -> int:
    return round(sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1024)
