"""`sam build` and `sam deploy`, skipped when nothing that they depend on has changed.

The build is not in `.aws-sam`, because it could not be deployed to AWS: ffmpeg and PyAV are moved out of
their layers. MiniStack unpacks layers for every process and without exec bits, so ffmpeg could not run
there. It is on the emulator's PATH instead, PyAV in its environment, and 280 MB need not be zipped, uploaded
and unpacked again. For an emulator that somebody else has started the layers stay whole, in another build.
"""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local import environment, files, stacks
from local.errors import LocalError
from local.processes import last_lines
from local.settings import Settings
from local.sources import architecture, digest

# One vCPU per chunk, and as many chunks at once as processors: two threads in one chunk cost a tenth more CPU
# time.
_ENCODE_MEMORY_MB = 1769
_CHUNK_TARGET_S = 5  # short, so that a demo's clip already has several chunks and its progress several steps

# Nothing is billed on a laptop; its emulator throttles as API Gateway does.
_UNCAPPED = {
    "MaxConcurrentMinutes": 3000,
    "MaxMinutesPerHour": 0,
    **dict.fromkeys(("UploadsPerSecond", "PartsPerSecond", "CallsPerSecond"), 10_000),
    **dict.fromkeys(("OthersPerSecond", "SocketsPerSecond"), 10_000),
}


@dataclass(frozen=True, slots=True)
class Deployed:
    """The last successful deploy to the emulator: a digest of its sources, and the stack's outputs."""

    digest: str
    outputs: Mapping[str, str]


def last(settings: Settings) -> Deployed | None:
    try:
        return Deployed(**json.loads(settings.deployed.read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def deploy_digest(settings: Settings) -> str:
    return hashlib.sha256(" ".join([digest(settings.checkout), *_parameters(settings)]).encode()).hexdigest()


def build(settings: Settings) -> bool:
    """Brings the build up to date; False if it already was. The caller holds the build's lock."""
    stamp = settings.build / "digest"
    wanted = digest(settings.checkout)
    fresh = stamp.exists() and stamp.read_text() == wanted
    if not fresh:
        shutil.rmtree(settings.build, ignore_errors=True)
        build_into(settings.build, settings)
        if settings.emulator_url is None:
            (settings.build / "FfmpegLayer" / "bin").rename(settings.build / "bin")
            shutil.rmtree(settings.build / "ProbeLayer" / "python")
        stamp.write_text(wanted)
    _offer_binaries(settings)
    return not fresh


def build_into(folder: Path, settings: Settings) -> None:
    """`sam build` for this machine, with whole layers. The caller holds the build's lock."""
    environ = environment.building(os.environ) | {"ARCH": architecture(), "BYTECODE": "no"}
    log = settings.logs / "build.log"
    _run(["make", "-C", "functions", "libraries"], environ=environ, settings=settings, log=log)
    _run(
        [
            *(_sam(settings), "build"),
            *(f"--template-file={settings.checkout / 'template.yaml'}", f"--build-dir={folder}"),
            f"--parameter-overrides=Architecture={architecture()}",
        ],
        environ=environ,
        settings=settings,
        log=log,
    )


def deploy(settings: Settings) -> Deployed:
    """Deploys the build to the running emulator and records it as the last deploy."""
    template = settings.build / "template.yaml"
    if settings.emulator_url is not None:
        template = _translated(template, settings)
    _run(
        [
            *_sam_with_config(settings, "deploy"),
            f"--template-file={template}",
            f"--stack-name={settings.stack_name}",
            *("--parameter-overrides", *_parameters(settings)),
        ],
        environ=environment.deploying(settings),
        settings=settings,
        log=settings.logs / "deploy.log",
    )
    deployed = Deployed(deploy_digest(settings), stacks.outputs(settings))
    files.write(settings.deployed, json.dumps({"digest": deployed.digest, "outputs": dict(deployed.outputs)}))
    return deployed


def _translated(template: Path, settings: Settings) -> Path:
    """The template in CloudFormation's own terms, with its packages in a bucket of the emulator.

    LocalStack's translation of SAM knows no WebSocket API and no references like `!Ref Function.Alias`.
    """
    packaged, plain = settings.temporary / "packaged.yaml", settings.temporary / "translated.json"
    environ, log = environment.deploying(settings), settings.logs / "translate.log"
    package = [
        *_sam_with_config(settings, "package"),
        *(f"--template-file={template}", f"--output-template-file={packaged}"),
    ]
    python = str(settings.checkout / ".venv-sam" / "bin" / "python")
    translate = [python, "-m", "local.translation", str(packaged), str(plain), *_parameters(settings)]
    for command in (package, translate):
        _run(command, environ=environ, settings=settings, log=log)
    return plain


def _sam_with_config(settings: Settings, command: str) -> list[str]:
    config = settings.checkout / "samconfig.toml"
    return [_sam(settings), command, "--config-env=local", f"--config-file={config}"]


def _parameters(settings: Settings) -> list[str]:
    # Not every emulator has a distribution, which alone would know the key.
    own = [] if settings.emulator_url is None else ['OriginKeyRequired=""']
    return [
        *own,
        f"EmulatorEndpoint={settings.endpoint}",
        f"Access={settings.access}",
        f"EncodeConcurrency={os.cpu_count() or 1}",
        f"EncodeMemoryMb={_ENCODE_MEMORY_MB}",
        f"ChunkTargetSeconds={_CHUNK_TARGET_S}",
        f"Architecture={architecture()}",
        *(f"{name}={value}" for name, value in _UNCAPPED.items()),
        *(f"{name}={value}" for name, value in settings.parameters),
    ]


def _sam(settings: Settings) -> str:
    return str(settings.checkout / ".venv-sam" / "bin" / "sam")


def _run(argv: list[str], *, environ: Mapping[str, str], settings: Settings, log: Path) -> None:
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        result = subprocess.run(
            argv,
            env=dict(environ),
            cwd=settings.checkout,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            close_fds=False,  # it inherits the locks of `system`
            check=False,
        )
    if result.returncode != 0:
        command = " ".join([Path(argv[0]).name, argv[1]])
        raise LocalError(f"{command} failed; the end of {log}:\n{last_lines(log)}")


def _offer_binaries(settings: Settings) -> None:
    """Makes hard links, so that a later build does not remove the files that a running system uses."""
    settings.binaries.mkdir(parents=True, exist_ok=True)
    built = "bin" if settings.emulator_url is None else "FfmpegLayer/bin"
    for binary in (settings.build / built).iterdir():
        offered = settings.binaries / binary.name
        if offered.exists() and offered.stat().st_mtime_ns == binary.stat().st_mtime_ns:
            continue
        offered.unlink(missing_ok=True)
        try:
            offered.hardlink_to(binary)
        except OSError:  # another file system, as a test's temporary folder may be
            shutil.copy2(binary, offered)
