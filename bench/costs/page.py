"""docs/costs.md: the text of page.md, with tables and figures in the place of {{names}}."""

import json
import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.costs import amounts, burst, ceiling, film, requests_report, rivals, scale, tables, template_facts
from bench.costs.amounts import Measured
from bench.costs.prices import Price, load
from bench.costs.usage import dollars
from bench.encode.lambda_model import Assumptions, critical_path

TEMPLATE = Path(__file__).with_name("page.md")
ARCHITECTURES = ("arm64", "x86_64")
_HOUR_S = 3600
_WIDTH = 120
_PLACE = re.compile(r"\{\{(\w+)\}\}")


@dataclass(frozen=True, slots=True)
class Inputs:
    """Results of benchmarks as they are stored; `burst` is empty where none was simulated."""

    encode: Mapping[str, Any]
    requests: Mapping[str, Any]
    burst: Sequence[Mapping[str, Any]]

    def measured(self, architecture: str) -> Measured:
        of = film.film_of(self.encode)
        return Measured(of, template_facts.read(), self.requests["requests"], architecture)


def inputs(results: Path) -> Inputs:
    """The stored results; requests.json is made by `make bench-costs`."""
    simulated = results / "burst.json"
    return Inputs(
        json.loads((results / "encode.json").read_text()),
        json.loads((results / "requests.json").read_text()),
        burst.rows(json.loads(simulated.read_text())) if simulated.exists() else [],
    )


def page(found: Inputs) -> str:
    """The whole page. Raises KeyError for a name that has no value."""
    prices = load()
    places = _texts(found, prices) | _tables(found, prices)
    return reflowed(_PLACE.sub(lambda place: places[place[1]], TEMPLATE.read_text()))


def reflowed(text: str) -> str:
    """Paragraphs and points of lists in lines of at most 120 characters; other blocks as they are."""
    blocks = re.split(r"\n{2,}", text.strip())
    return "\n\n".join(_reflowed(block) for block in blocks) + "\n"


def _reflowed(block: str) -> str:
    if block.startswith(("|", "#")):
        return block
    items = re.split(r"\n(?=- )", block)
    indent = "  " if block.startswith("- ") else ""
    return "\n".join(
        textwrap.fill(
            " ".join(item.split()),
            width=_WIDTH,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
        for item in items
    )


def summary(found: Inputs) -> dict[str, Any]:
    """What programs read, in dollars: `encode_hour_1080p30` is everything that an upload of an hour costs."""
    prices = load()
    of = {name: found.measured(name) for name in ARCHITECTURES}
    default = of[found.measured("arm64").facts.architecture]
    return {
        "encode_hour_1080p30": {
            name: round(dollars(amounts.upload(measured, _HOUR_S).usage, prices), 4)
            for name, measured in of.items()
        },
        "stored_hour_month": round(
            dollars(amounts.stored(default.film, _HOUR_S, first_month=True), prices), 4
        ),
        "watched_hour_1080p": round(dollars(amounts.watched(default, _HOUR_S), prices), 4),
        "idle_month": round(dollars(amounts.idle(default), prices), 2),
        "monthly": {str(size): round(scale.scale(default, prices, size).dollars) for size in scale.SIZES},
    }


def _tables(found: Inputs, prices: Mapping[str, Price]) -> dict[str, str]:
    both = [found.measured(name) for name in ARCHITECTURES]
    default = found.measured(both[0].facts.architecture)
    sizes = [scale.scale(default, prices, size) for size in scale.SIZES]
    limits = scale.limits(default)
    own = rivals.reelway(default, prices)
    others = rivals.others(default.film, own, prices)
    return {
        "mediaconvert_ratio": f"{others[0].uploaded / own.uploaded:.0f}",
        "hour": tables.hour(both, prices),
        "parts": tables.parts(default, prices),
        "watched": tables.watched(default, prices),
        "rivals": tables.beside([own, *others], prices),
        "idle": tables.idle(default, prices),
        "ceiling": ceiling.table(default, prices),
        "scale": tables.scales(sizes),
        "first_limits": tables.first_limits(limits, sizes),
        "limits": tables.limits(limits),
        "burst": burst.section(found.burst),
        "model": requests_report.model(found.requests["requests"]["videos"]),
        "prices": tables.price_list(prices),
    }


def _texts(found: Inputs, prices: Mapping[str, Price]) -> dict[str, str]:
    default = found.measured(template_facts.read().architecture)
    video, size = film.as_deployed(default.film, _HOUR_S)
    of, assumed, facts = amounts.upload(default, _HOUR_S), Assumptions(), default.facts
    *names, last = default.film.rendition_bps
    return {
        "architecture": default.architecture,
        "renditions": f"{', '.join(names)} and {last}",
        "chunks": str(of.chunks),
        "segments": f"{default.film.segments(_HOUR_S):,}",
        "chunk_s": f"{size.chunk_s:.0f}",
        "memory": f"{size.memory_mb:,}",
        "at_once": str(of.chunks_at_once),
        "ready": f"{critical_path(video, size, assumed).total_s:.0f} s",
        "kept_top": f"{_saved_by_the_source(found.encode):.0%}".replace("%", " %"),
        "example_months": str(rivals.EXAMPLE_MONTHS),
        "example_views": str(rivals.EXAMPLE_VIEWS),
        "invalidation": f"{prices['cloudfront-invalidation'].usd:g}",
        "invalidation_free": f"{prices['cloudfront-invalidation'].free:,.0f}",
        "logs_stored": f"{prices['logs-stored-gb'].usd:g}",
        "trace_million": f"{prices['xray-trace'].usd * 1e6:g}",
        "metrics": str(len(facts.metrics)),
        "metric_dollars": f"{len(facts.metrics) * prices['metric'].usd:.2f}",
        "hardest": f"{ceiling.HARDEST_CPU_PER_S:g}",
        "video_min": str(scale.DURATION_S // 60),
        "views": str(scale.VIEWS),
        "peak": f"{scale.PEAK:.0f}",
        "machine": found.encode["hour"]["measured_on"]["machine"],
    } | _assumed(default)


def _assumed(default: Measured) -> dict[str, str]:
    assumed = Assumptions()
    return {
        "network": f"{assumed.network_mb_per_s:.0f}",
        "cold": f"{assumed.cold_start_s:.0f}",
        "efficiency": f"{assumed.efficiency:.0%}".replace("%", " %"),
        "small_ms": f"{default.small_call_s * 1000:.0f}",
    }


def _saved_by_the_source(encode: Mapping[str, Any]) -> float:
    """The share of the price that is saved where the upload itself is the top rendition."""
    deployed = encode["hour"]["deployed"]
    whole, kept = (deployed[name]["fastest"]["dollars_arm64"] for name in ("nothing", "copy"))
    return float(1 - kept / whole)
