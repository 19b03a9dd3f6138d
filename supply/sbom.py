"""The bill of materials as CycloneDX (https://cyclonedx.org/specification/overview/), in JSON.

What is deployed has the scope `required`, what only builds and tests `excluded`. The same locks give the same
file, so it has no time of its making, and its serial number follows from what it says.
"""

import tomllib
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL

from supply import bundled, locks
from supply.locks import Package

SCHEMA: Final = SchemaVersion.V1_6
_NAMESPACE: Final = uuid.UUID("4b3b1dd3-8f62-5c1c-9d0e-3b3e5b5f3a11")
_ALGORITHMS: Final = {
    "sha256": HashAlgorithm.SHA_256,
    "sha384": HashAlgorithm.SHA_384,
    "sha512": HashAlgorithm.SHA_512,
}
_GPL: Final = "GPL-3.0-or-later"


def document(root: Path, architecture: str, pyav_wheel: Path) -> str:
    """That of a build for `architecture`; `pyav_wheel` is the one that the layer is made of."""
    bom = Bom()
    bom.metadata.timestamp = None  # type: ignore[assignment]  # optional in the schema, and in the library
    bom.metadata.component = _application(root)
    components = [*_locked(locks.packages(root)), _ffmpeg(root, architecture), *_bundled(root, pyav_wheel)]
    bom.components.update(components)
    deployed = [each for each in components if each.scope is ComponentScope.REQUIRED]
    bom.register_dependency(bom.metadata.component, deployed)
    bom.properties.add(Property(name="reelway:architecture", value=architecture))
    bom.serial_number = uuid.UUID(int=0)
    bom.serial_number = uuid.uuid5(_NAMESPACE, _text(bom))
    return _text(bom)


def _text(bom: Bom) -> str:
    text = make_outputter(bom, OutputFormat.JSON, SCHEMA).output_as_string(indent=2)
    return f"{text}\n"


def _application(root: Path) -> Component:
    version = tomllib.loads((root / "pyproject.toml").read_text())["project"]["version"]
    return Component(type=ComponentType.APPLICATION, name="reelway", version=version, bom_ref="reelway")


def _locked(packages: Iterable[Package]) -> Iterator[Component]:
    """A component for each version of a package, with the locks that it is in."""
    found: dict[tuple[str, str, str], list[Package]] = defaultdict(list)
    for package in packages:
        found[package.ecosystem, package.name, package.version].append(package)
    for (ecosystem, name, version), same in found.items():
        namespace, _, short = name.rpartition("/")
        purl = PackageURL(ecosystem, namespace or None, short, version)
        named_license = next((each.license for each in same if each.license), None)
        yield Component(
            name=short,
            group=namespace or None,
            version=version,
            purl=purl,
            bom_ref=purl.to_string(),
            scope=_scope(is_deployed=any(each.is_deployed for each in same)),
            hashes={
                HashType(alg=_ALGORITHMS[kind], content=hexa) for each in same for kind, hexa in each.hashes
            },
            licenses=[LicenseExpression(named_license)] if named_license else None,
            properties=[Property(name="reelway:lock", value=each.lock) for each in same],
        )


def _scope(*, is_deployed: bool) -> ComponentScope:
    return ComponentScope.REQUIRED if is_deployed else ComponentScope.EXCLUDED


def _ffmpeg(root: Path, architecture: str) -> Component:
    version = bundled.ffmpeg_version(root)
    return Component(
        type=ComponentType.APPLICATION,
        name="ffmpeg",
        version=version,
        description="The program that encodes, out of the package imageio-ffmpeg",
        bom_ref=f"ffmpeg@{version}?arch={architecture}",
        purl=PackageURL("generic", None, "ffmpeg", version, {"arch": architecture}),
        cpe=_ffmpeg_cpe(version),
        scope=ComponentScope.REQUIRED,
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=bundled.ffmpeg_sha256(root, architecture))],
        licenses=[LicenseExpression(_GPL)],
    )


def _bundled(root: Path, wheel: Path) -> Iterator[Component]:
    """In PyAV's wheel: FFmpeg's libraries in one component, and those that FFmpeg was built with."""
    found = list(bundled.libraries(wheel))
    version = bundled.pyav_ffmpeg_version(root)
    yield Component(
        name="FFmpeg",
        version=version,
        description="The libraries that read uploads, out of the package av",
        bom_ref=f"av.libs/FFmpeg@{version}",
        purl=PackageURL("generic", None, "ffmpeg", version, {"wheel": "av"}),
        cpe=_ffmpeg_cpe(version),
        scope=ComponentScope.REQUIRED,
        licenses=[LicenseExpression(_GPL)],
        components=[_library(each) for each in found if each.is_of_ffmpeg],
    )
    yield from (_library(each) for each in found if not each.is_of_ffmpeg)
    for name, package_version, purl in bundled.system_packages(wheel):
        yield Component(
            name=name,
            version=package_version,
            purl=PackageURL.from_string(purl),
            bom_ref=purl,
            scope=ComponentScope.REQUIRED,
        )


def _library(library: bundled.Library) -> Component:
    return Component(
        name=library.name,
        version=library.version,
        bom_ref=library.file,
        scope=ComponentScope.REQUIRED,
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=library.sha256)],
    )


def _ffmpeg_cpe(version: str) -> str:
    return f"cpe:2.3:a:ffmpeg:ffmpeg:{version}:*:*:*:*:*:*:*"
