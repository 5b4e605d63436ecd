"""The bytes that form products post: JSON, urlencoded, multipart (bar B2), and whatever else arrives."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote_plus

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lyspunkt.newsroom.form_answers import delivery_of, event_of
from lyspunkt.newsroom.form_bodies import MOST_FIELDS, Unreadable, kind_of, parsed
from lyspunkt.newsroom.form_mapping import from_webhook
from lyspunkt.newsroom.submissions import Arrived, BadSubmission
from tests.support.lyngvig import lyngvig

MULTIPART = "multipart/form-data; boundary=b0"
URLENCODED = "application/x-www-form-urlencoded"


def part(name: str, value: bytes, more: str = "") -> bytes:
    return f'--b0\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + value + b"\r\n"


def test_a_multipart_form_is_read_letter_by_letter_and_of_a_file_its_name() -> None:
    body = (
        part("navn", "Åse Ø".encode())
        + part("tekst", b"en\r\n\r\nto --b0 tre\r\n")
        + part("fil", b"\x89PNG\r\n\x1a\n", '; filename="bænk.png"')
        + part("gammel", "æøå".encode("windows-1252"))
        + b"--b0--\r\n"
    )
    assert parsed(body, MULTIPART) == {
        "navn": "Åse Ø",
        "tekst": "en\r\n\r\nto --b0 tre\r\n",
        "fil": "bænk.png",
        "gammel": "æøå",
    }
    assert parsed(body, "") == parsed(body, MULTIPART), "the boundary stands in the body as well"


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"a=1&b=2", {"a": "1", "b": "2"}),
        (b"a=1&a=2&a=3", {"a": ["1", "2", "3"]}),
        (b"a[]=1&a[]=2", {"a": ["1", "2"]}),
        (b"a%5B0%5D=1&a%5B1%5D=2", {"a": ["1", "2"]}),
        (b"a[x]=1&a[y][z]=2", {"a": {"x": "1", "y": {"z": "2"}}}),
        (b"a=1&a[x]=2", {"a": "1", "a[x]": "2"}),
        (b"a[x]=1&a=2", {"a": [{"x": "1"}, "2"]}),
        (b"a[b=1&]=2&=3", {"a[b": "1", "]": "2", "": "3"}),
        (b"tom=&plus=a+b%20c", {"tom": "", "plus": "a b c"}),
        ("sted=Torvet+på+Ærø".encode(), {"sted": "Torvet på Ærø"}),
        (b"sted=%C3%86r%C3%B8", {"sted": "Ærø"}),
        (b"", {}),
    ],
)
def test_an_urlencoded_form_is_read_as_php_wrote_it_and_loses_no_field(body: bytes, value: Any) -> None:
    assert parsed(body, URLENCODED) == value


@pytest.mark.parametrize(
    ("body", "content_type", "kind"),
    [
        (b'{"a": 1}', "application/json; charset=utf-8", "json"),
        (b'\xef\xbb\xbf {"a": 1}', "", "json"),
        (b'{"a": 1}', URLENCODED, "json"),
        (b"a=1", "application/json", "json"),
        (b"a=1", "", "urlencoded"),
        (b"a=1", "APPLICATION/X-WWW-FORM-URLENCODED;charset=UTF-8", "urlencoded"),
        (b"--b0\r\n", "Multipart/Form-Data; boundary=b0", "multipart"),
        (b"--b0\r\n", "", "multipart"),
        (b"<xml/>", "text/xml", "json"),
        (b'{"a": 1}', "application/vnd.api+json", "json"),
    ],
)
def test_a_body_is_what_its_type_says_or_what_it_looks_like(body: bytes, content_type: str, kind: str) -> None:
    assert kind_of(body, content_type) == kind


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"no form at all", MULTIPART),
        (b"--b0\r\nContent-Disposition", "multipart/form-data; boundary="),
        (b"--b0\r\n" + b"x" * 10_000 + b": y\r\n\r\n", MULTIPART),
        (part("a", b"1") * (MOST_FIELDS + 1) + b"--b0--", MULTIPART),
        (b"a=1&" * (MOST_FIELDS + 1), URLENCODED),
        (b"\xff\xfe", "application/json"),
        (b"<xml/>", "text/xml"),
    ],
)
def test_what_cannot_be_read_says_so_and_holds_nothing_of_it(body: bytes, content_type: str) -> None:
    with pytest.raises(Unreadable) as wrong:
        parsed(body, content_type)
    assert "<xml" not in str(wrong.value)


NAMES = ["data", "fields", "form_response", "answers", "rawRequest", "submission", "questions", "definition"]
NAMES += ["value", "label", "type", "field", "id", "ref", "options", "year", "month", "day", "first", "last", "url"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(NAMES) | st.text(max_size=6),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)
PARTS = st.lists(st.tuples(st.text(max_size=8), st.binary(max_size=30)), max_size=6)
BODIES = (
    st.binary(max_size=200)
    | JSON.map(lambda value: json.dumps(value).encode())
    | PARTS.map(lambda parts: "&".join(f"{quote_plus(n)}={quote_plus(v)}" for n, v in parts).encode())
    | PARTS.map(lambda parts: b"".join(part(n, v) for n, v in parts) + b"--b0--\r\n")
    | PARTS.map(lambda parts: b"".join(part(n, v) for n, v in parts)[:-7])
)
TYPES = st.sampled_from(["", "application/json", URLENCODED, MULTIPART, "multipart/form-data", "x/é; boundary=\x00"])


@pytest.mark.parametrize("source", lyngvig().sources, ids=lambda source: source.id)
@given(body=BODIES, content_type=TYPES)
@example(body=b'{"rawRequest": "{", "form_response": {"answers": [{"type": []}]}}', content_type="")
@example(body=b'{"data": {"fields": [[], 1, null, {"key": {}}], "data": {"": 1}}}', content_type="")
@example(body=b'{"a": ' + b"[" * 900 + b"]" * 900 + b"}", content_type="application/json")
@example(body=b"a" + b"[b]" * 5_000 + b"=1", content_type=URLENCODED)
def test_whatever_is_posted_becomes_a_story_that_can_be_stored_or_is_refused(
    source: Any, body: bytes, content_type: str
) -> None:
    try:
        payload = parsed(body, content_type)
        event_of(payload, source.preset)
        assert delivery_of(payload, source.preset, body)
        arrived = from_webhook(payload, source)
    except (Unreadable, BadSubmission):
        return
    assert Arrived.model_validate_json(arrived.model_dump_json()) == arrived


@given(value=JSON)
def test_any_answer_to_the_question_that_is_the_body_becomes_the_text(value: Any) -> None:
    source = lyngvig().source("volunteers")
    assert source is not None
    posted = {"data": {"fields": [{"key": "q", "label": "Hvad er der sket?", "value": ["A bench.", value]}]}}
    assert from_webhook(posted, source).text.body.startswith("A bench.")
