"""From what a story is about to the communicator who should have it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from lyspunkt.newsroom.organisation import Organisation
from lyspunkt.newsroom.routing import Route, colleagues, route
from lyspunkt.newsroom.story import Placement, Story
from lyspunkt.newsroom.subjects import Area
from tests.support.lyngvig import NOON, changed, lyngvig, submitted

TODAY = NOON.date()
CHIEF = "chief-of-communications"
PRESS = "press-officer"


def people(**of: dict[str, Any]) -> list[dict[str, Any]]:
    """Lyngvig's people, with other settings for some; `_` stands for `-` in their ids."""
    return [person.model_dump() | of.get(person.id.replace("-", "_"), {}) for person in lyngvig().people]


def away(*who: str) -> Organisation:
    leave = {"absences": ({"first": TODAY, "last": TODAY},)}
    return changed(lyngvig(), people=people(**{id_.replace("-", "_"): leave for id_ in who}))


def department(id_: str, **update: object) -> list[dict[str, Any]]:
    return [one.model_dump() | (update if one.id == id_ else {}) for one in lyngvig().departments]


def story(*, language: str = "da", source: str = "mail", **about: object) -> Story:
    placement = {"area": "roads-property", "kind": "good-story", "area_confidence": 0.9, "kind_confidence": 0.9} | about
    update = {"placement": Placement.model_validate(placement), "language": language, "source": source}
    return submitted().now.model_copy(update=update)


def go(
    organisation: Organisation | None = None,
    at: datetime = NOON,
    load: dict[str, int] | None = None,
    **about: Any,
) -> Route:
    return route(story(**about), organisation or lyngvig(), at, load or {})


def where(found: Route) -> tuple[str | None, str, str]:
    return found.department, found.communicator, found.because


@pytest.mark.parametrize("area", [area for area in Area if area != Area.CENTRAL])
def test_every_area_has_its_own_department_and_communicator(area: Area) -> None:
    found = go(area=area)
    owner = lyngvig().department(found.department)
    assert owner is not None
    assert area in owner.areas
    assert found.communicator in owner.communicators
    assert (found.because, found.informed, found.rules, found.answer_by) == ("area", (), (), None)


@pytest.mark.parametrize(("kind", "hours"), [("criticism", 24), ("press-enquiry", 4)])
def test_criticism_and_the_press_are_answered_from_one_place_in_hours_however_sure_the_area_is(
    kind: str, hours: int
) -> None:
    for sure in (1.0, 0.1):
        found = go(kind=kind, area_confidence=sure)
        assert where(found) == (None, CHIEF, kind)
        assert found.answer_by == NOON + timedelta(hours=hours)


def test_the_clock_does_not_stop_for_criticism_at_night_or_on_a_holiday() -> None:
    christmas = datetime.fromisoformat("2026-12-24T23:00:00+01:00")
    assert go(at=christmas, kind="press-enquiry").answer_by == christmas + timedelta(hours=4)


def test_who_is_on_call_has_criticism_and_the_press_and_nothing_else() -> None:
    duty = [{"person": "care-head", "first": TODAY, "last": TODAY}]
    organisation = changed(lyngvig(), central_desk=lyngvig().central_desk.model_dump() | {"on_call": duty})
    assert where(go(organisation, kind="criticism")) == (None, "care-head", "criticism")
    assert where(go(organisation, strategic=True)) == (None, CHIEF, "strategic")
    assert go(organisation, NOON + timedelta(days=1), kind="criticism").communicator == CHIEF


def test_a_story_of_which_we_are_unsure_goes_to_the_central_desk_and_nobody_else_hears_of_it() -> None:
    unsure = go(area_confidence=0.49, other_areas=("social",))
    assert where(unsure) == (None, CHIEF, "unsure")
    assert unsure.informed == ()
    assert go(area_confidence=0.5).because == "area"
    assert go(changed(lyngvig(), placing_threshold=0.95)).because == "unsure"


def test_a_strategic_story_goes_to_the_central_desk_and_the_areas_communicator_is_told() -> None:
    found = go(strategic=True)
    assert where(found) == (None, CHIEF, "strategic")
    assert found.informed == ("roads-communicator",)
    assert go(strategic=True, area_confidence=0.1).because == "unsure"


def test_a_story_of_several_areas_has_one_owner_and_the_others_are_told() -> None:
    found = go(other_areas=("schools-daycare", "it-digital"))
    assert where(found) == ("roads", "roads-communicator", "area")
    assert found.informed == ("schools-communicator", "citizen-communicator")


def test_what_no_department_owns_goes_to_the_central_desk() -> None:
    assert where(go(area="central")) == (None, CHIEF, "central")
    ownerless = [one for one in lyngvig().model_dump()["departments"] if one["id"] != "roads"]
    assert where(go(changed(lyngvig(), departments=ownerless))) == (None, CHIEF, "no-owner")


def test_the_deputy_has_the_stories_of_who_is_away_on_those_days_only() -> None:
    gone = away("roads-communicator")
    assert where(go(gone)) == ("roads", "planning-communicator", "deputy")
    for day in (-1, 1):
        assert go(gone, NOON + timedelta(days=day)).communicator == "roads-communicator"


def test_a_colleague_of_the_same_department_is_no_deputy() -> None:
    two = department("roads", communicators=["roads-communicator", "planning-communicator"])
    assert where(go(changed(away("roads-communicator"), departments=two))) == (
        "roads",
        "planning-communicator",
        "area",
    )


def test_the_central_desk_is_the_last_resort_and_has_its_own_deputies() -> None:
    both = away("roads-communicator", "planning-communicator")
    assert where(go(both)) == ("roads", CHIEF, "deputy")
    alone = [person | {"deputy": None} for person in both.model_dump()["people"]]
    assert where(go(changed(both, people=alone))) == (None, CHIEF, "no-owner")
    assert go(away(CHIEF), area="central").communicator == PRESS
    assert go(away(CHIEF, PRESS), area="central").communicator == "municipal-director"  # somebody who is there


def test_nobody_who_is_away_is_given_or_told_of_a_story_as_long_as_anyone_is_there() -> None:
    everyone = [person.id for person in lyngvig().people]
    for here in everyone:
        empty = away(*(id_ for id_ in everyone if id_ != here))
        for about in (
            {},
            {"kind": "criticism"},
            {"strategic": True},
            {"area": "social", "other_areas": ("health-care",)},
        ):
            found = go(empty, **about)
            assert found.communicator == here
            assert found.informed == ()


class TestSeveralCommunicators:
    """One area with more than one: language first, then load, then the order of the file."""

    two = department("roads", communicators=["roads-communicator", "planning-communicator"])
    shared = changed(lyngvig(), departments=two)

    def test_the_first_of_the_file_has_it_until_their_desk_is_full(self) -> None:
        assert colleagues(story(), self.shared) == ("roads-communicator", "planning-communicator")
        assert colleagues(story(area="social"), self.shared) == ()
        assert where(go(self.shared, load={"roads-communicator": 14})) == ("roads", "roads-communicator", "area")
        full = {"roads-communicator": 15}
        assert where(go(self.shared, load=full)) == ("roads", "planning-communicator", "load")

    def test_the_cap_is_soft_where_all_are_full_the_least_burdened_has_it(self) -> None:
        assert go(self.shared, load={"roads-communicator": 17, "planning-communicator": 16}).because == "load"
        assert go(self.shared, load={"roads-communicator": 16, "planning-communicator": 16}).because == "area"
        assert go(load={"roads-communicator": 90}).communicator == "roads-communicator"  # there is nobody else

    def test_who_understands_the_language_comes_before_who_has_time(self) -> None:
        speaks = changed(self.shared, people=people(planning_communicator={"speaks": ["en"]}))
        assert where(go(speaks, language="en")) == ("roads", "planning-communicator", "language")
        assert go(speaks, language="en", load={"planning-communicator": 40}).because == "language"
        assert go(speaks, language="nb").communicator == "roads-communicator"  # a neighbour's language is understood


class TestOwnRules:
    """The municipality's rules are tried in their order, before the default."""

    def ruled(self, *rules: dict[str, Any], **more: Any) -> Organisation:
        named = [{"id": f"rule-{number}", **rule} for number, rule in enumerate(rules, start=1)]
        return changed(lyngvig(), routing=named, **more)

    def test_a_rule_sends_a_story_to_a_person_a_department_or_the_central_desk(self) -> None:
        for to, expected in (
            ("care-head", (None, "care-head", "rule")),
            ("care-communicator", ("care", "care-communicator", "rule")),
            ("care", ("care", "care-communicator", "rule")),
            ("central-desk", (None, CHIEF, "rule")),
        ):
            found = go(self.ruled({"to": to}))
            assert where(found) == expected
            assert found.rules == ("rule-1",)
            assert found.personal == (to == "care-head")

    def test_the_first_rule_that_holds_ends_the_trying_unless_it_says_otherwise(self) -> None:
        rules = ({"inform": ["it-head"], "stop": False}, {"to": "care"}, {"to": "social"})
        found = go(self.ruled(*rules))
        assert (found.communicator, found.rules) == ("care-communicator", ("rule-1", "rule-2"))
        assert found.informed == ("it-head", "roads-communicator")

    def test_each_part_of_a_condition_must_hold(self) -> None:
        words = [{"id": "waterworks", "words": ["vandværket"]}]
        when = {
            "areas": ["roads-property"],
            "kinds": ["good-story"],
            "languages": ["da"],
            "sources": ["mail"],
            "topics": ["waterworks"],
        }
        ruled = self.ruled({"when": when, "to": "care"}, own_words=words)
        assert go(ruled, topics=("waterworks",)).communicator == "care-communicator"
        for other in (
            {"topics": ()},
            {"language": "sv"},
            {"source": "form"},
            {"area": "social"},
            {"kind": "event"},
            {"area_confidence": 0.4},
            {"kind_confidence": 0.4},
        ):
            assert go(ruled, **({"topics": ("waterworks",)} | other)).rules == ()

    def test_a_rule_counts_at_its_hours_in_local_time(self) -> None:
        evening = {"first": "16:00", "last": "23:59"}
        ruled = self.ruled({"when": {"kinds": ["press-enquiry"]}, "during": evening, "to": PRESS})
        assert go(ruled, kind="press-enquiry").communicator == CHIEF
        late = go(ruled, NOON + timedelta(hours=5), kind="press-enquiry")
        assert (late.communicator, late.because) == (PRESS, "rule")
        assert late.answer_by == NOON + timedelta(hours=9)

    def test_a_rule_whose_person_is_away_goes_to_the_deputy_and_without_one_by_the_default(self) -> None:
        ruled = changed(away("roads-head"), routing=[{"id": "to-head", "to": "roads-head"}])
        assert where(go(ruled)) == (None, "planning-head", "rule")
        alone = changed(ruled, people=[person | {"deputy": None} for person in ruled.model_dump()["people"]])
        assert where(go(alone)) == ("roads", "roads-communicator", "area")

    def test_a_rule_sets_hours_of_working_time_and_channels(self) -> None:
        found = go(self.ruled({"answer_within_hours": 10, "channels": ["staff"]}))
        # Monday noon to four, and six hours of Tuesday from eight on
        assert found.answer_by == datetime.fromisoformat("2026-11-24T14:00:00+01:00")
        assert (found.channels, found.because) == (("staff",), "area")

    def test_a_municipal_company_without_an_area_has_its_stories_by_a_rule(self) -> None:
        company = {
            "id": "waterworks",
            "name": "Lyngvig Vand",
            "communicators": ["it-head"],
            "head": "roads-head",
        }
        words = [{"id": "water", "words": ["vandværket"]}]
        ruled = self.ruled(
            {"when": {"topics": ["water"]}, "to": "waterworks"},
            own_words=words,
            departments=[*lyngvig().model_dump()["departments"], company],
        )
        assert where(go(ruled, topics=("water",))) == ("waterworks", "it-head", "rule")
