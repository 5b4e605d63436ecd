"""A story's readiness card in its reader's language: who answers, by when, and what not to say yet."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from lyspunkt.newsroom import readiness
from lyspunkt.newsroom.organisation import Organisation
from lyspunkt.newsroom.story import Story
from lyspunkt.words.wording import words


class ShownCard(NamedTuple):
    """What Lyspunkt fills in; what people add stands beside it."""

    who_answers: str
    answer_by: datetime
    not_yet: list[str]


def shown_card(story: Story, organisation: Organisation, language: str, at: datetime) -> ShownCard | None:
    """The card at `at`; None where the story needs none."""
    card = readiness.card(story, organisation, at)
    if card is None:
        return None
    who = organisation.person(card.who_answers)
    return ShownCard(
        who_answers=organisation.say(who.title, language) if who else "",
        answer_by=card.answer_by,
        not_yet=[
            *(words(language).say(f"caution.{caution}") for caution in card.cautions),
            *(organisation.say(text, language) for text in organisation.readiness.not_yet),
        ],
    )
