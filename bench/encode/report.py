"""The results as Markdown tables: encode.md, made from encode.json."""

from collections.abc import Mapping, Sequence
from typing import Any

from bench.spread import Spread

_Found = Mapping[str, Any]
# The goals in docs/encoding.md#what-was-reached: seconds, ratios, VMAF points, percent of the bytes.
_READY_S, _CPU, _WALL, _SHAKA, _VMAF, _BYTES = 1.5, 1.10, 1.15, 1.0, -0.3, 2.0
_STEPS = ("plan", "prepare", "start", "fetch", "encode", "store", "publish")


def table(found: _Found) -> str:
    """Markdown; parts that were not measured are left out."""
    parts = [
        ("clips", _clips),
        ("ready", _ready),
        ("ladder", _ladder),
        ("quality", _quality),
        ("efficient", _efficient),
        ("curve", _curve),
        ("options", _options),
        ("hour", _hour),
    ]
    text = [
        "# Encoding, measured",
        "`make bench-encode` writes this file; what it measures is in `docs/encoding.md`.",
    ]
    for name, write in parts:
        if name in found:
            text += write({key: of for key, of in found[name].items() if key != "measured_on"})
            text.append(_measured_on(found[name]["measured_on"]))
    return "\n\n".join(text) + "\n"


def _measured_on(described: _Found) -> str:
    return (
        f"{described['date']}, {described['machine']}, ffmpeg {described['ffmpeg']}; "
        f"load before {described['load_before']}."
    )


def _clips(found: _Found) -> list[str]:
    rows = [
        [name, of["frames"], f"{of['longest_gop_s']:.2f}", f"{of['bitrate_bps'] / 1e6:.2f}"]
        for name, of in found.items()
    ]
    return ["## Clips", grid(["clip", "frames", "longest GOP, s", "video stream, Mb/s"], rows)]


def _ready(found: _Found) -> list[str]:
    rows = [
        [
            name,
            shown(of["ready_s"]),
            shown(of["copy_s"], 3),
            shown(of["difference_s"]),
            verdict(of["difference_s"]["median"] <= _READY_S),
            f"{of['cold_ready_s']:.2f}",
            shown(of["whole_ladder_s"], 1),
        ]
        for name, of in found.items()
    ]
    heads = ["clip", "READY, s", "bare copy, s", "difference", "≤ 1.5 s", "first, cold, s", "whole ladder, s"]
    return ["## From the answer to the upload until READY", grid(heads, rows)]


def _ladder(found: _Found) -> list[str]:
    compared = [
        ("CPU s", "cpu_s", "bare", "cpu_to_bare", _CPU),
        ("wall s", "wall_s", "bare", "wall_to_bare", _WALL),
        ("wall s", "wall_s", "shaka", "wall_to_shaka", _SHAKA),
        ("CPU s", "cpu_s", "shaka", "cpu_to_shaka", None),
    ]
    rows = []
    for name, of in found.items():
        for unit, key, other, ratio, limit in compared:
            measured = [shown(of["pipeline"][key], 1), shown(of[other][key], 1)]
            rows.append([name, f"{unit}, pipeline : {other}", *measured, *_compared(of[ratio], limit)])
    heads = ["clip", "figure", "pipeline", "other", "ratio, pair by pair", "to reach", ""]
    settings = "; ".join(
        f"{name}: {', '.join(of['rungs'])} in {of['chunks']} chunks, {of['threads']} threads, {of['preset']}"
        for name, of in found.items()
    )
    return ["## The whole ladder", grid(heads, rows), settings + "."]


def _compared(ratio: Spread, limit: float | None) -> list[str]:
    if limit is None:
        return [shown(ratio), "-", ""]
    sign = "<" if limit == _SHAKA else "≤"
    reached = ratio["median"] < limit if limit == _SHAKA else ratio["median"] <= limit
    return [shown(ratio), f"{sign} {limit:.2f}", verdict(reached)]


def _quality(found: _Found) -> list[str]:
    rungs = [(name, rung, made) for name, of in found.items() for rung, made in of["rungs"].items()]
    joined, compared = [], []
    for name, rung, made in rungs:
        ours = made["pipeline"]
        points, percent = against(ours, made["bare"])
        reached = verdict(points >= _VMAF and percent <= _BYTES)
        joined.append([name, rung, _point(ours), _point(made["bare"]), *_more(points, percent), reached])
        for kind in found[name]["shaka_usage"]:
            other = _point(made[kind])
            compared.append([name, rung, kind, _point(ours), other, *_more(*against(ours, made[kind]))])
    notes = [
        f"{name}: {kind} took {used['wall_s']:.0f} s, {used['cpu_s']:.0f} CPU s"
        for name, of in found.items()
        for kind, used in of["shaka_usage"].items()
    ]
    subsample = next(iter(found.values()))["subsample"]
    heads = ["clip", "rung", "chunked: VMAF, kB", "one pass: VMAF, kB", "VMAF", "bytes", "≥ -0.3, ≤ +2 %"]
    its = ["clip", "rung", "shaka-streamer's bitrate", "ours: VMAF, kB", "its: VMAF, kB", "VMAF", "bytes"]
    return [
        "## Quality: chunked against one pass",
        grid(heads, joined),
        "## Quality: against shaka-streamer's rung",
        grid(its, compared),
        "; ".join(notes) + ".",
        (
            f"VMAF of every {subsample}th frame, scaled to the source's size. "
            "Bytes are those of the video stream."
        ),
    ]


def _efficient(found: _Found) -> list[str]:
    rows = [
        [codec, f"{of['source_bps'] / 1000:.0f}", *_ceiling(of, "as_the_source"), *_ceiling(of, "by_codec")]
        for codec, of in found["sources"].items()
    ]
    limited = ["ceiling", "VMAF, lowest", "kb/s"]
    heads = [
        "source",
        "its kb/s",
        *(f"its bitrate: {head}" for head in limited),
        *(f"by codec: {head}" for head in limited),
    ]
    return [
        "## Efficient sources: the top rung with the source's bitrate as its ceiling, and with a multiple",
        grid(heads, rows),
        (
            f"Sources made of {found['film']}. VMAF of every {found['subsample']}th frame, "
            "against the source as it was uploaded."
        ),
    ]


def _ceiling(of: _Found, kind: str) -> list[str]:
    score = of[kind]
    kbps = score["video_bytes"] * 8 / of["seconds"] / 1000
    return [f"{score['max_bps'] / 1000:.0f}", f"{score['vmaf']:.1f}, {score['vmaf_min']:.1f}", f"{kbps:.0f}"]


def _more(points: float, percent: float) -> list[str]:
    return [f"{points:+.2f}", f"{percent:+.1f} %"]


def against(made: _Found, other: _Found) -> tuple[float, float]:
    """By how much `made` exceeds `other`: VMAF in points, bytes in percent."""
    return made["vmaf"] - other["vmaf"], (made["video_bytes"] / other["video_bytes"] - 1) * 100


def _curve(found: _Found) -> list[str]:
    text = ["## Presets", _summary(found["summary"])]
    for name, rows in found["clips"].items():
        rungs = list(rows[0]["rungs"])
        cells = [
            [row["trial"], row["crf"], f"{row['cpu_per_s']:.2f}",
             *(f"{row['rungs'][rung][0]:.1f}, {row['rungs'][rung][1] / 1000:.0f}" for rung in rungs)]
            for row in rows
        ]  # fmt: skip
        heads = ["preset", "CRF", "CPU s per s", *(f"{rung}: VMAF, kB" for rung in rungs)]
        text += [f"### {name}", grid(heads, cells)]
    return text


def _options(found: _Found) -> list[str]:
    return ["## Single x264 options, added to veryfast", _summary(found["summary"])]


def _summary(summary: _Found) -> str:
    clips = list(next(iter(summary.values()))["dollars_per_hour"])
    rows = [
        [name, f"{of['cpu_ratio']:.2f}", _percent(of["bytes_at_equal_vmaf_percent"]),
         *(f"{of['dollars_per_hour'][clip]:.3f}" for clip in clips)]
        for name, of in summary.items()
    ]  # fmt: skip
    heads = ["setting", "CPU to veryfast", "bytes at equal VMAF", *(f"$ per hour, {clip}" for clip in clips)]
    return grid(heads, rows)


def _hour(found: _Found) -> list[str]:
    measured = found["measured"]
    ladders = "; ".join(map(_ladder_costs, measured["ladders"].values()))
    costs = (
        f"Measured CPU seconds per second of video: decoding {shown(measured['decode_cpu_per_s'], 3)}, AAC "
        f"{shown(measured['audio_cpu_per_s'], 4)}, {ladders}. "
        f"Source {measured['source_bps'] / 1e6:.1f} Mb/s. Prepared by copy, it is the top rung."
    )
    rows = []
    for prepared in found["deployed"]:
        choices = {
            "the formula's chunks": found["deployed"][prepared]["fastest"],
            "fastest": found["swept"][prepared]["fastest"],
            f"cheapest within {found['limit_s']} s": found["swept"][prepared]["cheapest"],
        }
        rows += [_hour_row(prepared, choice, of, found["limit_s"]) for choice, of in choices.items() if of]
    limit = f"< {found['limit_s']} s"
    heads = ["prepared", "choice", "MB", "chunk, s", "chunks", *_STEPS, "waves", "total, s", limit]
    heads += ["$ x86_64", "$ arm64"]
    assumed = ", ".join(f"{name} {value:g}" for name, value in found["assumed"].items())
    title = "## An hour of 1080p30 on Lambda, computed"
    return [title, costs, grid(heads, rows), f"Assumed: {assumed}."]


def _ladder_costs(ladder: _Found) -> str:
    per_s = ladder["cpu_per_s_by_threads"]
    threads = ", ".join(f"{count} threads {shown(cpu)}" for count, cpu in per_s.items())
    return f"a chunk of {', '.join(ladder['rungs'])} ({ladder['bps'] / 1e6:.1f} Mb/s) with {threads}"


def _hour_row(prepared: str, choice: str, of: _Found, limit_s: float) -> list[object]:
    return [
        *(prepared, choice, of["memory_mb"], f"{of['chunk_s']:.0f}", of["chunks"]),
        *(f"{of['steps'][f'{step}_s']:.1f}" for step in _STEPS),
        *(of["steps"]["waves"], f"{of['total_s']:.1f}", verdict(of["total_s"] < limit_s)),
        *(f"{of['dollars_x86_64']:.3f}", f"{of['dollars_arm64']:.3f}"),
    ]


def _point(score: _Found) -> str:
    return f"{score['vmaf']:.2f}, {score['video_bytes'] / 1000:.0f}"


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:+.1f} %"


def shown(of: Spread, digits: int = 2) -> str:
    """The median, with minimum and maximum."""
    return f"{of['median']:.{digits}f} ({of['min']:.{digits}f} to {of['max']:.{digits}f})"


def verdict(is_reached: bool) -> str:
    return "reached" if is_reached else "**missed**"


def grid(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [list(map(str, heads)), ["---"] * len(heads), *(list(map(str, row)) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
