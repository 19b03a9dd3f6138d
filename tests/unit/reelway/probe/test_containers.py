"""One table says what containers can; commands, sentences and documents follow it."""

import re

import pytest

from reelway.probe import containers
from reelway.probe.containers import CONTAINERS, container_of
from reelway.probe.guards import OPENING
from reelway.probe.limits import Limits
from reelway.probe.rejections import rejection_of_probe
from tests.support.samples import ROOT, source

NAMES = "MP4, MOV, 3GP, MKV, WebM, AVI, FLV, WMV, OGV, MPEG-TS, VOB, MPEG, RM, MXF"


def listed(text: str) -> str | None:
    """The names in a document's sentence on what is taken, without its line breaks."""
    match = re.search(r"These containers are taken: ([^.]+)\.", text)
    return " ".join(match[1].split()) if match else None


def test_the_names_for_people_are_listed_once_each() -> None:
    assert ", ".join(containers.names()) == NAMES


def test_the_page_on_encoding_names_them_all() -> None:
    assert listed((ROOT / "docs" / "encoding.md").read_text()) == NAMES


def test_a_name_that_a_document_lacks_is_missed() -> None:
    assert listed("These containers are taken: MP4,\nMOV. More.") == "MP4, MOV"
    assert listed("Containers: MP4.") is None


def test_uploaders_of_anything_else_read_them_all() -> None:
    detail = rejection_of_probe("", Limits()).detail
    assert detail.endswith(f"Upload a video as {NAMES.replace(', MXF', ' or MXF')}.")


def test_libav_opens_these_and_no_other_formats() -> None:
    formats = OPENING["format_whitelist"].split(",")
    assert formats == [container.demuxer for container in CONTAINERS]
    assert not {"hls", "dash", "concat", "sdp", "image2"} & {*formats}


@pytest.mark.parametrize(
    ("format_name", "demuxer"),
    [
        ("mov,mp4,m4a,3gp,3g2,mj2", "mov"),
        ("matroska,webm", "matroska"),
        ("avi", "avi"),
        ("aviator", ""),
        ("", ""),
    ],
)
def test_a_container_is_known_by_libavs_first_name(format_name: str, demuxer: str) -> None:
    assert container_of(format_name).demuxer == demuxer


def test_an_unknown_container_is_read_through() -> None:
    unknown = source(container="nut")
    assert not unknown.is_exactly_seekable
    assert not unknown.has_playable_audio


def test_remuxes_go_to_containers_that_seek_exactly() -> None:
    targets = [container for container in CONTAINERS if container.muxer]
    assert [container.muxer for container in targets] == ["mp4", "matroska"]
    assert all(container.seeks_exactly and container.remuxes for container in targets)
    assert all(container.muxer for container in CONTAINERS if container.remuxes)
