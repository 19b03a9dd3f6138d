"""Reads the frame size out of an H.264 sequence parameter set (ITU-T H.264, 7.3.2.1.1)."""

# The profile_idc values whose SPS has a chroma format and bit depths (7.3.2.1.1).
_HIGH_PROFILES = {100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135}
_MACROBLOCK = 16  # luma samples on each side


class _Bits:
    """The bits of a NAL unit from bit `at` on, without its emulation prevention bytes (7.4.1)."""

    def __init__(self, nal: bytes, at: int) -> None:
        raw = nal.replace(b"\x00\x00\x03", b"\x00\x00")
        self._bits = "".join(f"{byte:08b}" for byte in raw)
        self._at = at

    def take(self, count: int) -> int:
        self._at += count
        return int(self._bits[self._at - count : self._at], 2)

    def golomb(self) -> int:
        """ue(v), an Exp-Golomb code (9.1): n zeros, a one, and n more bits."""
        zeros = self._bits.index("1", self._at) - self._at
        self._at += zeros
        return self.take(zeros + 1) - 1


def frame_size(sps: bytes) -> tuple[int, int]:
    """(width, height) after cropping. Raises ValueError unless it is 4:2:0 without scaling lists."""
    return _size_and_fields(sps)[0]


def is_progressive(sps: bytes) -> bool:
    """frame_mbs_only_flag: no frame is coded as two fields."""
    return _size_and_fields(sps)[1] == 1


def _size_and_fields(sps: bytes) -> tuple[tuple[int, int], int]:
    bits = _Bits(sps, 32)  # after the NAL unit header, profile_idc, constraint flags and level_idc
    bits.golomb()  # seq_parameter_set_id
    if sps[1] in _HIGH_PROFILES:
        _skip_high_profile(bits)
    bits.golomb()  # log2_max_frame_num_minus4
    _skip_order_count(bits)
    bits.golomb()  # max_num_ref_frames
    bits.take(1)  # gaps_in_frame_num_value_allowed_flag
    columns, rows = bits.golomb() + 1, bits.golomb() + 1
    fields = 2 - bits.take(1)  # frame_mbs_only_flag
    # mb_adaptive_frame_field_flag (with fields only) and direct_8x8_inference_flag
    bits.take(1 if fields == 1 else 2)
    left, right, top, bottom = [bits.golomb() for _ in range(4)] if bits.take(1) else [0] * 4
    # In 4:2:0 one unit of cropping is two columns, or two rows of each field (7.4.2.1.1).
    width = columns * _MACROBLOCK - 2 * (left + right)
    return (width, fields * (rows * _MACROBLOCK - 2 * (top + bottom))), fields


def _skip_high_profile(bits: _Bits) -> None:
    chroma_format = bits.golomb()
    if chroma_format != 1:
        raise ValueError(f"The chroma format is {chroma_format}; 1 (4:2:0) is read here.")
    bits.golomb()  # bit_depth_luma_minus8
    bits.golomb()  # bit_depth_chroma_minus8
    bits.take(1)
    if bits.take(1):
        raise ValueError("The parameter set has scaling lists, which are not read here.")


def _skip_order_count(bits: _Bits) -> None:
    kind = bits.golomb()
    if kind == 0:
        bits.golomb()  # log2_max_pic_order_cnt_lsb_minus4
    elif kind == 1:
        bits.take(1)
        bits.golomb()
        bits.golomb()
        for _ in range(bits.golomb()):
            bits.golomb()
