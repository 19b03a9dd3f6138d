"""What the pages link to is there."""

from pathlib import Path

import pytest

from tests.support.readers.markdown import Page, pages
from tests.support.samples import ROOT


def broken_links(page: Page) -> list[str]:
    """Links to files and headings that are not there; other sites are not asked."""
    return [link for link in page.links() if "://" not in link and not leads_somewhere(page, link)]


def leads_somewhere(page: Page, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = (page.path.parent / path).resolve() if path else page.path
    if not target.is_relative_to(ROOT) or not target.exists():
        return False
    return not anchor or (target.suffix == ".md" and anchor in Page(target).anchors())


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Page) -> None:
    assert broken_links(page) == []


@pytest.mark.parametrize("link", ["nowhere.md", "#nowhere", "page.md#nowhere", "/etc/passwd"])
def test_a_broken_link_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, link: str) -> None:
    monkeypatch.setattr("tests.unit.docs.test_links.ROOT", tmp_path)
    path = tmp_path / "page.md"
    path.write_text(f"# A `page`, or two\n\n[a](#a-page-or-two) [b](page.md#a-page-or-two) [c]({link})\n")

    assert broken_links(Page(path)) == [link]


def test_the_pages_are_found() -> None:
    assert {"README.md", "docs/api.md", "docs/decisions/README.md"} <= {page.name for page in pages()}
