"""Runs make in a copy of the checkout, with stand-ins for Python, uv and npm that log their arguments."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.support.samples import ROOT

_BUILT = ("__pycache__", ".libraries", ".wheels", ".node", ".compiler")
# A Python that only pretends to make environments and install packages; the rest is passed to the real one.
_PYTHON = """#!/bin/sh
echo "${{0##*/}} $*" >>"{log}"
case "$*" in
"-m venv .venv")
    sleep 0.5  # long enough for another make to come in between
    mkdir -p .venv/bin && cp "$0" .venv/bin/python && cp "$0" .venv/bin/python3
    cp "{folder}/uv" .venv/bin/ ;;
"-m pip "*)
    while [ $# -gt 0 ]; do
        case "$1" in --target | --dest) mkdir -p "$2" ;; esac
        shift
    done ;;
"-m pytest "*) ;;
*) exec "{python}" "$@" ;;
esac
"""
_UV = """#!/bin/sh
echo "uv $*" >>"{log}"
case "$*" in *" venv "*) for made; do :; done; mkdir -p "$made" ;; esac
"""
_NODE = """#!/bin/sh
[ "$2" != run ] && [ "$1" != run ] && exit
mkdir -p bundle && touch bundle/vendor.js bundle/vendor.js.LEGAL.txt
"""


@dataclass(frozen=True, slots=True)
class Checkout:
    """A copy of the checkout without build results; the folder `programs` comes first on the PATH of make."""

    folder: Path
    programs: Path

    @classmethod
    def copy(cls, folder: Path, programs: Path) -> "Checkout":
        for name in ("local", "functions", "layers", "requirements", "web", "cli", "bytecode"):
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(*_BUILT))
        shutil.copy(ROOT / "Makefile", folder)
        programs.mkdir()
        checkout = cls(folder, programs)
        for name, script in {"python3": _PYTHON, "uv": _UV, "node": _NODE, "npm": _NODE}.items():
            checkout.offer(name, script.format(log=checkout.log, folder=programs, python=sys.executable))
        return checkout

    @property
    def log(self) -> Path:
        return self.programs / "log"

    @property
    def asked(self) -> list[str]:
        """The command lines of the stand-ins so far."""
        return self.log.read_text().splitlines() if self.log.exists() else []

    def offer(self, name: str, script: str) -> Path:
        path = self.programs / name
        path.write_text(script)
        path.chmod(0o755)
        return path

    def environment(self, **environ: str) -> dict[str, str]:
        """That of a terminal: without the variables of a make that runs the tests."""
        outside = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("MAKE", "MFLAGS", "ARCH", "BYTECODE"))
        }
        return outside | {"PATH": f"{self.programs}:{os.environ['PATH']}", "PYTHONPATH": ""} | environ

    def start(self, *arguments: str, **environ: str) -> subprocess.Popen[str]:
        """Start make as from a terminal."""
        pipe = subprocess.PIPE
        return subprocess.Popen(
            ["make", *arguments],
            cwd=self.folder,
            env=self.environment(**environ),
            stdout=pipe,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def make(self, *arguments: str, **environ: str) -> tuple[int, str]:
        """Run make; its exit status and output."""
        with self.start(*arguments, **environ) as process:
            output, _ = process.communicate(timeout=60)
            return process.returncode, output
