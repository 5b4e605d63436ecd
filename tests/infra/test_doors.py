"""The doors of a local run: web servers on loopback, the story site's rules, mail by SMTP."""

import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any

import pytest

from infra.local import story_site
from infra.local.endpoint import endpoint
from infra.local.requests import Request, Response
from infra.local.smtp import mail_door
from infra.local.template import load
from infra.local.web import PortTaken, door
from infra.local.world import MailRule, World, make
from tests.infra.conftest import Small


def ask(port: int, method: str, path: str, body: bytes | None = None, **headers: str) -> HTTPResponse:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request(method, path, body, {"Host": f"localhost:{port}", **headers})
    return connection.getresponse()


def test_a_door_hands_the_request_over_and_the_answer_back() -> None:
    seen: list[Request] = []

    def answer(request: Request) -> Response:
        seen.append(request)
        return Response(201, {"content-type": "text/plain"}, b"hello", ("a=1; HttpOnly", "b=2"))

    with door(0, answer, "--port") as port:
        got = ask(port, "POST", "/a%20b?x=1", b"body", Cookie="c=3")
        assert (got.status, got.read()) == (201, b"hello")
        assert got.headers.get_all("set-cookie") == ["a=1; HttpOnly", "b=2"]
        head = ask(port, "HEAD", "/")
        assert (head.read(), head.headers["content-length"]) == (b"", "5")
    assert (seen[0].method, seen[0].path, seen[0].query, seen[0].body) == ("POST", "/a%20b", "x=1", b"body")
    assert seen[0].header("cookie") == "c=3"


def test_a_foreign_name_that_points_here_is_not_answered() -> None:
    with door(0, lambda _request: Response(200, {}), "--port") as port:
        assert ask(port, "GET", "/", Host="evil.example").status == 421


def test_a_taken_port_says_how_to_choose_another() -> None:
    with (
        door(0, lambda _request: Response(200, {}), "--port") as port,
        pytest.raises(PortTaken, match=rf"port {port} is taken.*--site-port N"),
        door(port, lambda _request: Response(200, {}), "--site-port"),
    ):
        pass


@pytest.fixture
def site(tmp_path: Path) -> Iterator[World]:
    text = "Resources: { Site: { Type: AWS::S3::Bucket, Properties: { BucketName: site } } }"
    (tmp_path / "template.yaml").write_text(text, encoding="utf-8")
    with endpoint() as where:
        world = make(load(tmp_path / "template.yaml"), endpoint=where.own)
        for key, more in (
            ("index.html", {}),
            ("stories/one/index.html", {"CacheControl": "max-age=60"}),
            ("stories/two/index.html", {"Metadata": {"gone": "yes"}}),
        ):
            given: dict[str, Any] = {"ContentType": "text/html; charset=utf-8", **more}
            world.client("s3").put_object(Bucket="site", Key=key, Body=key.encode(), **given)
        yield world


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        ("/", 200, b"index.html"),
        ("/stories/one/", 200, b"stories/one/index.html"),
        ("/stories/one/index.html", 200, b"stories/one/index.html"),
        ("/stories/one", 301, b""),
        ("/stories/two/", 410, b"stories/two/index.html"),
    ],
)
def test_the_story_site_serves_as_the_cdn_does(site: World, path: str, status: int, body: bytes) -> None:
    response = story_site.serve(site, "site", Request("GET", path))
    assert (response.status, response.body) == (status, body)


def test_what_is_not_published_is_a_404_the_sites_own_where_it_has_one(site: World) -> None:
    assert story_site.serve(site, "site", Request("GET", "/nothing.jpg")).status == 404
    site.client("s3").put_object(Bucket="site", Key="404.html", Body=b"not here", ContentType="text/html")
    response = story_site.serve(site, "site", Request("GET", "/nothing.jpg"))
    assert (response.status, response.body) == (404, b"not here")


def test_the_story_site_cannot_be_written_to(site: World) -> None:
    assert story_site.serve(site, "site", Request("PUT", "/index.html", body=b"x")).status == 405


def test_mail_by_smtp_lies_in_the_bucket_and_others_addresses_are_refused(small: Small) -> None:
    s3 = small.runtime.world.client("s3")
    s3.create_bucket(Bucket="raw", CreateBucketConfiguration={"LocationConstraint": "eu-north-1"})
    small.runtime.world.mail_rules.append(MailRule("rule", ("lyspunkt.example",), "raw", "mail/", None))
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "me@lyngvig.example", "stories@lyspunkt.example", "Ærligt talt"
    message.set_content("En god historie: æøå")
    woken: list[bool] = []
    with door(0, lambda _request: Response(200, {}), "--port") as free:
        pass
    with mail_door(small.runtime, free, lambda: woken.append(True)), smtplib.SMTP("127.0.0.1", free) as smtp:
        smtp.send_message(message)
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            smtp.sendmail("me@lyngvig.example", ["someone@elsewhere.example"], b"Subject: x\r\n\r\n")
    [entry] = s3.list_objects_v2(Bucket="raw")["Contents"]
    assert entry["Key"].startswith("mail/")
    assert b"En god historie" in s3.get_object(Bucket="raw", Key=entry["Key"])["Body"].read()
    assert woken == [True]


def test_a_door_takes_no_more_than_the_gateway() -> None:
    with door(0, lambda _request: Response(200, {}), "--port") as port:
        assert ask(port, "POST", "/", None, **{"Content-Length": str(11 * 1024 * 1024)}).status == 413
