"""Where a valid organisation would leave a story with nobody, and that nothing else is called a gap."""

from __future__ import annotations

from typing import Any

import pytest

from lyspunkt.newsroom.consistency import Fault
from lyspunkt.newsroom.gaps import gaps
from lyspunkt.newsroom.organisation import Organisation
from tests.support.lyngvig import lyngvig


def changed(people: dict[str, dict[str, Any]], **parts: Any) -> tuple[Fault, ...]:
    """The gaps of Lyngvig where these people have these absences and deputies instead."""
    given = lyngvig().model_dump(mode="json") | parts
    given["people"] = [person | people.get(person["id"], {}) for person in given["people"]]
    return gaps(Organisation.model_validate(given))


def away(*days: tuple[str, str]) -> dict[str, Any]:
    return {"absences": [{"first": first, "last": last} for first, last in days]}


def number_of(person_id: str) -> int:
    return [person.id for person in lyngvig().people].index(person_id)


def test_lyngvig_has_none_also_while_one_person_is_away() -> None:
    assert changed({}) == ()
    assert changed({"roads-head": away(("2026-12-01", "2026-12-24"))}) == ()


def test_an_area_without_an_owner_is_named_and_central_needs_none() -> None:
    departments = [d.model_dump(mode="json") for d in lyngvig().departments if d.id not in {"roads", "social"}]
    found = changed({}, departments=departments)
    assert [gap.place for gap in found] == [("departments",)] * 2
    assert [area for area in ("roads-property", "social") if not any(area in gap.says for gap in found)] == []


def test_an_absence_without_a_deputy_is_named_with_its_first_day() -> None:
    [gap] = changed({"press-officer": away(("2026-12-01", "2026-12-24"))})
    assert gap.place == ("people", number_of("press-officer"), "absences", 0)
    assert "on 2026-12-01 (nobody is named as deputy)" in gap.says


@pytest.mark.parametrize(
    ("theirs", "first_day"),
    [
        ((("2026-11-20", "2026-12-02"), ("2026-12-10", "2026-12-11")), "2026-12-01"),
        ((("2026-12-10", "2026-12-11"),), "2026-12-10"),
        ((("2026-12-24", "2027-01-02"),), "2026-12-24"),
        ((("2026-11-20", "2026-11-30"), ("2026-12-25", "2027-01-02")), None),
    ],
)
def test_deputies_who_are_away_on_one_of_the_same_days_stand_in_for_nobody_then(
    theirs: tuple[tuple[str, str], ...], first_day: str | None
) -> None:
    found = changed(
        {
            "roads-head": away(("2026-12-01", "2026-12-24")),
            "planning-head": away(*theirs) | {"deputy": None},
        }
    )
    mine = [gap for gap in found if gap.place[1] == number_of("roads-head")]
    assert [f"on {first_day} (planning-head too)" in gap.says for gap in mine] == ([True] if first_day else [])


def test_an_absence_of_years_is_looked_through_in_a_moment() -> None:
    assert changed({"roads-head": away(("2026-12-01", "9999-12-31"))}) == ()


def test_deputies_in_a_circle_are_named_once_and_whoever_only_leads_to_it_is_not() -> None:
    circle = {"planning-head": {"deputy": "roads-head"}}
    [gap] = changed({**circle, "it-head": {"deputy": "roads-head"}})
    assert gap.place == ("people", number_of("planning-head"), "deputy")
    assert "planning-head -> roads-head -> planning-head" in gap.says
    [gap] = changed({"it-head": {"deputy": "it-head"}})
    assert "it-head -> it-head" in gap.says


def test_absences_of_one_person_that_overlap_are_named_and_those_that_only_meet_are_not() -> None:
    december = ("2026-12-01", "2026-12-10")
    [gap] = changed({"roads-head": away(december, ("2026-12-10", "2026-12-12"))})
    assert gap.place == ("people", number_of("roads-head"), "absences", 1)
    assert "overlap" in gap.says
    assert changed({"roads-head": away(december, ("2026-12-11", "2026-12-12"))}) == ()


def test_who_is_on_call_is_there_and_alone() -> None:
    duty = {"person": "press-officer", "first": "2026-12-01", "last": "2026-12-14"}
    other = {"person": "roads-head", "first": "2026-12-14", "last": "2026-12-20"}
    desk = lyngvig().central_desk.model_dump(mode="json") | {"on_call": [duty, other]}
    found = changed({"press-officer": away(("2026-12-10", "2026-12-24"))}, central_desk=desk)
    ours = [fault for fault in found if fault.place[:2] == ("central_desk", "on_call")]
    assert [fault.place[2] for fault in ours] == [0, 1]
    assert "away 2026-12-10 to 2026-12-24" in ours[0].says
    assert "both on call on 2026-12-14" in ours[1].says


def test_advice_that_leads_to_other_advice_is_named_at_what_it_says_to_write() -> None:
    glossary = [
        {"write": "borgere med støtte", "not": ["klient"], "languages": ["da"]},
        {"write": "folk", "not": ["borger"], "languages": ["da"]},
        {"write": "plejeklient", "not": ["=klienten", "patient"], "languages": ["sv"]},
    ]
    [gap] = changed({}, glossary=glossary)
    assert gap.place == ("glossary", 0, "write")
    assert "to write borgere med støtte, and then to write folk for the borgere in it" in gap.says


def test_an_entry_that_advises_against_a_form_of_its_own_term_is_named() -> None:
    [gap] = changed({}, glossary=[{"write": "bruger af hjælp", "not": ["bruger"], "languages": ["da"]}])
    assert "write bruger af hjælp, and then to write bruger af hjælp for the bruger in it" in gap.says
