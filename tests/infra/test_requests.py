"""HTTP requests as API Gateway hands them over, payload format 2.0."""

import base64
from typing import Any

import pytest

from tests.infra.conftest import Small


def asked(small: Small, method: str, path: str, **more: Any) -> dict[str, Any]:
    """The event that the function got."""
    small.behave("Answer", lambda _event: {"statusCode": 204})
    assert small.runtime.request(method, path, **more).status == 204
    return small.seen("Answer")[-1]


def test_a_request_has_the_shape_that_aws_documents(small: Small) -> None:
    headers = [
        ("Host", "lyspunkt.example"),
        ("X-Many", "one"),
        ("x-many", "two"),
        ("Cookie", "a=1; b=2"),
        ("User-Agent", "a browser"),
        ("Content-Type", "application/json"),
    ]
    event = asked(small, "post", "/in/staff%20form?x=1&x=2&y=%C3%B8", headers=headers, body='{"a": 1}')
    context = event.pop("requestContext")
    assert event == {
        "version": "2.0",
        "routeKey": "POST /in/{source}",
        "rawPath": "/in/staff form",
        "rawQueryString": "x=1&x=2&y=%C3%B8",
        "cookies": ["a=1", "b=2"],
        "headers": {
            "host": "lyspunkt.example",
            "x-many": "one,two",
            "user-agent": "a browser",
            "content-type": "application/json",
        },
        "queryStringParameters": {"x": "1,2", "y": "ø"},
        "pathParameters": {"source": "staff form"},
        "body": '{"a": 1}',
        "isBase64Encoded": False,
    }
    assert context["http"] == {
        "method": "POST",
        "path": "/in/staff form",
        "protocol": "HTTP/1.1",
        "sourceIp": "127.0.0.1",
        "userAgent": "a browser",
    }
    assert context["domainName"] == "lyspunkt.example"
    assert context["stage"] == "$default"
    assert isinstance(context["timeEpoch"], int)
    assert context["requestId"]


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "image/png"])
def test_a_form_comes_in_base64_as_on_aws(small: Small, kind: str) -> None:
    event = asked(small, "POST", "/in/form", headers={"Content-Type": kind}, body=b"a=1&b=\xff")
    assert event["isBase64Encoded"] is True
    assert base64.b64decode(event["body"]) == b"a=1&b=\xff"


@pytest.mark.parametrize(
    ("path", "key", "values"),
    [
        ("/pages/about", "ANY /pages/about", None),
        ("/pages/other", "ANY /pages/{name}", {"name": "other"}),
        ("/pages/deep/down", "ANY /pages/{proxy+}", {"proxy": "deep/down"}),
        ("/pages", "$default", None),
        ("/elsewhere", "$default", None),
        ("/in/form", "$default", None),
    ],
)
def test_the_most_exact_route_wins(small: Small, path: str, key: str, values: dict[str, str] | None) -> None:
    event = asked(small, "GET", path)
    assert event["routeKey"] == key
    assert event.get("pathParameters") == values


def test_head_reaches_an_any_route_and_gets_no_body(small: Small) -> None:
    small.behave("Answer", lambda event: {"statusCode": 200, "body": event["requestContext"]["http"]["method"]})
    assert small.runtime.request("HEAD", "/pages/about").body == b""
    assert small.seen("Answer")[-1]["requestContext"]["http"]["method"] == "HEAD"


def test_an_answer_is_read_with_its_cookies_and_bytes(small: Small) -> None:
    small.behave(
        "Answer",
        lambda _event: {
            "statusCode": 200,
            "headers": {"Content-Type": "image/png"},
            "cookies": ["a=1; HttpOnly"],
            "body": base64.b64encode(b"\x89PNG").decode(),
            "isBase64Encoded": True,
        },
    )
    response = small.runtime.request("GET", "/pages/about")
    assert (response.body, response.cookies) == (b"\x89PNG", ("a=1; HttpOnly",))
    assert response.headers["content-type"] == "image/png"


def test_an_error_is_a_500_that_says_nothing(small: Small) -> None:
    def behave(event: dict[str, Any]) -> Any:
        raise RuntimeError("secret")

    small.behave("Answer", behave)
    response = small.runtime.request("GET", "/pages/about")
    assert response.status == 500
    assert response.json() == {"message": "Internal Server Error"}


def test_more_than_the_gateway_takes_is_refused_before_the_function(small: Small) -> None:
    assert small.runtime.request("POST", "/in/form", body=b"x" * (10 * 1024 * 1024 + 1)).status == 413
    assert small.runtime.request("GET", "/pages/about", headers={"x-long": "x" * 11_000}).status == 431
    assert small.seen("Answer") == []
