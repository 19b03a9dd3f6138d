"""`make audit` with the real pip-audit and npm, whose services are on loopback."""

import subprocess
from collections.abc import Sequence

from supply import locks
from supply.advisories import NPM_CANARY, PIP_CANARY
from tests.support.doubles.advisory_services import advisory_services
from tests.support.samples import ROOT

CANARIES = {PIP_CANARY: "GHSA-pip-canary", NPM_CANARY: "GHSA-npm-canary"}
_PIP = next(each for each in locks.pip_packages(ROOT / "functions" / "requirements.txt"))
_NPM = next(each for each in locks.npm_packages(ROOT / "web" / "package-lock.json") if each.is_deployed)
VULNERABLE = {
    (_PIP.name, _PIP.version): "GHSA-of-a-library",
    (_NPM.name, _NPM.version): "GHSA-of-the-page",
}


def audit(options: Sequence[str]) -> tuple[int, str]:
    """The exit code, and what was printed."""
    program = [str(ROOT / ".venv-audit" / "bin" / "python"), "-m", "supply", "audit"]
    done = subprocess.run([*program, *options], cwd=ROOT, capture_output=True, text=True)
    assert not done.stderr
    return done.returncode, done.stdout


def test_packages_against_which_nothing_is_known_are_a_clean_result() -> None:
    with advisory_services(CANARIES) as services:
        code, said = audit(services.options)

    assert (code, "no open advisory" in said) == (0, True), said
    locked = {(each.name, each.version) for each in locks.packages()}
    assert locked - services.asked == set()


def test_a_vulnerable_package_is_named_and_fails() -> None:
    with advisory_services(CANARIES | VULNERABLE) as services:
        code, said = audit(services.options)

    assert code == 1
    assert f"{_PIP.name} {_PIP.version} (pypi): CVE-of-GHSA-of-a-library, GHSA-of-a-library" in said
    assert f"{_NPM.name} {_NPM.version} (npm): GHSA-of-the-page: made for a test" in said
    assert "VULNERABLE: 2 advisories are open" in said


def test_services_that_cannot_be_reached_are_told_and_fail() -> None:
    code, said = audit(["--osv-url", "http://127.0.0.1:9/v1/query", "--npm-registry", "http://127.0.0.1:9"])

    assert code == 2
    assert said.count("NOT ASKED about ") == 2
    assert "NOT AUDITED: pip-audit and npm audit could not be asked; this is no clean result" in said
    assert "no open advisory" not in said


def test_a_service_that_knows_nothing_is_not_believed() -> None:
    """As a mirror of a registry may answer, which has packages and no advisories."""
    with advisory_services({}) as services:
        code, said = audit(services.options)

    assert code == 2
    assert "it knows nothing against pyyaml 5.3" in said
    assert "it knows nothing against minimist 0.0.8" in said
