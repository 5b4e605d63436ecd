"""The municipality's file: each fault is named, and who is on duty when."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from lyspunkt.newsroom.organisation import Absence, Organisation
from lyspunkt.newsroom.translations import text_in
from tests.support.lyngvig import lyngvig

Faulty = Callable[[dict[str, Any]], object]
ROADS = 2
RING = {"roads-head": "planning-head", "planning-head": "roads-head"}
"""Each other's deputies, as `organisation check` warns of and the rules must bear."""


def person(given: dict[str, Any], person_id: str = "press-officer") -> Any:
    return next(one for one in given["people"] if one["id"] == person_id)


FAULTS: dict[str, Faulty] = {
    "person press-officer stands there twice": lambda g: g["people"].append(
        person(g) | {"address": "other@lyngvig.example"}
    ),
    "address presse@lyngvig.example stands there twice": lambda g: person(g, "it-head").update(
        address="Presse@lyngvig.example"
    ),
    "department roads stands there twice": lambda g: g["departments"].append(g["departments"][ROADS] | {"areas": []}),
    "channel site stands there twice": lambda g: g["channels"].append(g["channels"][0]),
    "source staff-form stands there twice": lambda g: g["sources"].append(g["sources"][0]),
    "policy strategic stands there twice": lambda g: g["policies"].insert(0, g["policies"][0]),
    "deputy of press-officer is nobody, who is not among the people": lambda g: person(g).update(deputy="nobody"),
    "communicator of roads is nobody, who is not": lambda g: g["departments"][ROADS].update(communicators=["nobody"]),
    "head of roads is nobody, who is not": lambda g: g["departments"][ROADS].update(head="nobody"),
    "the central desk is nobody, who is not": lambda g: g["central_desk"].update(people=["nobody"]),
    "area roads-property has two owners: secretariat, roads": lambda g: g["departments"][0].update(
        areas=["secretariat", "roads-property"]
    ),
    "policy strategic asks nobody, who is not among the people": lambda g: g["policies"][0].update(
        approvers=["nobody"]
    ),
    "policy strategic needs 3 approvals of 2 approvers": lambda g: g["policies"][0].update(needed=3),
    r"the last policy \(ordinary\) has a condition": lambda g: g["policies"][-1].update(when={"strategic": True}),
    "Europe/Lyngvig is not a time zone": lambda g: g["municipality"].update(time_zone="Europe/Lyngvig"),
    r"the absence ends \(2026-11-01\) before it begins": lambda g: person(g).update(
        absences=[{"first": "2026-11-02", "last": "2026-11-01"}]
    ),
    r"the hours end \(08:00\) before they begin \(09:00\)": lambda g: g["channels"][0].update(
        hours={"first": "09:00", "last": "08:00"}
    ),
    "the glossary says to write Klient and not to write it": lambda g: g["glossary"][0].update(write="Klient"),
    r"two entries of the glossary say not to write klient \(da\), but borger and bruger": lambda g: g[
        "glossary"
    ].append({"write": "bruger", "not": ["=klient"]}),
    "glossary.0.not": lambda g: g["glossary"][0].update({"not": []}),
    "glossary.0.languages": lambda g: g["glossary"][0].update(languages=["fi"]),
    "'33' has no letter": lambda g: g["glossary"][0].update({"not": ["33"]}),
    "fields must say which field is the body": lambda g: g["sources"][0].update(fields={"headline": "title"}),
    "colour": lambda g: g.update(colour="red"),
    "municipality.country": lambda g: g["municipality"].update(country="FI"),
    "people.1.address": lambda g: person(g).update(address="presse@lyngvig.example\nBcc: all@lyngvig.example"),
    "people.1.id": lambda g: person(g).update(id="Press Officer"),
    "people.1.language": lambda g: person(g).update(language="fi"),
    "departments.0.areas.0": lambda g: g["departments"][0].update(areas=["poetry"]),
    "policies.0.needed": lambda g: g["policies"][0].update(needed=0),
    "channels.0.site.hours.days": lambda g: g["channels"][0].update(hours={"days": []}),
    "channels.0": lambda g: g["channels"][0].update(type="fax"),
    "placing_threshold": lambda g: g.update(placing_threshold=1.5),
    "policies": lambda g: g.update(policies=[]),
}


@pytest.mark.parametrize("named", FAULTS)
def test_each_fault_of_the_file_is_named(named: str) -> None:
    given = copy.deepcopy(lyngvig().model_dump(mode="json"))
    FAULTS[named](given)
    with pytest.raises(ValidationError) as wrong:
        Organisation.model_validate(given)
    assert re.search(named, str(wrong.value))


def test_all_faults_are_named_at_once() -> None:
    given = lyngvig().model_dump(mode="json")
    given["departments"][ROADS]["head"] = "nobody"
    given["policies"][0]["needed"] = 3
    with pytest.raises(ValidationError, match=r"head of roads is nobody.*; policy strategic needs 3"):
        Organisation.model_validate(given)


def test_the_file_reads_the_same_after_a_round_through_json() -> None:
    assert Organisation.model_validate_json(lyngvig().model_dump_json()) == lyngvig()


@pytest.mark.parametrize(
    ("language", "expected"), [("da", "dansk"), ("nn", "dansk"), ("nb", "dansk"), ("en", "in English"), ("sv", "dansk")]
)
def test_a_missing_language_is_answered_in_one_that_its_reader_understands(language: str, expected: str) -> None:
    assert text_in({"en": "in English", "da": "dansk"}, language, "en") == expected
    assert text_in("one for all", language, "da") == "one for all"


def test_a_reader_without_a_neighbour_gets_the_municipalitys_first_language_and_else_any() -> None:
    assert text_in({"sv": "svenska", "da": "dansk"}, "en", "sv") == "svenska"
    assert text_in({"sv": "svenska"}, "en", "da") == "svenska"
    assert text_in({}, "en", "da") == ""


def test_an_absence_holds_its_first_and_its_last_day() -> None:
    away = Absence(first=date(2026, 11, 23), last=date(2026, 11, 24))
    press = lyngvig().people[1].model_copy(update={"absences": (away,)})
    assert [press.absent_on(date(2026, 11, day)) for day in (22, 23, 24, 25)] == [False, True, True, False]


def test_deputies_are_followed_along_the_line_and_a_ring_of_absent_ones_ends() -> None:
    day = date(2026, 11, 23)
    leave = (Absence(first=day, last=day),)

    def without(*gone: str) -> Organisation:
        people = tuple(
            one.model_copy(update={"absences": leave} | ({"deputy": RING[one.id]} if one.id in RING else {}))
            if one.id in gone
            else one
            for one in lyngvig().people
        )
        return lyngvig().model_copy(update={"people": people})

    found = without("secretariat-head", "municipal-director").on_duty("secretariat-head", day)
    assert found is not None
    assert found.id == "chief-of-communications"
    assert without("roads-head", "planning-head").on_duty("roads-head", day) is None
    assert lyngvig().on_duty("nobody", day) is None


def test_a_person_is_found_by_address_whatever_the_case() -> None:
    found = lyngvig().person_at("  PRESSE@Lyngvig.example ")
    assert found is not None
    assert found.id == "press-officer"
    assert lyngvig().person_at("presse@elsewhere.example") is None
