"""The words that people read: five languages that say the same, and a word for everything that can be said."""

from __future__ import annotations

import string
import tomllib
from importlib.resources import files
from itertools import combinations
from typing import get_args

import pytest

from lyspunkt.aws.pictures import Reason
from lyspunkt.newsroom import attachments
from lyspunkt.newsroom.events import Because, Event, RoutedBecause
from lyspunkt.newsroom.plain_language import Band
from lyspunkt.newsroom.readiness import Caution
from lyspunkt.newsroom.refusals import REASONS
from lyspunkt.newsroom.story import PublicationStatus, Status
from lyspunkt.newsroom.subjects import Area, Kind, Sensitivity
from lyspunkt.words.wording import FOLDERS, words

LANGUAGES = ("da", "sv", "nb", "nn", "en")
SLOTS = ("wished", "now", "embargo", "hours", "retry")
EVENTS = tuple(event.__name__ for event in get_args(get_args(Event)[0]))
SAID = {
    "status": get_args(Status),
    "publication": get_args(PublicationStatus),
    "area": tuple(Area),
    "kind": tuple(Kind),
    "sensitive": tuple(Sensitivity),
    "event": EVENTS,
    "refused": REASONS,
    "refused-file": attachments.REASONS,
    "refused-picture": get_args(Reason),
    "routed": get_args(RoutedBecause),
    "caution": get_args(Caution),
    "slot": SLOTS,
    "lix": get_args(Band),
    "addition": get_args(Because),
}
ALIKE = {
    "da": {"story-to-list.subject", "desk.version"},
    "sv": {"story-to-list.subject", "desk.version", "desk.body"},
    "nb": {"story-to-list.subject"},
    "nn": {"story-to-list.subject"},
}
"""Keys whose text is rightly the same as in English: a headline alone, `Version`, `Text`."""


def texts(language: str) -> dict[str, str]:
    return {
        f"{section}.{key}": text for section, table in words(language).sections.items() for key, text in table.items()
    }


def places(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_keys_of_the_others(language: str) -> None:
    assert texts(language).keys() == texts("en").keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_has_the_same_places_in_each_language(language: str) -> None:
    here, english = texts(language), texts("en")
    assert {key: places(text) for key, text in here.items()} == {key: places(text) for key, text in english.items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty_or_has_space_at_its_ends(language: str) -> None:
    assert [key for key, text in texts(language).items() if not text.strip() or text != text.strip()] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("section", SAID)
def test_everything_that_can_be_said_of_a_story_has_its_word_and_no_word_is_left_over(
    section: str, language: str
) -> None:
    assert set(words(language).sections[section]) == set(map(str, SAID[section]))


def test_the_events_that_are_looked_for_are_all_there_are() -> None:
    assert len(EVENTS) == 37
    assert "StorySubmitted" in EVENTS


@pytest.mark.parametrize("language", ALIKE)
def test_no_text_stands_in_english_where_another_language_is_promised(language: str) -> None:
    english = texts("en")
    alike = {key for key, text in texts(language).items() if text == english[key]}
    assert alike == ALIKE[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_section_stands_in_two_folders(language: str) -> None:
    found = []
    for folder in FOLDERS:
        path = files("lyspunkt.words") / folder / f"{language}.toml"
        found.append(set(tomllib.loads(path.read_text(encoding="utf-8"))))
    assert [one & other for one, other in combinations(found, 2) if one & other] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_that_is_not_there_is_named(language: str) -> None:
    for key in ("approval.nothing", "nothing.approve", "approve"):
        with pytest.raises(KeyError, match=f"no text {key} in {language}"):
            words(language).say(key)


def test_what_people_wrote_is_never_read_as_a_place() -> None:
    assert words("en").say("story-to-list.subject", headline="{url} {0} {{x}}") == "{url} {0} {{x}}"
