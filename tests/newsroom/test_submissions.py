"""What all doors share: ids, languages, moments, headlines, letters."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from lyspunkt.newsroom.submissions import clean, delivery_digest, language_of, moment_of, story_id, text_of

COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def test_the_same_delivery_is_the_same_story_and_no_other_is() -> None:
    ids = {story_id(source, delivery) for source in ("mail", "webhook:a") for delivery in ("1", "2", "\ud800", "")}
    assert len(ids) == 8
    assert all(re.fullmatch(r"s[a-z2-7]{19}", id_) for id_ in ids)
    assert story_id("mail", "1") == story_id("mail", "1")
    assert len(delivery_digest("mail", "1")) == 64


def test_languages_and_moments_are_read_as_forms_write_them() -> None:
    assert [language_of(tag) for tag in ("da", "SV-se", "nb_NO", "no", "nn", "en-GB", "de", "")] == [
        "da", "sv", "nb", "nb", "nn", "en", None, None,
    ]  # fmt: skip
    assert moment_of("2026-07-01T09:00", COPENHAGEN) == datetime(2026, 7, 1, 7, 0, tzinfo=UTC)
    assert moment_of("2026-07-01T09:00:00Z", COPENHAGEN) == datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
    for no_moment in ("", "tomorrow", "2026-13-01", "0001-01-01", "9999-99-99"):
        assert moment_of(no_moment, COPENHAGEN) is None


def test_a_headline_from_a_long_first_sentence_is_cut_between_words() -> None:
    headline = text_of("", "Ord " * 60).headline
    assert headline.endswith("Ord …")
    assert len(headline) <= 92


def test_what_no_store_takes_is_mended() -> None:
    assert clean("A\ud83d B\u0000\u0007 e\u0301 \ud83d\ude00") == "A\ufffd B é 😀"
    assert clean("one\u2028two\r\nthree") == "one two three"
