"""Why a file was not kept, in five languages, with the limit that it passed (bar C11)."""

from __future__ import annotations

import pytest

from lyspunkt.newsroom.attachments import REASONS
from lyspunkt.newsroom.intake import Limits
from lyspunkt.pages.files import reason_of, size_of
from lyspunkt.words.wording import words

LANGUAGES = ("da", "sv", "nb", "nn", "en")
LIMITS = Limits(attachment_megabytes=11, picture_megabytes=22, attachments=33, pictures=44)
NAMED = {
    "too-large": "11",
    "picture-too-large": "22",
    "too-many": "33",
    "too-many-pictures": "44",
    "bomb": "50",
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", REASONS)
def test_a_refusal_names_the_limit_that_was_passed_bar_c11(reason: str, language: str) -> None:
    said = reason_of(reason, LIMITS, words(language))
    assert "{" not in said
    assert [number for number in NAMED.values() if number in said] == [
        number for named, number in NAMED.items() if named == reason
    ]


@pytest.mark.parametrize(
    ("size", "language", "said"),
    [
        (1, "da", "1 kB"),
        (412_000, "sv", "402 kB"),
        (1_572_864, "nn", "1,5 MB"),
        (1_572_864, "en", "1.5 MB"),
    ],
)
def test_a_size_is_written_as_its_reader_writes_it(size: int, language: str, said: str) -> None:
    assert size_of(size, language) == said
