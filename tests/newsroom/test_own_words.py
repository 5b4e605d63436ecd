"""A municipality's own words: found inflected and in compounds, and what they add to a story's area."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from lyspunkt.newsroom.classification import classify
from lyspunkt.newsroom.language import LANGUAGES, Language
from lyspunkt.newsroom.lexicons import lexicon
from lyspunkt.newsroom.own_words import OwnWords, mentioned

HOMES = OwnWords(id="homes", words=("Elmely", "Bøgelunden"), area="health-care")
HARBOUR = OwnWords(id="harbour-day", words=("Havnens Dag",), kind="event")
TOPIC = OwnWords(id="waterworks", words=("Lyngvig Vand",))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Besøg på Elmely i går", ("elmely",)),
        ("Elmelys beboere sang", ("elmelys",)),
        ("Elmelykøkkenet bager brød, og det gør Bøgelunden også", ("elmelykøkkenet", "bøgelunden")),
        ("Der er bøg i lunden", ()),
    ],
)
def test_a_word_is_found_inflected_and_inside_a_compound_and_nowhere_else(text: str, found: tuple[str, ...]) -> None:
    assert mentioned([HOMES], text, lexicon("da")).get("homes", ()) == found


@pytest.mark.parametrize("language", LANGUAGES)
def test_several_words_count_together_only(language: Language) -> None:
    assert mentioned([HARBOUR], "På Havnens Dag sejlede vi", lexicon(language)) == {"harbour-day": ("havnens dag",)}
    assert mentioned([HARBOUR], "En dag ved havnen", lexicon(language)) == {}


def test_an_own_word_decides_the_area_of_a_story_that_says_nothing_else() -> None:
    said: dict[str, Any] = {"subject": "En god dag", "body": "I går var der fest på Elmely, og alle sang med."}
    before, after = classify(**said), classify(**said, own=[HOMES, HARBOUR, TOPIC])
    assert before.area != "health-care"
    assert (after.area, after.topics) == ("health-care", ("homes",))
    assert after.area_confidence > 0.5
    assert ("elmely", "health-care") in {(reason.word, reason.speaks_for) for reason in after.reasons}


def test_an_entry_without_area_and_kind_names_a_topic_and_changes_nothing_else() -> None:
    said: dict[str, Any] = {
        "subject": "Nyt vandtårn",
        "body": "Lyngvig Vand har bygget et tårn, og der var rejsegilde.",
    }
    before, after = classify(**said), classify(**said, own=[TOPIC])
    assert after.topics == ("waterworks",)
    assert after.model_copy(update={"topics": ()}) == before


@pytest.mark.parametrize("words", [(), ("x",), ("---",)])
def test_a_word_that_no_text_could_mention_is_refused(words: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError):
        OwnWords(id="nothing", words=words)
