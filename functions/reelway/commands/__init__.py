"""The command lines of ffprobe and ffmpeg, as data: each function returns arguments, and runs nothing."""

from reelway.commands.chunk import PREROLLS_S, ChunkInputs, encode_chunk
from reelway.commands.copying import copy_source, remux
from reelway.commands.encoders import decoding_lead_s
from reelway.commands.inputs import Input, request_bytes, uploaded
from reelway.commands.outputs import (
    COPY,
    chunk_playlist,
    chunk_poster,
    chunk_tiles,
    chunk_times,
    copied_packets,
    sound,
    sound_packets,
)
from reelway.commands.probing import measure, probe
from reelway.commands.soundtrack import audio
from reelway.commands.stills import sprite

__all__ = [
    "COPY",
    "PREROLLS_S",
    "ChunkInputs",
    "Input",
    "audio",
    "chunk_playlist",
    "chunk_poster",
    "chunk_tiles",
    "chunk_times",
    "copied_packets",
    "copy_source",
    "decoding_lead_s",
    "encode_chunk",
    "measure",
    "probe",
    "remux",
    "request_bytes",
    "sound",
    "sound_packets",
    "sprite",
    "uploaded",
]
