"""From what a form product posted to what arrived."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyspunkt.newsroom.form_mapping import FIELD_LENGTH, FIELDS, FIELDS_LENGTH, MORE, from_webhook
from lyspunkt.newsroom.sources import WebhookSource
from lyspunkt.newsroom.submissions import BODY_LENGTH, HEADLINE_LENGTH, Arrived, BadSubmission

STAFF = WebhookSource(
    id="staff-form",
    name="The staff's form",
    fields={
        "headline": "title",
        "body": "story",
        "name": "name",
        "address": "email",
        "phone": "phone",
        "language": "language",
        "wished_at": "wished",
        "place": "place",
    },
)
CITIZENS = WebhookSource(
    id="citizen-form",
    name="The citizens' form",
    language="da",
    fields={"headline": "answers.headline", "body": "answers.what", "address": "answers.email"},
)
COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def refused(payload: Any, source: WebhookSource = STAFF) -> BadSubmission:
    with pytest.raises(BadSubmission) as wrong:
        from_webhook(payload, source)
    return wrong.value


def test_every_field_that_the_mapping_names_is_read() -> None:
    arrived = from_webhook(
        {
            "title": "Kor på Solbakken",
            "story": "Vi synger.\r\n\r\nHver onsdag.",
            "name": "Aftenvagten",
            "email": "aften@lyngvig.example",
            "phone": 70000001,
            "language": "da-DK",
            "wished": "2026-12-01",
            "place": "Solbakken",
        },
        STAFF,
        COPENHAGEN,
    )
    assert arrived.text.headline == "Kor på Solbakken"
    assert arrived.text.body == "Vi synger.\n\nHver onsdag."
    assert arrived.text.lead == "Vi synger."
    assert (arrived.name, arrived.address, arrived.phone) == ("Aftenvagten", "aften@lyngvig.example", "70000001")
    assert arrived.language == arrived.text.language == "da"
    assert arrived.wished_at == datetime(2026, 11, 30, 23, 0, tzinfo=UTC)
    assert arrived.fields == {"place": "Solbakken"}
    assert arrived.verified
    assert arrived.submitter is None


def test_dotted_names_reach_into_the_payload_and_unknown_fields_are_kept() -> None:
    payload = {
        "answers": {"what": "Noget godt.", "email": "a@b.example", "mood": "glad", "tags": ["a", {"b": True}]},
        "form": {"version": 3, "empty": None},
    }
    arrived = from_webhook(payload, CITIZENS)
    assert arrived.address == "a@b.example"
    assert arrived.language == "da"
    assert arrived.text.headline == "Noget godt"
    assert arrived.fields == {
        "answers.mood": "glad",
        "answers.tags.0": "a",
        "answers.tags.1.b": "true",
        "form.version": "3",
    }


def test_a_field_that_is_odd_is_kept_as_it_came_and_loses_no_story() -> None:
    odd = {"story": "Noget.", "email": "call me", "language": "tlh", "wished": "soon"}
    arrived = from_webhook(odd, STAFF)
    assert (arrived.address, arrived.language, arrived.wished_at) == (None, None, None)
    assert arrived.fields == {"email": "call me", "language": "tlh", "wished": "soon"}


@pytest.mark.parametrize("payload", [[], "story", 3, None, True])
def test_a_payload_that_is_no_object_is_refused(payload: Any) -> None:
    assert "JSON object" in refused(payload).say


@pytest.mark.parametrize("payload", [{}, {"story": ""}, {"story": " \n\t"}, {"story": None}, {"title": "T"}])
def test_a_missing_text_is_refused_by_the_name_that_the_form_uses(payload: Any) -> None:
    wrong = refused(payload)
    assert wrong.field == "story"
    assert "story is missing or empty" in wrong.say


def test_what_is_not_a_text_becomes_one() -> None:
    arrived = from_webhook({"story": ["Vi synger.", 3, True], "title": {"first": "Kor", "last": "Solbakken"}}, STAFF)
    assert (arrived.text.body, arrived.text.headline) == ("Vi synger., 3, true", "Kor Solbakken")


def test_a_text_without_end_is_refused_with_the_limit() -> None:
    assert from_webhook({"story": "x" * BODY_LENGTH, "title": "y" * HEADLINE_LENGTH}, STAFF)
    assert str(BODY_LENGTH) in refused({"story": "x" * (BODY_LENGTH + 1)}).say


def test_too_long_a_headline_is_cut_and_stays_whole_beside_the_story() -> None:
    arrived = from_webhook({"story": "x", "title": "y" * (HEADLINE_LENGTH + 1)}, STAFF)
    assert arrived.text.headline == "y" * (HEADLINE_LENGTH - 2) + " …"
    assert arrived.fields == {"title": "y" * (HEADLINE_LENGTH + 1)}
    named = from_webhook({"story": "x", "name": "n" * 4_000}, STAFF)
    assert (len(named.name or ""), len(named.fields["name"])) == (HEADLINE_LENGTH, 4_000)


def test_other_fields_without_end_lose_no_story_and_are_counted() -> None:
    many = from_webhook({"story": "x", **{f"f{n}": n for n in range(150)}}, STAFF).fields
    assert (len(many), many[MORE]) == (FIELDS, "+51")
    assert list(many)[:3] == ["f0", "f1", "f2"]
    assert from_webhook({"story": "x", "many": [[n] for n in range(10_000)]}, STAFF).fields[MORE] == "+9901"
    assert from_webhook({"story": "x", "long": "y" * 6_000}, STAFF).fields["long"] == "y" * (FIELD_LENGTH - 2) + " …"
    full = from_webhook({"story": "x", **{f"f{n}": "y" * 4_000 for n in range(20)}}, STAFF).fields
    assert full[MORE] == "+13"
    assert sum(len(name) + len(text) for name, text in full.items()) <= FIELDS_LENGTH + len(MORE) + 3
    deep: dict[str, Any] = {"end": 1}
    for _ in range(900):
        deep = {"deeper": deep}
    assert from_webhook({"story": "x", "deep": deep}, STAFF).text.body == "x"


def test_what_no_store_takes_is_mended() -> None:
    arrived = from_webhook(json.loads('{"story": "A\\ud83d B\\u0000\\u0007 e\\u0301 \\ud83d\\ude00"}'), STAFF)
    assert arrived.text.body == "A\ufffd B é 😀"
    arrived.model_dump_json().encode()


NAMES = st.sampled_from(["story", "title", "x"]) | st.text()


@given(
    payload=st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner),
        max_leaves=12,
    )
)
def test_any_payload_becomes_a_story_that_can_be_stored_or_is_refused_by_field(payload: Any) -> None:
    try:
        arrived = from_webhook(payload, STAFF)
    except BadSubmission:
        return
    assert Arrived.model_validate_json(arrived.model_dump_json()) == arrived
