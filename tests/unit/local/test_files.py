from pathlib import Path

from local import files


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    path, other_link = tmp_path / "note.json", tmp_path / "link"
    path.write_text("before")
    other_link.hardlink_to(path)

    files.write(path, "after")

    assert (path.read_text(), other_link.read_text()) == ("after", "before")
    assert {entry.name for entry in tmp_path.iterdir()} == {"note.json", "link"}


def test_a_discarded_folder_is_gone_at_once_and_so_are_leftovers_soon(tmp_path: Path) -> None:
    folder, leftover, other = (tmp_path / name for name in ("tmp", "tmp.of-a-killed-one", "tmpother"))
    for path in (folder, leftover, other):
        path.mkdir()
        (path / "file").write_text("x")

    files.discard(folder)

    assert not folder.exists()
    files._discarding[-1].wait(timeout=10)
    assert [entry.name for entry in tmp_path.iterdir()] == ["tmpother"]


def test_nothing_to_discard_starts_nothing(tmp_path: Path) -> None:
    before = len(files._discarding)

    files.discard(tmp_path / "tmp")

    assert len(files._discarding) == before
