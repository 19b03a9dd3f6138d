"""Colors in ffmpeg's words, for what the output depends on; others are '', as if not declared."""

from typing import Protocol

# ITU-T H.273, tables 2 to 4.
_TRANSFERS = {1: "bt709", 16: "smpte2084", 18: "arib-std-b67"}
_PRIMARIES = {1: "bt709", 5: "bt470bg", 6: "smpte170m", 9: "bt2020", 11: "smpte431", 12: "smpte432"}
_MATRICES = {1: "bt709", 5: "bt470bg", 6: "smpte170m", 9: "bt2020nc", 10: "bt2020c"}


class Colored(Protocol):
    """A stream's codec context."""

    color_trc: int
    color_primaries: int
    colorspace: int


def color_words(colored: Colored) -> dict[str, str]:
    """The fields of the document."""
    return {
        "color_transfer": _TRANSFERS.get(int(colored.color_trc), ""),
        "color_primaries": _PRIMARIES.get(int(colored.color_primaries), ""),
        "color_space": _MATRICES.get(int(colored.colorspace), ""),
    }
