"""What the sender said beside the story itself, for the communicator: whom to ask, what was wished, the checklist."""

from __future__ import annotations

from lyspunkt.newsroom.form import PLAN
from lyspunkt.newsroom.id_numbers import mask
from lyspunkt.newsroom.organisation import Organisation
from lyspunkt.newsroom.story import Story
from lyspunkt.newsroom.texts import Submission
from lyspunkt.pages.moments import day_in_words
from lyspunkt.words.wording import words

Said = list[tuple[str, str]]
"""Labels and what was said, in the order in which a communicator asks for it."""


def said_beside(story: Story, given: Submission | None, organisation: Organisation, language: str) -> Said:
    """All that was given and that the text does not hold; empty where there was nothing. Id numbers are masked."""
    if given is None:
        return []
    wording = words(language)
    say = wording.say
    said: Said = [
        (say("submission.phone"), given.phone or ""),
        (say("submission.contacts"), given.contacts),
        (say("submission.name"), say("submission.name-kept-out") if given.name_kept_out else ""),
        (
            say("submission.wished"),
            day_in_words(story.wished_at, organisation.zone, wording) if story.wished_at else "",
        ),
        (say("submission.wished-channels"), ", ".join(_channels(given, organisation, language))),
    ]
    said += [(say("submission.recognisable", number=number), who) for number, who in sorted(given.recognisable.items())]
    said += [(say(f"form.{name}"), str(getattr(given.plan, name))) for name in PLAN]
    said += [(mask(name), text) for name, text in given.fields.items()]
    return [(label, mask(text, after=label)) for label, text in said if text]


def _channels(given: Submission, organisation: Organisation, language: str) -> list[str]:
    known = {channel.id: organisation.say(channel.name, language) for channel in organisation.channels}
    return [known.get(wished, wished) for wished in given.wished_channels]
