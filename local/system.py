"""Starts and stops one local system as a whole. Other code uses this package through this module.

For tests: `isolate(os.environ)`, then

    settings = on_free_ports(tmp_path)
    system = start(settings)   # builds, starts the emulator, deploys, starts the edge; then quick
    try:
        ... system.edge_url, system.endpoint, system.outputs["VideosTableName"] ...
    finally:
        stop(settings)

`start` is idempotent and takes a lock: concurrent calls for one state folder return the same system.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from local import (
    deployment,
    edge_process,
    emulator,
    endpoints,
    files,
    preflight,
    processes,
    sam_local,
    stacks,
)
from local.settings import Settings
from local.steps import step


@dataclass(frozen=True, slots=True)
class System:
    """A running system: the edge's URL, the stack's outputs and name, the emulator's URL.

    Without a distribution on the emulator there is no edge, and `edge_url` is that of the REST API.
    """

    edge_url: str
    outputs: Mapping[str, str]
    endpoint: str
    stack_name: str
    has_edge: bool = True


def start(settings: Settings) -> System:
    """Builds, starts and deploys as far as needed, and returns when the edge answers.

    Raises LocalError if a port is taken, or if a build, a deploy or a program fails; then the system is
    stopped again, unless it was running before.
    """
    with _locked(settings.state / "lock"):
        was_running = is_running(settings)
        try:
            return _start(settings)
        except BaseException:
            if not was_running:
                _stop(settings)
            raise


def build(settings: Settings) -> None:
    """Builds without starting anything, so that ffmpeg is in `settings.binaries`."""
    with _locked(settings.shared / "build.lock"):
        _build(settings)


def prepare_sam_local(settings: Settings) -> None:
    """Writes the deployed functions' variables, and builds for `sam local`. The system must be running."""
    with _locked(settings.state / "lock"):
        sam_local.write_variables(settings)
    with _locked(settings.shared / "build.lock"), step("build for `sam local`"):
        sam_local.build(settings)


def stop(settings: Settings) -> None:
    """Stops the edge, then the emulator, which saves its state."""
    with _locked(settings.state / "lock"):
        _stop(settings)


def is_running(settings: Settings) -> bool:
    """Whether both programs run."""
    return emulator.is_running(settings) and edge_process.is_running(settings)


def on_ports_in_use(settings: Settings) -> Settings:
    """The settings with the ports of the system that runs on this state folder, if there is one."""
    if not emulator.is_running(settings):
        return settings
    return replace(settings, **json.loads((settings.state / "ports.json").read_text()))


def _start(settings: Settings) -> System:
    if settings.emulator_url is not None:
        return _attach(settings)
    if not emulator.is_running(settings):
        _stop(settings)
        preflight.check_port("EMULATOR_PORT", settings.emulator_port)
    if not edge_process.is_running(settings):
        preflight.check_port("PORT", settings.edge_port)
    elif edge_process.has_other_options(settings):
        edge_process.stop(settings)
    with _locked(settings.shared / "build.lock"):
        _build(settings)
        deployed = _deploy(settings)
    if not edge_process.is_running(settings):
        with step("start the edge"):
            edge_process.start(settings, deployed.outputs["DistributionId"])
    return System(settings.edge_url, deployed.outputs, settings.endpoint, settings.stack_name)


def _attach(settings: Settings) -> System:
    """Deploys to an emulator that somebody else has started, and starts the edge if it has CloudFront."""
    print(f"on {endpoints.name_of(settings.endpoint)} at {settings.endpoint}", flush=True)
    settings.temporary.mkdir(parents=True, exist_ok=True)
    with _locked(settings.shared / "build.lock"):
        _build(settings)
        with step("deploy"):
            # LocalStack 2026.3 cannot update this stack: "maximum recursion depth exceeded".
            stacks.delete(settings)
            outputs = deployment.deploy(settings).outputs
    if stacks.has_distribution(settings, outputs):
        with step("start the edge"):
            edge_process.start(settings, outputs["DistributionId"])
        return System(settings.edge_url, outputs, settings.endpoint, settings.stack_name)
    rest_api = endpoints.rest_api_url(settings.endpoint, outputs)
    return System(rest_api, outputs, settings.endpoint, settings.stack_name, has_edge=False)


def _build(settings: Settings) -> None:
    with step("build"):
        deployment.build(settings)


def _deploy(settings: Settings) -> deployment.Deployed:
    digest = deployment.deploy_digest(settings)
    # A deploy that was killed may have left a stack that no other can update.
    if emulator.is_running(settings) and not stacks.are_stable(settings):
        _stop(settings)
    if not emulator.is_running(settings):
        with step("start the emulator"):
            lost = _start_emulator(settings)
        print(lost, end="\n" if lost else "", flush=True)
    deployed = deployment.last(settings)
    if deployed is None or deployed.digest != digest:
        with step("deploy"):
            deployed = deployment.deploy(settings)
        # The edge reads the distribution only when it starts.
        edge_process.stop(settings)
    return deployed


def _start_emulator(settings: Settings) -> str:
    ports = json.dumps({"edge_port": settings.edge_port, "emulator_port": settings.emulator_port})
    files.write(settings.state / "ports.json", ports)
    return emulator.start(settings)


def _stop(settings: Settings) -> None:
    sam_local.stop_relay(settings)
    edge_process.stop(settings)
    emulator.stop(settings)
    processes.kill_orphans(settings.state)
    files.discard(settings.temporary)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Holds the lock at `path`, so that there is one start, stop or build at a time.

    A build or deploy holds it too, and so until its end if the program that has begun it is killed.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        os.set_inheritable(lock.fileno(), True)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("waiting for another start or stop of Reelway to end", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
