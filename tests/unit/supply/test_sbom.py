import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.validation.json import JsonStrictValidator

from supply import locks, sbom
from tests.support.samples import ROOT

RECORD = """av/__init__.py,sha256=YQ,1
av.libs/libavcodec-5e6b81c2.so.62.28.102,sha256={a},1
av.libs/libdrm-b0291a67.so.2.4.0,sha256={b},1
av-18.1.0.dist-info/RECORD,,
"""
DIGESTS = {
    "a": "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE",
    "b": "YmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmI",
}
BUILDERS = {
    "components": [
        {"name": "av", "version": "18.1.0", "purl": "pkg:pypi/av@18.1.0"},
        *[{"name": "libdrm", "version": "2.4.115-2.el8", "purl": "pkg:rpm/almalinux/libdrm@2.4.115-2.el8"}]
        * 2,
    ]
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One that is listed as PyAV's is, with two libraries."""
    path = tmp_path_factory.mktemp("wheels") / "av-18.1.0-cp311-abi3-manylinux_2_28_x86_64.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("av-18.1.0.dist-info/RECORD", RECORD.format(**DIGESTS))
        archive.writestr("av-18.1.0.dist-info/sboms/auditwheel.cdx.json", json.dumps(BUILDERS))
    return path


@pytest.fixture(scope="module")
def text(wheel: Path) -> str:
    return sbom.document(ROOT, "arm64", wheel)


@pytest.fixture(scope="module")
def components(text: str) -> dict[str, dict[str, Any]]:
    """By their bom-ref."""
    return {each["bom-ref"]: each for each in json.loads(text)["components"]}


def test_it_keeps_to_the_schema_of_cyclonedx(text: str) -> None:
    validator = JsonStrictValidator(sbom.SCHEMA)
    assert validator.validate_str(text) is None
    assert validator.validate_str(text.replace('"scope": "required"', '"scope": "perhaps"')) is not None


def test_the_same_locks_give_the_same_file(text: str, wheel: Path, tmp_path: Path) -> None:
    """In another process, in which sets have another order."""
    output = tmp_path / "made" / "sbom.json"
    for seed in ("1", "2"):
        program = [sys.executable, "-m", "supply", "sbom", "arm64", str(wheel), str(output)]
        environment = os.environ | {"PYTHONHASHSEED": seed}
        subprocess.run(program, cwd=ROOT, env=environment, check=True, capture_output=True)
        assert output.read_text() == text


def test_another_build_has_another_serial_number(text: str, wheel: Path) -> None:
    serials = {json.loads(each)["serialNumber"] for each in (text, sbom.document(ROOT, "x86_64", wheel))}
    assert len(serials) == 2


def test_every_locked_package_is_in_it_with_its_hashes(components: dict[str, dict[str, Any]]) -> None:
    for package in locks.packages():
        name = package.name.replace("@", "%40")
        found = components[f"pkg:{package.ecosystem}/{name}@{package.version}"]
        assert {each["content"] for each in found["hashes"]} >= {digest for _, digest in package.hashes}
        assert package.lock in {each["value"] for each in found["properties"]}


def test_what_is_deployed_is_told_from_what_only_builds(
    components: dict[str, dict[str, Any]], text: str
) -> None:
    scopes = {reference: each["scope"] for reference, each in components.items()}
    functions = [*locks.pip_packages(ROOT / "functions" / "requirements.txt")]
    assert {scopes[f"pkg:pypi/{each.name}@{each.version}"] for each in functions} == {"required"}
    [esbuild] = [
        each for each in locks.npm_packages(ROOT / "web" / "package-lock.json") if each.name == "esbuild"
    ]
    assert scopes[f"pkg:npm/esbuild@{esbuild.version}"] == "excluded"
    [pytest_itself] = [reference for reference in scopes if reference.startswith("pkg:pypi/pytest@")]
    assert scopes[pytest_itself] == "excluded"
    [depends] = [each for each in json.loads(text)["dependencies"] if each["ref"] == "reelway"]
    assert set(depends["dependsOn"]) == {
        reference for reference, scope in scopes.items() if scope == "required"
    }


def test_ffmpeg_is_named_as_scanners_know_it_with_the_hash_that_the_build_checks(
    components: dict[str, dict[str, Any]],
) -> None:
    [program] = [each for reference, each in components.items() if reference.startswith("ffmpeg@")]
    checked = (ROOT / "layers" / "ffmpeg" / "arm64.sha256").read_text().split()[0]
    assert program["hashes"] == [{"alg": "SHA-256", "content": checked}]
    assert program["cpe"] == f"cpe:2.3:a:ffmpeg:ffmpeg:{program['version']}:*:*:*:*:*:*:*"
    assert f"Description: ffmpeg {program['version']}" in (ROOT / "template.yaml").read_text()


def test_the_libraries_in_pyavs_wheel_are_listed(components: dict[str, dict[str, Any]]) -> None:
    [ffmpeg] = [each for reference, each in components.items() if reference.startswith("av.libs/FFmpeg@")]
    [codecs] = ffmpeg["components"]
    assert (codecs["name"], codecs["version"]) == ("libavcodec", "62.28.102")
    assert codecs["hashes"] == [{"alg": "SHA-256", "content": b"a".hex() * 32}]
    drm = components["av.libs/libdrm-b0291a67.so.2.4.0"]
    assert (drm["version"], drm["hashes"][0]["content"]) == ("2.4.0", b"b".hex() * 32)
    assert components["pkg:rpm/almalinux/libdrm@2.4.115-2.el8"]["version"] == "2.4.115-2.el8"
