"""Judges a soak: what became of each upload, what its sockets heard, how memory went."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from bench.soak.journal import Journal, Session, Upload

RANKS = {"UPLOADED": 0, "PROCESSING": 1, "READY": 2, "FAILED": 2}
DELETED, UNKNOWN = "deleted", "unknown"
CLOSED = 1000
MAX_GROWTH_MB = 40
"""Of a process that keeps nothing for each request: its caches and arenas fill up in the first minutes."""


@dataclass(frozen=True, slots=True)
class Ending:
    """An upload's state after the soak (`deleted` for 410, `unknown` for 404); what does not play of it."""

    upload: Upload
    state: str
    unplayable: tuple[str, ...] = ()


def outcomes(journal: Journal, endings: Sequence[Ending]) -> Counter[str]:
    """How many uploads ended how; those that must not be are in `faults`."""
    return Counter(_outcome(journal, ending) for ending in endings)


def faults(journal: Journal, endings: Sequence[Ending]) -> list[str]:
    """One line for each upload, socket and segment that did not keep the promise."""
    found = []
    for ending in endings:
        outcome, video = _outcome(journal, ending), ending.upload.video_id
        if outcome not in ("READY", DELETED, "lost with the unsaved state"):
            found.append(f"{video} is {outcome}")
        found += [f"{video}: {what}" for what in ending.unplayable]
        for watcher in ending.upload.watchers:
            found += [f"{video}: {fault}" for fault in _misheard(watcher, outcome)]
    return found


def growth_mb(sizes_mb: Sequence[float]) -> float:
    """From the second quarter of the samples of one process to the last, each by its median."""
    quarter = len(sizes_mb) // 4
    if not quarter:
        return 0.0
    return median(sizes_mb[-quarter:]) - median(sizes_mb[quarter : 2 * quarter])


def _outcome(journal: Journal, ending: Ending) -> str:
    upload, state = ending.upload, ending.state
    if state == UNKNOWN:
        lost = journal.may_have_lost(upload.acknowledged)
        return "lost with the unsaved state" if lost else "lost though it was saved"
    if upload.deleted is not None and state != DELETED and not journal.may_have_lost(upload.deleted):
        return f"{state} though it was deleted"
    if upload.deleted is None and state == DELETED:
        return "deleted by nobody"
    return state


def _misheard(watcher: Sequence[Session], outcome: str) -> list[str]:
    """Each socket hears a sub-sequence of the states; the last one, unless it was cut, hears the end."""
    found = []
    for session in watcher:
        ranks = [RANKS[state] for state in session.states]
        if any(later < earlier for earlier, later in pairwise(ranks)):
            found.append(f"a socket heard {session.states}")
    last = watcher[-1] if watcher else None
    if last and not last.cut and outcome == "READY" and (last.states[-1:], last.code) != (["READY"], CLOSED):
        found.append(f"a socket ended with {last.states[-1:]}, closed with {last.code}")
    return found
