"""What would become of a text, and of past stories under new rules; the same rules as a real story meets."""

from __future__ import annotations

from typing import Any

from lyspunkt.newsroom.explanation import explain
from lyspunkt.newsroom.organisation import Organisation
from lyspunkt.newsroom.rehearsal import Past, Rules, changes
from tests.support.lyngvig import NOON, changed, classification, lyngvig, routed


def test_an_ordinary_story_is_explained_from_its_desk_to_its_channels() -> None:
    way = explain(classification(), lyngvig(), NOON)
    story = routed().now
    assert (way.communicator, way.department, way.because) == (story.communicator, "roads", "area")
    assert way.sent_by_policy
    assert (way.policy, way.needed, way.approvers) == ("ordinary", 1, ("roads-head",))
    assert way.channels == ("site",)
    assert way.who_answers is None


def test_criticism_is_explained_by_its_card_and_by_no_channel() -> None:
    way = explain(classification(kind="criticism", sensitive=("health",)), lyngvig(), NOON)
    assert (way.who_answers, way.cautions) == ("roads-head", ("causes", "health"))
    assert (way.policy, way.approvers, way.channels) == ("", (), ())


def test_own_rules_that_fired_are_named() -> None:
    about = classification().model_copy(update={"topics": ("utilities",)})
    way = explain(about, lyngvig(), NOON)
    assert (way.department, way.because, way.rules) == ("utilities", "rule", ("utilities",))
    assert way.informed == ("planning-head", "roads-communicator")
    assert way.answer_by is not None


def test_what_is_no_story_is_forwarded_and_nothing_else_is_said() -> None:
    way = explain(classification(kind="not-a-story"), lyngvig(), NOON)
    assert way.forwarded
    assert (way.communicator, way.approvers) == ("", ())


def test_an_id_number_holds_it_back() -> None:
    assert explain(classification(sensitive=("id-number",)), lyngvig(), NOON).held_by_id_number


PAST = Past(
    story_id="s1",
    source="mail",
    submitted_at=NOON,
    headline="Ny cykelsti",
    body="Vejfolkene har lagt ny asfalt på cykelstien ved Vandtårnet, og Lyngvig Vand har lagt rør.",
)
PLAIN = PAST.model_copy(update={"story_id": "s2", "body": "Vejfolkene har lagt ny asfalt på cykelstien og fortovet."})


def without(**parts: Any) -> Organisation:
    return changed(lyngvig(), **parts)


def test_new_rules_are_tried_on_past_stories_and_only_what_would_change_is_told() -> None:
    before, after = Rules(organisation=without(routing=())), Rules(organisation=lyngvig())
    [change] = changes([PAST, PLAIN], before, after)
    assert change.story_id == "s1"
    assert (change.before.communicator, change.after.communicator) == ("roads-communicator", "planning-communicator")
    assert list(changes([PAST, PLAIN], after, after)) == []
