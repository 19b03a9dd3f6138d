from reelway import ffmpeg
from reelway.video import Loudness

PRINTED = """frame:{n} pts:{n}
lavfi.r128.M=-22.1
lavfi.r128.S=-23.0
lavfi.r128.I={lufs}
lavfi.r128.LRA={range_lu}
lavfi.r128.LRA.low=-30.1
lavfi.r128.LRA.high=-20.1
lavfi.r128.true_peaks_ch0=0.100
lavfi.r128.true_peaks_ch1={peak}
lavfi.r128.true_peak={peak}
"""


def test_the_last_values_are_those_of_the_whole() -> None:
    earlier = PRINTED.format(n=0, lufs="-70.000", range_lu="0.000", peak="0.010")
    last = PRINTED.format(n=1, lufs="-23.345", range_lu="7.160", peak="0.500")
    assert ffmpeg.loudness_of(earlier[40:] + last) == Loudness(-23.3, 7.2, -6.0)


def test_silence_has_no_loudness() -> None:
    silent = PRINTED.format(n=0, lufs="-70.000", range_lu="0.000", peak="0.000")
    assert ffmpeg.loudness_of(silent) == Loudness(None, None, None)


def test_a_click_too_short_for_a_loudness_has_a_peak() -> None:
    click = PRINTED.format(n=0, lufs="-70.000", range_lu="0.000", peak="0.100")
    assert ffmpeg.loudness_of(click) == Loudness(None, None, -20.0)


def test_nothing_was_measured_of_audio_without_samples() -> None:
    assert ffmpeg.loudness_of("") == Loudness(None, None, None)
