"""The command lines of ffmpeg, as data: each function returns arguments, and runs nothing."""

from reelway.ffmpeg.audio import audio
from reelway.ffmpeg.encode_chunk import PREROLLS_S, ChunkInputs, encode_chunk
from reelway.ffmpeg.inputs import Input, request_bytes, uploaded
from reelway.ffmpeg.loudness import loudness_of
from reelway.ffmpeg.outputs import (
    COPY,
    audio_file,
    audio_packets,
    chunk_audio_packets,
    chunk_playlist,
    chunk_poster,
    chunk_tiles,
    chunk_times,
    copied_packets,
    frame_times,
    loudness_file,
    sprite_file,
)
from reelway.ffmpeg.stills import keyframe_stills, keyframe_tile, sprite
from reelway.ffmpeg.stream_copy import copy_source, remux
from reelway.ffmpeg.x264 import decoding_lead_s

__all__ = [
    "COPY",
    "PREROLLS_S",
    "ChunkInputs",
    "Input",
    "audio",
    "audio_file",
    "audio_packets",
    "chunk_audio_packets",
    "chunk_playlist",
    "chunk_poster",
    "chunk_tiles",
    "chunk_times",
    "copied_packets",
    "copy_source",
    "decoding_lead_s",
    "encode_chunk",
    "frame_times",
    "keyframe_stills",
    "keyframe_tile",
    "loudness_file",
    "loudness_of",
    "remux",
    "request_bytes",
    "sprite",
    "sprite_file",
    "uploaded",
]
