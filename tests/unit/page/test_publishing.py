from pathlib import Path

import pytest

from page.publishing import copy_page
from tests.support.doubles.fakes.storage import FakeBucket


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """As the layer has it: a package, whose `__init__` is no part of the page."""
    for name in (
        "__init__.py",
        "__pycache__/__init__.cpython-313.pyc",
        "app/index.html",
        "app/main.js",
        "app/style.css",
        "app/photo.png",
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(name)
    return tmp_path


def test_every_file_of_the_page_is_put_under_its_path(folder: Path) -> None:
    site = FakeBucket()
    copied = copy_page(folder, site)
    assert sorted(copied) == ["app/index.html", "app/main.js", "app/photo.png", "app/style.css"]
    assert {key: site.read(key) for key in copied} == {key: key.encode() for key in copied}


@pytest.mark.parametrize(
    ("key", "content_type"),
    [
        ("app/index.html", "text/html; charset=utf-8"),
        ("app/main.js", "text/javascript; charset=utf-8"),
        ("app/style.css", "text/css"),
        ("app/photo.png", "image/png"),
    ],
)
def test_files_have_their_type_and_browsers_ask_each_time(folder: Path, key: str, content_type: str) -> None:
    site = FakeBucket()
    copy_page(folder, site)
    found = site.get(key)
    assert found
    assert (found.content_type, found.cache_control) == (content_type, "no-cache")
