"""Runs make in a copy of the checkout, with programs that only write down what they are asked."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.support.samples import ROOT

_BUILT = ("__pycache__", ".libraries", ".wheels", ".node")
# A Python that makes environments and installs packages without a registry; everything else is a real one's.
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
case "$*" in *" venv "*) mkdir -p .venv-sam ;; esac
"""
_NODE = """#!/bin/sh
[ "$2" != run ] && [ "$1" != run ] && exit
mkdir -p bundle && touch bundle/vendor.js bundle/vendor.js.LEGAL.txt
"""


@dataclass(frozen=True, slots=True)
class Checkout:
    """A copy that nothing was made in yet; `programs` come first on the PATH of each make."""

    folder: Path
    programs: Path

    @classmethod
    def copy(cls, folder: Path, programs: Path) -> "Checkout":
        for name in ("local", "functions", "layers", "requirements", "web", "cli"):
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
        """What the programs were asked so far, a line each."""
        return self.log.read_text().splitlines() if self.log.exists() else []

    def offer(self, name: str, script: str) -> Path:
        path = self.programs / name
        path.write_text(script)
        path.chmod(0o755)
        return path

    def start(self, *arguments: str, **environ: str) -> subprocess.Popen[str]:
        """One make, as from a terminal: with nothing of the make that runs the tests."""
        outside = {
            name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))
        }
        outside |= {"PATH": f"{self.programs}:{os.environ['PATH']}", "PYTHONPATH": ""} | environ
        pipe = subprocess.PIPE
        return subprocess.Popen(
            ["make", *arguments],
            cwd=self.folder,
            env=outside,
            stdout=pipe,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def make(self, *arguments: str, **environ: str) -> tuple[int, str]:
        """Exit status and output of one make."""
        with self.start(*arguments, **environ) as process:
            output, _ = process.communicate(timeout=60)
            return process.returncode, output
