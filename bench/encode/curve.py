"""What presets, CRFs and single x264 options cost in CPU seconds, and what they give in VMAF and bytes.

Each is tried on short clips: the whole ladder in one ffmpeg with one thread per encoder, so that CPU seconds
are those that Lambda bills, and do not depend on how well two cores are shared.
"""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.encode import bare, planning
from bench.encode.bdrate import bd_rate
from bench.encode.clips import Clip
from bench.encode.lambda_model import dollars_per_hour
from bench.encode.vmaf import VmafMeter
from bench.running import run
from reelway import ffmpeg
from reelway.plan.plan import Plan

PRESETS = ("ultrafast", "superfast", "veryfast", "faster", "fast", "medium")
CRFS = (20, 23, 26)  # the CRF in use, and 3 to both sides: about a factor of 1.4 in bytes each
OPTION_CRFS = (21, 25)  # two, because there are many options; around the CRF in use
ANCHOR = "veryfast"  # the preset in use
# VMAF takes longer than encoding, and the other rungs lie between these.
_SCORED_RUNGS = ("1080p", "720p", "360p")
# Each is added to the anchor: what slower presets change, one at a time, and tunings.
OPTIONS = {
    "idr-4s": "",
    "scenecut": "scenecut=40",
    "lookahead-20": "rc-lookahead=20",
    "lookahead-40": "rc-lookahead=40",
    "aq-2": "aq-mode=2",
    "aq-3": "aq-mode=3",
    "bframes-5": "bframes=5",
    "b-adapt-2": "b-adapt=2",
    "ref-3": "ref=3",
    "subme-4": "subme=4",
    "subme-6": "subme=6",
    "trellis-0": "trellis=0",
    "mixed-refs-3": "ref=3:mixed-refs=1",
    "weightp-2": "weightp=2",
    "tune-film": "deblock=-1,-1:psy-rd=1.0,0.15",
    "no-psy": "psy=0",
    "lookahead-30-ref-2-subme-4": "rc-lookahead=30:ref=2:subme=4",
}


@dataclass(frozen=True, slots=True)
class Trial:
    """One setting: new values for options of the command, and further x264 options."""

    name: str
    crf: int
    values: Mapping[str, str]
    x264_params: str = ""


@dataclass(frozen=True, slots=True)
class CurveMeter:
    """Encodes in `folder` with the programs of `binaries`."""

    binaries: Path
    folder: Path
    vmaf_meter: VmafMeter

    def presets(self, clips: Sequence[Clip]) -> dict[str, Any]:
        trials = [Trial(preset, crf, {"-preset": preset}) for preset in PRESETS for crf in CRFS]
        return self._all(clips, trials)

    def options(self, clips: Sequence[Clip]) -> dict[str, Any]:
        plain = [Trial(ANCHOR, crf, {}) for crf in OPTION_CRFS]
        trials = [_option_trial(name, added, crf) for name, added in OPTIONS.items() for crf in OPTION_CRFS]
        return self._all(clips, [*plain, *trials])

    def _all(self, clips: Sequence[Clip], trials: Sequence[Trial]) -> dict[str, Any]:
        found = {clip.name: [self._tried(clip, trial) for trial in trials] for clip in clips}
        return {"clips": found, "summary": summary(found), "subsample": self.vmaf_meter.subsample}

    def _tried(self, clip: Clip, trial: Trial) -> dict[str, Any]:
        plan = planning.plan_of(clip.path)
        folder = self.folder / "trial"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        program, *arguments = command_of(plan, clip, folder, trial)
        used = run([str(self.binaries / program), *arguments], log=self.folder / "trial.log")
        rungs = {}
        for rung in (rung for rung in plan.rungs if rung.name in _SCORED_RUNGS):
            score = self.vmaf_meter.score(str(ffmpeg.chunk_playlist(folder, rung.name)), clip)
            rungs[rung.name] = [score.vmaf, score.video_bytes]
        return {
            "trial": trial.name,
            "crf": trial.crf,
            "cpu_per_s": round(used.cpu_s / clip.duration_s, 4),
            "rungs": rungs,
        }


def command_of(plan: Plan, clip: Clip, folder: Path, trial: Trial) -> list[str]:
    """The pipeline's own command with the settings of the trial."""
    values = {"-crf": str(trial.crf), **trial.values}
    if trial.name == "idr-4s":
        gop = str(plan.grid.segment_frames)
        values |= {"-g": gop, "-keyint_min": gop}
    command = bare.changed(bare.ladder(plan, clip.path, folder, threads=1), values)
    return bare.extended(command, trial.x264_params)


def _option_trial(name: str, added: str, crf: int) -> Trial:
    # The command sets scenecut by its ffmpeg option, which an x264 parameter must not contradict.
    values = {"-sc_threshold": "40"} if name == "scenecut" else {}
    return Trial(name, crf, values, "" if name == "scenecut" else added)


def summary(found: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, Any]:
    """Per trial, averaged over clips and rungs: ratio of CPU seconds to the anchor's, bytes at equal VMAF.

    Dollars are for an hour of video like each clip, at the middle CRF, on x86_64.
    """
    names = list(dict.fromkeys(row["trial"] for rows in found.values() for row in rows))
    return {name: _summed(found, name) for name in names}


def _summed(found: Mapping[str, Sequence[Mapping[str, Any]]], name: str) -> dict[str, Any]:
    cpu, rates, dollars = [], [], {}
    for clip, rows in found.items():
        mine, anchor = _rows(rows, name), _rows(rows, ANCHOR)
        cpu.append(sum(row["cpu_per_s"] for row in mine) / sum(row["cpu_per_s"] for row in anchor))
        middle = mine[len(mine) // 2]
        dollars[clip] = round(dollars_per_hour(middle["cpu_per_s"]), 4)
        rates += [_rate(mine, anchor, rung) for rung in mine[0]["rungs"]]
    known = [rate for rate in rates if rate is not None]
    return {
        "cpu_ratio": round(sum(cpu) / len(cpu), 3),
        "bytes_at_equal_vmaf_percent": round(sum(known) / len(known), 1) if known else None,
        "dollars_per_hour": dollars,
    }


def _rows(rows: Sequence[Mapping[str, Any]], name: str) -> list[Mapping[str, Any]]:
    return [row for row in rows if row["trial"] == name]


def _rate(mine: Sequence[Mapping[str, Any]], anchor: Sequence[Mapping[str, Any]], rung: str) -> float | None:
    return bd_rate([_point(row, rung) for row in mine], [_point(row, rung) for row in anchor])


def _point(row: Mapping[str, Any], rung: str) -> tuple[float, float]:
    vmaf, size = row["rungs"][rung]
    return size, vmaf
