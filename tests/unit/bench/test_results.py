import json
from pathlib import Path
from typing import Any

from bench.results import Results


def results(folder: Path, **options: Any) -> Results:
    return Results(folder, "speed", {"date": "2026-11-26"}, lambda found: ",".join(found), **options)


def stored(folder: Path) -> list[str]:
    found = json.loads((folder / "speed.json").read_text())
    assert (folder / "speed.md").read_text() == ",".join(found)
    return list(found)


def test_what_is_not_measured_this_time_stays(tmp_path: Path) -> None:
    results(tmp_path).add("first", dict)
    results(tmp_path).add("second", dict)
    assert stored(tmp_path) == ["first", "second"]


def test_what_is_measured_no_more_is_left_out_and_the_rest_is_in_order(tmp_path: Path) -> None:
    for part in ("last", "gone", "first"):
        results(tmp_path).add(part, dict)
    results(tmp_path, parts=("first", "new", "last")).add("last", dict)
    assert stored(tmp_path) == ["first", "last"]
