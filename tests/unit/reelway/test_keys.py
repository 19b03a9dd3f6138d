import pytest

from reelway import keys
from tests.support.samples import TOKEN, VIDEO_ID


def test_an_uploads_key_names_its_video() -> None:
    assert keys.video_of_upload(keys.upload(VIDEO_ID)) == VIDEO_ID


@pytest.mark.parametrize(
    "foreign",
    [
        VIDEO_ID,
        f"upload/{VIDEO_ID}",
        f"jobs/{VIDEO_ID}",
        f"uploads/{VIDEO_ID}/plan.json",
        f"uploads/{VIDEO_ID.upper()}",
        "uploads/",
        "uploads/holiday+clip.mp4",
        f"x/uploads/{VIDEO_ID}",
        f"uploads%2F{VIDEO_ID}",
    ],
)
def test_keys_that_are_no_uploads_name_no_video(foreign: str) -> None:
    assert keys.video_of_upload(foreign) is None


def test_the_manifests_key_names_its_video() -> None:
    assert keys.video_of_manifest(keys.manifest(VIDEO_ID)) == VIDEO_ID


@pytest.mark.parametrize(
    "foreign",
    [
        f"stream/{VIDEO_ID}/master",
        f"stream/{VIDEO_ID}/renditions/720p",
        f"stream/{VIDEO_ID}/segment/manifest",
        f"streams/{VIDEO_ID}/manifest",
        "stream/clip/manifest",
        f"{VIDEO_ID}/manifest",
        f"stream%2F{VIDEO_ID}%2Fmanifest",
        f"stream/{VIDEO_ID}",
        VIDEO_ID,
    ],
)
def test_other_objects_of_the_media_bucket_are_no_manifest(foreign: str) -> None:
    assert keys.video_of_manifest(foreign) is None


def test_published_keys_are_the_paths_that_clients_ask_for() -> None:
    segment_id = keys.segment_id(TOKEN, "720p", 0, 0)
    assert keys.segment(VIDEO_ID, segment_id) == f"stream/{VIDEO_ID}/segment/{segment_id}"
    assert keys.manifest(VIDEO_ID) == f"stream/{VIDEO_ID}/manifest"
    assert keys.master(VIDEO_ID) == f"stream/{VIDEO_ID}/master"
    assert keys.rendition(VIDEO_ID, "720p") == f"stream/{VIDEO_ID}/renditions/720p"


def test_objects_of_one_video_never_share_a_key() -> None:
    made = [
        keys.upload(VIDEO_ID),
        keys.unused_note(VIDEO_ID, "2026"),
        keys.plan(VIDEO_ID),
        keys.remuxed_source(VIDEO_ID),
        keys.audio(VIDEO_ID),
        keys.chunk_report(VIDEO_ID, 0),
        keys.chunk_report(VIDEO_ID, 1),
        keys.manifest(VIDEO_ID),
        keys.master(VIDEO_ID),
        keys.rendition(VIDEO_ID, "720p"),
        keys.segment(VIDEO_ID, "a.ts"),
    ]
    assert len(set(made)) == len(made)


def test_notes_are_listed_from_the_oldest_on_and_name_their_video() -> None:
    older, newer = (keys.unused_note(VIDEO_ID, time) for time in ("2026-01-31", "2026-02-01"))
    assert older < keys.unused_since("2026-02-01") < newer
    assert keys.video_of_note(older) == VIDEO_ID


def test_segment_ids_differ_in_every_part_and_are_accepted() -> None:
    made = {
        keys.segment_id(token, name, chunk, index)
        for token in (TOKEN, TOKEN[::-1])
        for name in ("720p", "480p")
        for chunk in (0, 719)
        for index in (0, 112)
    }
    assert len(made) == 16
    assert all(keys.is_segment_id(segment_id) for segment_id in made)


@pytest.mark.parametrize(
    "text", ["", ".ts", "a.mp4", "a/b.ts", "..ts", "a.ts\n", "ä.ts", "a" * 101 + ".ts", "a.tsx"]
)
def test_anything_but_a_plain_ts_name_is_no_segment_id(text: str) -> None:
    assert not keys.is_segment_id(text)


@pytest.mark.parametrize("text", ["", "p", "720", "720P", "720p/..", "123456p", "720p\n"])
def test_anything_but_digits_and_p_is_no_rendition(text: str) -> None:
    assert keys.is_rendition_name("720p")
    assert not keys.is_rendition_name(text)
