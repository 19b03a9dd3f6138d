"""The results as Markdown tables: api.md, made from api.json."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from bench.encode.report import grid, shown, verdict

_Found = Mapping[str, Any]
# Goals: the ratio of an upload to boto3's, AWS calls for a manifest, functions that run for a segment.
_UPLOAD, _MANIFEST_CALLS, _SEGMENT_FUNCTIONS = 1.15, 2, 0
_SIGNED = 1.1  # of the median with a token to that without


def table(found: _Found) -> str:
    """Markdown; parts that were not measured are left out."""
    text = [
        "# Uploads, messages and answers, measured",
        "`make bench-api` writes this file: a client through the edge, to the whole system on one machine.",
    ]
    for name, write in (("upload", _upload), ("watch", _watch), ("ask", _ask), ("sign", _sign)):
        if name in found:
            of = dict(found[name])
            described = of.pop("measured_on")
            text += [*write(of), _measured_on(described)]
    return "\n\n".join(text) + "\n"


def _measured_on(described: _Found) -> str:
    return (
        f"{described['date']}, {described['machine']}, Python {described['python']}, "
        f"MiniStack {described['ministack']}, boto3 {described['boto3']}; "
        f"load before {described['load_before']}."
    )


def _upload(found: _Found) -> list[str]:
    ratio = found["route_to_boto3"]
    reached = [shown(ratio), f"≤ {_UPLOAD:.2f}", verdict(ratio["median"] <= _UPLOAD)]
    rows: list[list[object]] = [
        ["boto3 `upload_file`", shown(found["boto3_s"]), "", "", ""],
        ["multipart route", shown(found["route_s"]), *reached],
    ]
    if "cli_s" in found:
        rows.append(
            ["`reelway.py upload --no-watch`", shown(found["cli_s"]), shown(found["cli_to_boto3"]), "-", ""]
        )
    phases = ", ".join(f"{name} {shown(of)}" for name, of in found["phases_s"].items())
    note = (
        f"{found['parts']} parts of {found['part_bytes'] / 2**20:.0f} MiB by {found['threads']} threads, "
        f"boto3's defaults; medians of {ratio['runs']} rounds that alternate. The route's time ends when "
        f"`complete` has answered. Its phases, s: {phases}. The first upload, with a cold function: "
        f"{found['cold_route_s']:.2f} s. The command line has its own part size and threads, and its time "
        "includes the start of the interpreter."
    )
    heads = ["way", "s", "ratio to boto3, pair by pair", "to reach", ""]
    return [f"## Upload of {found['bytes'] / 1e6:.0f} MB", grid(heads, rows), note]


def _watch(found: _Found) -> list[str]:
    rows = [
        [count, kind, *(_ms(of[kind][f"{name}_s"]) for name in ("first", "p50", "p95", "last", "worst"))]
        for count, of in found.items()
        for kind in ("progress", "ready")
    ]
    opened = "; ".join(
        f"{count} sockets: opened and greeted in {of['opened_s']:.1f} s, "
        f"a write takes {_ms(of['write_s'])} ms, {of['progress']['changes']} changes of progress"
        for count, of in found.items()
    )
    note = (
        "Times count from just before the write is sent. Percentiles are of all sockets and changes; first "
        "and last socket are medians of the changes. READY also closes each socket. On the emulator a write "
        "wakes the stream's reader at most 50 ms later; Lambda polls a stream four times a second, so on AWS "
        "up to 250 ms more pass."
    )
    heads = ["sockets on the video", "change", "first socket", "p50", "p95", "last socket", "worst"]
    title = "## From the write of a change until sockets have the message, ms"
    return [title, grid(heads, rows), f"{opened}.", note]


def _ask(found: _Found) -> list[str]:
    rows = [
        [
            name,
            connections,
            shown(load["per_s"], 1),
            _ms(load["p50_s"]),
            _ms(load["p99_s"]),
            load["requests"],
        ]
        for name, of in found["paths"].items()
        for connections, load in of["load"].items()
    ]
    facts = [_facts(name, of) for name, of in found["paths"].items()]
    note = (
        f"{found['videos']} READY videos in the list; connections are kept alive, each with one request at a "
        f"time, for rounds of {found['round_s']:g} s."
    )
    return [
        "## Answers through the edge",
        grid(["path", "connections", "requests/s", "p50, ms", "p99, ms", "requests"], rows),
        grid(["path", "functions run", "AWS calls of the function", "to reach", ""], facts),
        note,
    ]


def _sign(found: _Found) -> list[str]:
    rows: list[list[object]] = [
        [
            name,
            *(_ms(of[way]["median"]) for way in ("plain_s", "signed_s")),
            shown(of["ratio"]),
            f"≤ {_SIGNED:.2f}",
            verdict(of["ratio"]["median"] <= _SIGNED),
        ]
        for name, of in found["paths"].items()
    ]
    note = (
        f"The same video with a token in the path and without: {found['requests']} requests of each, which "
        "alternate on one connection, in each round; p50 of a round, and the median of the rounds."
    )
    heads = ["path", "without, ms", "with a token, ms", "ratio, round by round", "to reach", ""]
    return ["## Playback tokens", grid(heads, rows), note]


def _facts(name: str, of: _Found) -> list[object]:
    calls: Counter[str] = Counter(of["calls"])
    made = ", ".join(f"{count} {call}" for call, count in calls.items()) or "none"
    functions = of["functions_per_request"]
    goal = {
        "manifest": (f"≤ {_MANIFEST_CALLS} calls", len(of["calls"]) <= _MANIFEST_CALLS),
        "segment": (f"{_SEGMENT_FUNCTIONS} functions", functions == _SEGMENT_FUNCTIONS),
    }
    to_reach, reached = goal.get(name, ("-", None))
    return [name, f"{functions:g}", made, to_reach, "" if reached is None else verdict(reached)]


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f}" if seconds < 0.1 else f"{seconds * 1000:.0f}"
