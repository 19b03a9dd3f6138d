"""Loudness by EBU R 128: filters that measure it and that normalize it, and what they have measured."""

import math
import re
from pathlib import Path

from reelway.video import Loudness

# LU: more than any audio has, so that the filter does not compress it on purpose.
_MAX_RANGE_LU = 50
# dBTP, at which the filter limits peaks; AAC adds up to 1 dB to those of music.
_MAX_TRUE_PEAK_DBTP = -2
_GATE_LUFS = -70  # what is quieter is not counted (ITU-R BS.1770)
_MEASURED = re.compile(r"^lavfi\.r128\.(?P<name>I|LRA|true_peak)=(?P<value>[^\n]+)$", re.MULTILINE)


def normalized(target_lufs: int) -> list[str]:
    """Bring the audio to an integrated loudness, in one pass: its gain follows the audio slowly."""
    return [f"loudnorm=I={target_lufs}:TP={_MAX_TRUE_PEAK_DBTP}:LRA={_MAX_RANGE_LU}"]


def measured(file: Path) -> list[str]:
    """Write what has been measured so far into `file`, ten times a second: the last values are the result.

    The filter's own summary would come as log lines, of which commands print errors only.
    """
    return [
        "ebur128=peak=true:metadata=1:framelog=quiet",
        f"ametadata=mode=print:file={file}",
    ]


def loudness_of(printed: str) -> Loudness:
    """The last values in what `measured` has written, or in its end; None for those that silence has not."""
    last = {match["name"]: float(match["value"]) for match in _MEASURED.finditer(printed)}
    integrated_lufs, peak = last.get("I", _GATE_LUFS), last.get("true_peak", 0.0)
    is_audible = integrated_lufs > _GATE_LUFS
    return Loudness(
        integrated_lufs=round(integrated_lufs, 1) if is_audible else None,
        range_lu=round(last.get("LRA", 0.0), 1) if is_audible else None,
        true_peak_dbtp=round(20 * math.log10(peak), 1) if peak > 0 else None,
    )
