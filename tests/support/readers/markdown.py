"""Reads the project's Markdown pages: anchors, links, tables and code blocks."""

import re
from dataclasses import dataclass
from pathlib import Path

from tests.support.samples import ROOT

_FENCE = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
_LINK = re.compile(r"\[[^\]]*\]\(([^()\s]+)\)")
_NOT_IN_ANCHORS = re.compile(r"[^\w\- ]")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced code block; `info` is the text after its opening fence, such as `bash runs`."""

    info: str
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """One Markdown file."""

    path: Path

    @property
    def text(self) -> str:
        return self.path.read_text()

    @property
    def name(self) -> str:
        return str(self.path.relative_to(ROOT))

    @property
    def prose(self) -> str:
        """The text without its code blocks."""
        return _FENCE.sub("", self.text)

    def blocks(self, info: str) -> list[Block]:
        return [Block(*found) for found in _FENCE.findall(self.text) if found[0] == info]

    def links(self) -> list[str]:
        return _LINK.findall(self.prose)

    def anchors(self) -> set[str]:
        """The anchors (`#…`) of the page, derived from its headings as on GitHub."""
        anchors: set[str] = set()
        for heading in _HEADING.findall(self.prose):
            base = _NOT_IN_ANCHORS.sub("", heading.strip().lower()).replace(" ", "-")
            same = sum(1 for anchor in anchors if re.fullmatch(rf"{re.escape(base)}(-\d+)?", anchor))
            anchors.add(f"{base}-{same}" if same else base)
        return anchors

    def rows(self, heading: str) -> list[list[str]]:
        """The cells of the first table under `heading`, without its header and delimiter rows."""
        section = self.prose.split(f"\n{heading}\n", 1)[1]
        [table] = re.findall(r"(?:^\|.*\n)+", section, re.MULTILINE)[:1]
        return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]


def pages() -> list[Page]:
    """Every Markdown page of the project."""
    found = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "bench" / "results").glob("*.md")]
    return [Page(path) for path in sorted(found)]
