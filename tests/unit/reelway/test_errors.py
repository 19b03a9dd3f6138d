from http import HTTPStatus

from reelway.errors import MediaRejected, RequestRefused, unknown_video


def test_an_errors_text_starts_with_its_class_and_code() -> None:
    assert str(MediaRejected("no_video", "There is none.")) == "MediaRejected no_video: There is none."


def test_an_unknown_video_is_a_404_that_names_the_id() -> None:
    refusal = unknown_video("abc")
    assert isinstance(refusal, RequestRefused)
    assert (refusal.status, refusal.code, refusal.headers) == (HTTPStatus.NOT_FOUND, "unknown_video", {})
    assert "'abc'" in refusal.detail
