"""The municipality's own rules of routing, tried in their order before the default."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from lyspunkt.newsroom.conditions import Condition, Hours, Id
from lyspunkt.newsroom.intake import Part
from lyspunkt.newsroom.language import Language
from lyspunkt.newsroom.story import Story


class StoryCondition(Condition):
    """A condition that also looks at how a story came and what it mentions.

    One that names areas or kinds holds only where the story's are sure: a guess sends nothing past the central desk.
    """

    languages: tuple[Language, ...] = ()
    sources: tuple[str, ...] = ()
    """`mail`, `form`, `webhook:SOURCE`."""
    topics: tuple[Id, ...] = ()
    """At least one of these entries of `own_words` is mentioned."""

    def holds_for(self, story: Story, *, sure_from: float) -> bool:
        """Whether it holds; `sure_from` is the confidence from which an area or kind is sure."""
        placement = story.placement
        return (
            placement is not None
            and self.holds(placement)
            and (not self.areas or placement.area_confidence >= sure_from)
            and (not self.kinds or placement.kind_confidence >= sure_from)
            and (not self.languages or story.language in self.languages)
            and (not self.sources or story.source in self.sources)
            and (not self.topics or bool(set(self.topics) & set(placement.topics)))
        )


class RoutingRule(Part):
    """Where stories that `when` describes go, and who hears of them.

    The rules are tried from the first to the last. What they say adds up; where two say `to` or `answer_within_hours`,
    the first one counts. A rule with `stop` ends the trying.
    """

    id: Id
    when: StoryCondition = StoryCondition()
    during: Hours | None = None
    """Counts only at these hours, in local time; always where it is not said."""
    to: Id | None = None
    """A person, a department, or `central-desk`."""
    inform: tuple[Id, ...] = ()
    """People, or departments, whose communicator on duty it is."""
    channels: tuple[Id, ...] = ()
    """The only channels for the story; each one's own condition must hold as well."""
    answer_within_hours: Annotated[int, Field(ge=1, le=2_000)] | None = None
    """Working hours until somebody else hears of it."""
    stop: bool = True

    @property
    def does_something(self) -> bool:
        return bool(self.to or self.inform or self.channels or self.answer_within_hours)

    def fires(self, story: Story, local: datetime, *, sure_from: float) -> bool:
        """Whether it counts for a story at a local time."""
        return (self.during is None or self.during.include(local)) and self.when.holds_for(story, sure_from=sure_from)
