"""Stored results: a JSON file and the Markdown made of it, under one name in a folder."""

import json
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Part = Callable[[], dict[str, Any]]


@dataclass
class Results:
    """Both files are written after each part; parts that are not measured this time stay as they were.

    With `parts`, others than these are left out, and they stand in this order.
    """

    folder: Path
    name: str
    described: Mapping[str, Any]
    table: Callable[[Mapping[str, Any]], str]
    parts: Collection[str] | None = None
    _found: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        path = self.folder / f"{self.name}.json"
        self._found = json.loads(path.read_text()) if path.exists() else {}

    def add(self, part: str, measure: Part) -> None:
        began_s = time.monotonic()
        # Through JSON, so that keys are strings as they are in results that were read from the file.
        self._found[part] = json.loads(json.dumps(measure())) | {"measured_on": self.described}
        if self.parts is not None:
            self._found = {name: self._found[name] for name in self.parts if name in self._found}
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / f"{self.name}.json").write_text(json.dumps(self._found, indent=1) + "\n")
        (self.folder / f"{self.name}.md").write_text(self.table(self._found))
        print(f"{part:<28} {time.monotonic() - began_s:6.0f} s", flush=True)
