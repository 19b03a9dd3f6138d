"""Nothing comes from the network onto a machine that is not checked by a hash that the repository has."""

import re

import pytest

from tests.support.samples import ROOT

_FETCHES = re.compile(
    r"(?:\bpip\b|PIP\)).*\b(?:install|download)\b"
    r"|(?:\bnpm|NPM\)) (?:ci|i|install|add|update|exec)\b|\bnpx\b"
    r"|\b(?:curl|wget)\b|\bdocker (?:pull|run|build)\b|\bgit clone\b"
    r"|playwright install|apt-get install|urlretrieve"
)
# pip takes what has one of the lock's hashes, and runs nothing of it; npm by its lock's integrity.
_BY_HASH = ("--require-hashes", "--only-binary")
_BY_INTEGRITY = "ci --no-audit --no-fund --ignore-scripts"
# What fetches otherwise, by file, and why that is no hole.
_OTHERWISE = {
    (".ci/run", "apt-get install"): "Debian signs its lists of packages, which have the hashes",
    (".ci/run", "curl"): "asks the system that was started here",
    (".ci/run", "docker pull"): "the image that Lambda itself runs, which AWS patches; for `sam local` alone",
    ("distribution/Makefile", "exec --offline"): "runs what `npm ci` has installed",
    ("tests/clients/Makefile", "exec --offline"): "runs what `npm ci` has installed",
    ("tests/support/media/corpus.py", '"pip", "download"'): "by hash; one of four is a source archive",
    ("tests/support/system/containers.py", "docker pull it"): "says what a person may do",
}


def _recipes() -> list[tuple[str, str]]:
    """(file, line) of all that is run here: recipes whose lines are joined, a call in Python as one line."""
    files = [ROOT / ".ci" / "run"]
    for pattern in ("Makefile", "*/Makefile", "*/*/Makefile", "*/*.mk", "*/*.sh", ".github/**/*.yml"):
        files += [path for path in ROOT.glob(pattern) if not {".venv", "node_modules"} & {*path.parts}]
    for folder in ("local", "account", "bench", "supply", "tests/support", "cli"):
        files += (ROOT / folder).rglob("*.py")
    found = []
    for path in files:
        text = path.read_text().replace("\\\n", " ")
        if path.suffix == ".py":  # the arguments of a program, which stand in several lines
            text = re.sub(r",\s*\*?\(?\s*(?=\"|\*)", ", ", text)
        name = path.relative_to(ROOT).as_posix()
        found += [(name, line) for line in text.splitlines() if not line.lstrip().startswith("#")]
    return found


def _unchecked(name: str, line: str) -> str | None:
    """What of the line fetches something without a hash."""
    if not _FETCHES.search(line) or any(name == file and said in line for file, said in _OTHERWISE):
        return None
    is_checked = all(option in line for option in _BY_HASH) or _BY_INTEGRITY in line
    return None if is_checked else f"{name}: {line.strip()[:150]}"


def test_nothing_is_fetched_without_a_hash() -> None:
    fetching = [(name, line) for name, line in _recipes() if _FETCHES.search(line)]
    assert len(fetching) > 10
    assert not [fault for name, line in fetching if (fault := _unchecked(name, line))]


@pytest.mark.parametrize(
    "line",
    [
        "	$(PIP) install --target x --requirement requirements.txt",
        "	python3 -m pip download --require-hashes -r a.txt",
        "	cd x && $(NPM) install esbuild",
        "	cd x && $(NPM) ci --no-audit --no-fund",
        "	npx esbuild libraries.js",
        "	curl -LO https://example.com/ffmpeg.tar.xz",
        "	docker pull example/image:latest",
        '    subprocess.run([sys.executable, "-m", "pip", "download", "av"])',
    ],
)
def test_a_fetch_without_a_hash_is_found(line: str) -> None:
    assert _unchecked("Makefile", line)


def test_every_exception_is_met() -> None:
    recipes = _recipes()
    assert not [of for of in _OTHERWISE if not any(of[0] == name and of[1] in line for name, line in recipes)]
