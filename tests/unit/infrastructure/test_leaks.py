"""Leaks that import-linter and ruff do not see: by name, through the standard library, sideways.

Every module of functions/ outside of `reelway.adapters` is read here, imports in functions' bodies and under
TYPE_CHECKING included.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.samples import ROOT

FUNCTIONS = ROOT / "functions"
OURS = {path.parent.name for path in FUNCTIONS.glob("*/__init__.py")}
# Of the standard library: what starts processes, opens connections, or imports what no linter can follow.
REACHING_OUT = {
    *(
        "asyncio",
        "concurrent.futures.process",
        "ctypes",
        "ftplib",
        "http.client",
        "importlib",
        "multiprocessing",
    ),
    *("posix", "pty", "smtplib", "socket", "socketserver", "ssl", "subprocess", "urllib.request", "xmlrpc"),
}
# `importlib.resources` reads files of a package, and imports nothing.
HARMLESS = {"importlib.resources"}
OUTSIDE_BY_NAME = {
    *(
        "__import__",
        "eval",
        "exec",
        "environ",
        "environb",
        "getenv",
        "getenvb",
        "expandvars",
        "popen",
        "system",
    ),
    *("fork", "forkpty", "posix_spawn", "posix_spawnp", "startfile"),
}
# Modules beside handlers that read an event or shape an answer in an adapter's terms, or translate settings.
# All other use cases are handed their adapters.
IN_ADAPTERS_TERMS = {
    "changes.change": {"stream_batches", "video_items"},
    "changes.records": {"connections_table", "stream_batches"},
    "streaming.answers": {"http_api"},
    "transcode.plan_settings": {"settings"},
}
# What a function's own build has, and no other.
OWN_LIBRARIES = {"authorizer.issuer": {"jwt"}, "authorizer.signatures": {"jwt"}}


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(FUNCTIONS).with_suffix("").parts)


MODULES = {
    name_of(path): path.read_text()
    for package in sorted(OURS)
    for path in (FUNCTIONS / package).rglob("*.py")
    if not any(path.is_relative_to(FUNCTIONS / "reelway" / room) for room in ("adapters", "probing"))
}


def imports_in(source: str) -> Iterator[str]:
    """Every module, or name in a module, that is imported anywhere in the source, in full."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def within(name: str, modules: set[str]) -> bool:
    return any(name == module or name.startswith(f"{module}.") for module in modules)


def leaks_in(module: str, source: str) -> list[str]:
    """What the module may not import or name."""
    imported = list(imports_in(source))
    known = {*sys.stdlib_module_names, *OURS, *OWN_LIBRARIES.get(module, ())}
    found = [name for name in imported if name.partition(".")[0] not in known]
    found += [name for name in imported if within(name, REACHING_OUT) and not within(name, HARMLESS)]
    found += [name for name in imported if any(part.endswith("handler") for part in name.split("."))]
    if not module.endswith("handler"):
        found += [name for name in imported if name.startswith("reelway.adapters") and not _may(module, name)]
    return found + sorted(names_in(source) & OUTSIDE_BY_NAME)


def _may(module: str, name: str) -> bool:
    """Whether a use case may import this of an adapter."""
    allowed = {f"reelway.adapters.{adapter}" for adapter in IN_ADAPTERS_TERMS.get(module, set())}
    return within(name, allowed)


def names_in(source: str) -> set[str]:
    """Names, attributes, and texts, which `getattr` takes for attributes."""
    nodes = list(ast.walk(ast.parse(source)))
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    attributes = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    return names | attributes | {str(node.value) for node in nodes if isinstance(node, ast.Constant)}


@pytest.mark.parametrize("module", MODULES)
def test_nothing_outside_the_adapters_reaches_out(module: str) -> None:
    assert leaks_in(module, MODULES[module]) == []


@pytest.mark.parametrize(
    ("module", "leak"),
    [
        ("reelway.plan.ladder", "def f():\n    import botocore"),
        ("reelway.plan.ladder", "import jmespath"),
        ("reelway.plan.ladder", "if TYPE_CHECKING:\n    import types_boto3_s3"),
        ("reelway.plan.ladder", "X = __import__('boto3')"),
        ("reelway.plan.ladder", "import importlib\nX = importlib.import_module('boto3')"),
        ("reelway.plan.ladder", "from importlib import import_module"),
        ("reelway.plan.ladder", "import os as o\nX = o.environ"),
        ("reelway.plan.ladder", "import os\nX = os.environb"),
        ("reelway.plan.ladder", "import os\nX = getattr(os, 'environ')"),
        ("reelway.plan.ladder", "import os\nX = os.path.expandvars('$A')"),
        ("reelway.plan.ladder", "from posix import environ"),
        ("reelway.plan.ladder", "import os\nos.posix_spawn('ffmpeg', [], {})"),
        ("reelway.plan.ladder", "import asyncio"),
        ("reelway.plan.ladder", "from urllib import request"),
        ("reelway.plan.ladder", "import urllib.request"),
        ("reelway.plan.ladder", "from http.client import HTTPSConnection"),
        ("reelway.live_status.delivery", "from reelway.adapters import websocket_api"),
        ("upload.receiving", "from reelway.adapters import wiring"),
        ("upload.receiving", "from reelway.adapters.settings import UploadSettings"),
        ("upload.receiving", "def f():\n    from upload import handler"),
        ("transcode.encoding", "from reelway.adapters.s3 import S3Bucket"),
        ("transcode.preparing", "from transcode.publish_handler import publisher"),
        ("transcode.prepare_handler", "from transcode import publish_handler"),
    ],
)
def test_a_leak_is_found(module: str, leak: str) -> None:
    assert leaks_in(module, leak)


@pytest.mark.parametrize(
    ("module", "fine"),
    [
        ("page.handler", "from importlib.resources import files"),
        ("upload.handler", "from reelway.adapters import wiring"),
        ("changes.change", "from reelway.adapters import video_items"),
        ("reelway.errors", "from http import HTTPStatus"),
        ("reelway.hls.playlists", "from urllib.parse import quote"),
    ],
)
def test_what_belongs_there_is_none(module: str, fine: str) -> None:
    assert leaks_in(module, fine) == []


def test_every_exception_is_needed() -> None:
    for module, adapters in IN_ADAPTERS_TERMS.items():
        imported = list(imports_in(MODULES[module]))
        assert all(
            any(within(name, {f"reelway.adapters.{adapter}"}) for name in imported) for adapter in adapters
        )
