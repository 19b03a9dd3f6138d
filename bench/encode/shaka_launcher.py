"""Runs shaka-streamer on a job in JSON from stdin, with the interpreter of shaka-streamer's environment.

shaka-streamer's preset for video on demand is fixed ("slow"). To compare like with like, a job may name
another one. Its own program checks once a second whether it is done; here that is every 20 ms.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import streamer
from streamer.node_base import ProcessStatus
from streamer.transcoder_node import TranscoderNode

_FIXED_PRESET = "slow"


def main(job: dict[str, Any]) -> int:
    if job["preset"]:
        TranscoderNode._encode_video = _with_preset(TranscoderNode._encode_video, job["preset"])
    controller = streamer.controller_node.ControllerNode()
    with controller.start(job["output"], job["input"], job["pipeline"], job["bitrates"]):
        while controller.check_status() == ProcessStatus.RUNNING:
            time.sleep(0.02)
        return 0 if controller.check_status() == ProcessStatus.FINISHED else 1


def _with_preset(encode: Callable[..., list[str]], preset: str) -> Callable[..., list[str]]:
    def encoded(*arguments: Any) -> list[str]:
        options = encode(*arguments)
        options[options.index("-preset") + 1] = preset
        return options

    return encoded


if __name__ == "__main__":
    sys.exit(main(json.load(sys.stdin)))
