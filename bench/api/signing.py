"""What a playback token costs: the same video through the edge with a token in the path and without.

Requests alternate, so that both ways see the same machine: what is kept is the ratio of their medians in each
round.
"""

import re
import time
from typing import Any

import httpx

from bench.pipeline import Pipeline
from bench.spread import percentile, ratios, spread
from tests.support.media import corpus

_CLIP = "bigbuckbunny.mp4"
_WARM_UP = 20


def measure(pipeline: Pipeline, *, rounds: int, requests: int) -> dict[str, Any]:
    """By path: medians of each round in seconds, without a token and with one, and their ratios."""
    video_id = pipeline.process(corpus.file(_CLIP)).video_id
    with httpx.Client(base_url=pipeline.running.edge_url, timeout=60, trust_env=False) as client:
        issued = client.post(f"/video/{video_id}/playback-tokens").raise_for_status().json()
        manifest = f"/stream/{video_id}/manifest"
        [first, *_] = re.findall(r"^segment/.+$", client.get(manifest).text, re.MULTILINE)
        paths = {"manifest": manifest, "segment": f"/stream/{video_id}/{first}"}
        found = {
            name: _compared(client, path, f"/p/{issued['token']}{path}", rounds, requests)
            for name, path in paths.items()
        }
    return {"requests": requests, "paths": found}


def _compared(client: httpx.Client, plain: str, signed: str, rounds: int, requests: int) -> dict[str, Any]:
    _round(client, (plain, signed), _WARM_UP)
    medians = [_round(client, (plain, signed), requests) for _ in range(rounds)]
    without, with_token = ([each[way] for each in medians] for way in (0, 1))
    return {
        "plain_s": spread(without),
        "signed_s": spread(with_token),
        "ratio": ratios(with_token, without),
    }


def _round(client: httpx.Client, paths: tuple[str, str], requests: int) -> tuple[float, float]:
    taken_s: tuple[list[float], list[float]] = ([], [])
    for number in range(requests):
        for way in (0, 1) if number % 2 else (1, 0):
            asked_s = time.perf_counter()
            client.get(paths[way]).raise_for_status()
            taken_s[way].append(time.perf_counter() - asked_s)
    return percentile(taken_s[0], 50), percentile(taken_s[1], 50)
