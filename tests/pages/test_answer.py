"""Answers to a browser and what it sent: headers, forms, cookies, languages (bars A7, A8, H3)."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from lyspunkt.pages import answer
from lyspunkt.pages.serving import serve

OWN = "https://lyspunkt.lyngvig.example"
ANSWERS: dict[str, answer.Answer | None] = {
    "page": answer.page("<p>"),
    "refusal": answer.page("<p>", status=410),
    "redirect": answer.redirect("/desk"),
    "picture": answer.picture(b"\xff\xd8"),
    "style sheet": answer.asset("lyspunkt.css"),
    "mark": answer.asset("mark.svg"),
    "head": answer.without_body(answer.page("<p>")),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_every_answer_has_the_strict_headers_bars_h3_a7(name: str) -> None:
    given = ANSWERS[name]
    assert given is not None
    headers = given["headers"]
    policy = {part.split()[0]: part.split()[1:] for part in headers["content-security-policy"].split(";")}
    assert policy == {
        "default-src": ["'none'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["strict-transport-security"].startswith("max-age=31536000")


@pytest.mark.parametrize("name", ["page", "refusal", "redirect", "picture", "head"])
def test_what_is_said_to_one_person_is_kept_by_no_cache_bar_a7(name: str) -> None:
    given = ANSWERS[name]
    assert given is not None
    assert "no-store" in given["headers"]["cache-control"]


def test_a_page_keeps_its_headers_whatever_more_it_says() -> None:
    given = answer.page("x", status=405, headers={"allow": "GET"}, cookies=["a=b"])
    assert (given["statusCode"], given["headers"]["allow"], given["cookies"]) == (405, "GET", ["a=b"])
    assert given["headers"]["content-type"] == "text/html; charset=utf-8"
    assert answer.redirect("/desk", cookies=["a=b"])["cookies"] == ["a=b"]
    assert answer.redirect("/desk")["statusCode"] == 303


def test_a_picture_is_bytes_and_head_gets_none_of_them() -> None:
    given = answer.picture(b"\xff\xd8\x00", "image/png")
    assert base64.b64decode(given["body"]) == b"\xff\xd8\x00"
    assert given["isBase64Encoded"] is True
    assert answer.without_body(given) == {**given, "body": "", "isBase64Encoded": False}


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../answer.py", "../templates/base.html", "none.css", "/etc/passwd", "mark.svg/x", "assets"]
)
def test_an_asset_is_one_of_ours_or_none(name: str) -> None:
    assert answer.asset(name) is None


@pytest.mark.parametrize(
    ("headers", "elsewhere"),
    [
        ({}, False),
        ({"origin": "null"}, False),
        ({"origin": OWN}, False),
        ({"origin": "null", "sec-fetch-site": "same-origin"}, False),
        ({"origin": OWN, "sec-fetch-site": "same-origin"}, False),
        ({"origin": "null", "sec-fetch-site": "none"}, False),
        ({"origin": "null", "sec-fetch-site": "cross-site"}, True),
        ({"origin": OWN, "sec-fetch-site": "cross-site"}, True),
        ({"origin": OWN, "sec-fetch-site": "same-site"}, True),
        ({"origin": "null", "sec-fetch-site": "same-site"}, True),
        ({"origin": "https://elsewhere.example"}, True),
        ({"origin": "https://elsewhere.example", "sec-fetch-site": "same-origin"}, True),
        ({"origin": f"{OWN}.elsewhere.example"}, True),
        ({"origin": f"{OWN}:8443"}, True),
        ({"origin": ""}, True),
        ({"origin": "rubbish"}, True),
    ],
)
def test_a_form_sent_by_another_site_is_known_and_ours_is_not_locked_out_bar_a8(
    headers: dict[str, str], elsewhere: bool
) -> None:
    assert answer.from_elsewhere({"headers": headers}, OWN) is elsewhere


def test_a_request_without_headers_is_not_from_elsewhere_bar_a8() -> None:
    assert answer.from_elsewhere({}, OWN) is False


@pytest.mark.parametrize("encoded", [False, True])
def test_a_form_is_read_as_it_was_typed(encoded: bool) -> None:
    body = "comment=F%C3%B8rste%0D%0AAnden+linje%00&decision=approve&decision=reject&empty=&=x"
    event: dict[str, Any] = {"body": body}
    if encoded:
        event = {"body": base64.b64encode(body.encode()).decode(), "isBase64Encoded": True}
    expected = {"comment": "Første\nAnden linje", "decision": "approve", "empty": "", "": "x"}
    assert answer.fields(event) == expected


def test_a_form_with_nothing_in_it_has_no_fields() -> None:
    assert answer.fields({}) == {}
    assert answer.fields({"body": None}) == {}


def test_a_form_with_endless_fields_is_not_read() -> None:
    with pytest.raises(ValueError, match="Max number of fields"):
        answer.fields({"body": "&".join(f"f{number}=x" for number in range(500))})


def test_a_cookie_is_found_by_its_whole_name() -> None:
    event = {"cookies": ["other=1", "__Host-session=a=b; ", "session=no"]}
    assert answer.cookie(event, "__Host-session") == "a=b;"
    assert answer.cookie(event, "Host-session") == ""
    assert answer.cookie({}, "session") == ""
    assert answer.cookie({"cookies": None}, "session") == ""


@pytest.mark.parametrize(
    ("wanted", "language"),
    [
        ("sv-SE,sv;q=0.9,en;q=0.8", "sv"),
        ("no", "nb"),
        ("nn-NO", "nn"),
        ("de,fr;q=0.9", "da"),
        ("de,en;q=0.3,nb;q=0.4", "nb"),
        ("en;q=0,sv;q=0.1", "sv"),
        ("en;q=rubbish,sv", "sv"),
        ("EN-gb", "en"),
        ("*", "da"),
        ("", "da"),
        ("../../etc/passwd", "da"),
    ],
)
def test_the_browsers_favourite_among_our_languages_is_used(wanted: str, language: str) -> None:
    assert answer.language_of({"headers": {"accept-language": wanted}}, "da") == language


def test_a_browser_that_asks_for_no_language_gets_the_municipalitys_own() -> None:
    assert answer.language_of({}, "nn") == "nn"


def test_the_method_is_told_in_capitals() -> None:
    assert answer.method({"requestContext": {"http": {"method": "post"}}}) == "POST"


def test_what_nobody_foresaw_is_answered_by_a_page_with_our_headers() -> None:
    """Bar H3: also a 500 has them, and it does not quote the error."""

    def breaks(event: dict[str, Any]) -> answer.Answer:
        raise RuntimeError("secret words")

    event = {"requestContext": {"http": {"method": "GET"}}, "headers": {"accept-language": "nn"}}
    given = serve(event, breaks)
    assert given["statusCode"] == 500
    assert given["headers"]["content-security-policy"].startswith("default-src 'none'")
    assert "secret words" not in given["body"]
    assert 'lang="nn"' in given["body"]
