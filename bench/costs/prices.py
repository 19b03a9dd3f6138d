"""List prices, with their source and date: `prices.toml`."""

import datetime
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("prices.toml")


@dataclass(frozen=True, slots=True)
class Price:
    """`tiers` are (units a month from which it applies, dollars for one); `free` units are never billed."""

    name: str
    of: str
    unit: str
    tiers: tuple[tuple[float, float], ...]
    source: str
    date: datetime.date
    is_confirmed: bool
    free: float = 0
    note: str = ""

    @property
    def usd(self) -> float:
        """Of one unit, of those that are billed first."""
        return self.tiers[0][1]

    def cost(self, units: float) -> float:
        """Of a month with so many units, without the free ones."""
        billed, cost = max(0.0, units - self.free), 0.0
        ends = [start for start, _ in self.tiers[1:]] + [float("inf")]
        for (start, usd), end in zip(self.tiers, ends, strict=True):
            cost += max(0.0, min(billed, end) - start) * usd
        return cost


def load(file: Path = FILE) -> dict[str, Price]:
    return {name: _price(name, row) for name, row in tomllib.loads(file.read_text()).items()}


def _price(name: str, row: Mapping[str, Any]) -> Price:
    tiers = row.get("tiers") or [[0, row["usd"]]]
    return Price(
        name,
        row["of"],
        row["unit"],
        tuple((float(start), float(usd)) for start, usd in tiers),
        row["source"],
        row["date"],
        row["confirmed"],
        row.get("free", 0),
        row.get("note", ""),
    )
