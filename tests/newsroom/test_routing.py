"""From what a story is about to the communicator who should have it."""

from __future__ import annotations

from datetime import date

import pytest

from lyspunkt.newsroom.classification import Area
from lyspunkt.newsroom.organisation import Organisation
from lyspunkt.newsroom.routing import Route, route
from lyspunkt.newsroom.story import Placement
from tests.support.lyngvig import changed, lyngvig

TODAY = date(2026, 11, 23)
CHIEF = "chief-of-communications"


def away(*people: str) -> Organisation:
    leave = ({"first": TODAY, "last": TODAY},)
    named = [person.model_dump() | ({"absences": leave} if person.id in people else {}) for person in lyngvig().people]
    return changed(lyngvig(), people=named)


def go(organisation: Organisation | None = None, day: date = TODAY, **about: object) -> Route:
    placement = {"area": "roads-property", "kind": "good-story", "area_confidence": 0.9} | about
    return route(Placement.model_validate(placement), organisation or lyngvig(), day)


@pytest.mark.parametrize("area", [area for area in Area if area != Area.CENTRAL])
def test_every_area_has_its_own_department_and_communicator(area: Area) -> None:
    found = go(area=area)
    department = lyngvig().department(found.department)
    assert department is not None
    assert area in department.areas
    assert found.communicator in department.communicators
    assert found.because == "area"


@pytest.mark.parametrize("kind", ["criticism", "press-enquiry"])
def test_criticism_and_the_press_are_answered_from_one_place_however_sure_the_area_is(kind: str) -> None:
    assert go(kind=kind, area_confidence=1.0) == Route(department=None, communicator=CHIEF, because=kind)
    assert go(kind=kind, area_confidence=0.1).because == kind


def test_a_story_of_which_we_are_unsure_goes_to_the_central_desk() -> None:
    assert go(area_confidence=0.49) == Route(department=None, communicator=CHIEF, because="unsure")
    assert go(area_confidence=0.5).because == "area"
    assert go(changed(lyngvig(), placing_threshold=0.95)).because == "unsure"


def test_a_strategic_story_goes_to_the_central_desk_when_we_are_sure_of_it() -> None:
    assert go(strategic=True) == Route(department=None, communicator=CHIEF, because="strategic")
    assert go(strategic=True, area_confidence=0.1).because == "unsure"


def test_what_no_department_owns_goes_to_the_central_desk() -> None:
    assert go(area="central") == Route(department=None, communicator=CHIEF, because="central")
    ownerless = [department for department in lyngvig().model_dump()["departments"] if department["id"] != "roads"]
    assert go(changed(lyngvig(), departments=ownerless)).because == "no-owner"


def test_the_deputy_has_the_stories_of_who_is_away_on_those_days_only() -> None:
    gone = away("roads-communicator")
    assert go(gone) == Route(department="roads", communicator="planning-communicator", because="deputy")
    assert go(gone, date(2026, 11, 22)).communicator == "roads-communicator"
    assert go(gone, date(2026, 11, 24)).communicator == "roads-communicator"


def test_a_colleague_of_the_same_department_is_no_deputy() -> None:
    two = [
        department | ({"communicators": ["roads-communicator", "planning-communicator"]} if shared else {})
        for department in lyngvig().model_dump()["departments"]
        for shared in [department["id"] == "roads"]
    ]
    assert go(changed(away("roads-communicator"), departments=two)).because == "area"


def test_the_central_desk_is_the_last_resort_and_has_its_own_deputies() -> None:
    both = away("roads-communicator", "planning-communicator")
    assert go(both) == Route(department="roads", communicator=CHIEF, because="deputy")
    alone = [person | {"deputy": None} for person in both.model_dump()["people"]]
    assert go(changed(both, people=alone)) == Route(department=None, communicator=CHIEF, because="no-owner")
    assert go(away(CHIEF), area="central").communicator == "press-officer"
    assert go(away(CHIEF, "press-officer"), area="central").communicator == CHIEF  # a story lies with someone
