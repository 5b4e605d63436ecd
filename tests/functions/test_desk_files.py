"""Files on the desk: listed, saved and never shown; what was refused stands there too (bars C11, A4, G6)."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from lyspunkt.aws import attachments, intake, ledger
from lyspunkt.aws.clients import client
from lyspunkt.newsroom.events import AttachmentReceived, PictureRefused, PicturesDerived
from lyspunkt.newsroom.story import Story
from lyspunkt.newsroom.submissions import Arrived, text_of
from lyspunkt.newsroom.texts import AttachmentText, RefusedFile
from lyspunkt.settings import settings
from tests.functions.test_serve_desk import Browser, signed_in
from tests.support.files import PDF
from tests.support.house import House
from tests.support.lyngvig import NOON, routed

HOSTILE = '<img src=x onerror=alert(1)>"\r\nSet-Cookie: a=b.pdf'


@pytest.fixture
def chief(house: House) -> Browser:
    return signed_in(house)


def story_with(
    browser: Browser, *files: tuple[str, str, bytes], refused: tuple[RefusedFile, ...] = (), house_keeps: bool = True
) -> Story:
    """A story to which files (name, media type, bytes) came by mail."""
    story = browser.house.keep(routed())
    kept = attachments.keep(f"{story.id}/d", [(media_type, data) for _, media_type, data in files])
    arrived = Arrived(
        text=text_of("", "Her er referatet."),
        attachments=kept,
        attachment_names=tuple(
            AttachmentText(number=number, name=name) for number, (name, _, _) in enumerate(files, start=1)
        ),
        refused_files=refused,
    )
    return intake.add(story.id, arrived, because="reply", source="mail", delivery=story.id, at=NOON, raw_key="mail/1")


def test_a_file_is_listed_with_name_type_and_size_and_saved_as_it_came_bar_c11(chief: Browser) -> None:
    story = story_with(chief, ("Referat – Åvej.PDF", "application/pdf", PDF.ljust(1_500_000)))
    path = f"/desk/stories/{story.id}/attachments/1"
    page = chief.get(f"/desk/stories/{story.id}").text
    assert f'<a href="{path}" download>Referat – Åvej.PDF</a> (PDF, 1,4 MB)' in page
    answer = chief.get(path)
    assert (answer.status, answer.body) == (200, PDF.ljust(1_500_000))
    assert {
        name: answer.headers[name]
        for name in ("content-type", "content-disposition", "content-security-policy", "x-content-type-options")
    } == {
        "content-type": "application/octet-stream",
        "content-disposition": (
            "attachment; filename=\"Referat  Avej.pdf\"; filename*=UTF-8''Referat%20%E2%80%93%20%C3%85vej.pdf"
        ),
        "content-security-policy": "sandbox; default-src 'none'",
        "x-content-type-options": "nosniff",
    }
    assert chief.get(path, "HEAD").body == b""


def test_a_large_file_comes_from_the_bucket_by_an_address_that_lives_a_minute_bar_c11(chief: Browser) -> None:
    data = PDF.ljust(attachments.ANSWERED + 1)
    story = story_with(chief, ("plan.pdf", "application/pdf", data))
    answer = chief.get(f"/desk/stories/{story.id}/attachments/1")
    assert answer.status == 303
    address = urlsplit(answer.headers["location"])
    query = parse_qs(address.query)
    assert query["X-Amz-Expires"] == ["60"]
    assert query["response-content-type"] == ["application/octet-stream"]
    assert query["response-content-disposition"] == [attachments.disposition("plan.pdf", "pdf")]
    assert address.path.endswith(f"attachments/{story.id}/d/1")


def test_a_name_is_text_on_the_page_and_cannot_leave_its_header_bar_c11_h4(chief: Browser) -> None:
    story = story_with(chief, (HOSTILE, "application/pdf", PDF), refused=(RefusedFile(name=HOSTILE, reason="markup"),))
    page = chief.get(f"/desk/stories/{story.id}").text
    assert "<img src=x" not in page
    answer = chief.get(f"/desk/stories/{story.id}/attachments/1")
    assert "set-cookie" not in answer.headers
    assert not {"\r", "\n"} & set(answer.headers["content-disposition"])


def test_an_id_number_in_a_name_is_masked_bar_g6(chief: Browser) -> None:
    story = story_with(chief, ("Sag 010190-1234.pdf", "application/pdf", PDF))
    assert "010190-1234" not in chief.get(f"/desk/stories/{story.id}").text
    assert "1234" not in chief.get(f"/desk/stories/{story.id}/attachments/1").headers["content-disposition"]


@pytest.mark.parametrize("media_type", ["text/html", "image/svg+xml", "application/zip", "text/x-script", "x/unknown"])
def test_what_is_never_served_is_not_served_even_where_somebody_kept_it_bar_c11(
    chief: Browser, media_type: str
) -> None:
    story = story_with(chief, ("a.pdf", media_type, b"<svg/>"))
    assert "attachments/1" not in chief.get(f"/desk/stories/{story.id}").text
    assert chief.get(f"/desk/stories/{story.id}/attachments/1").status == 404


def test_what_was_refused_stands_with_its_reason_and_the_limit_bar_c11_c12(chief: Browser) -> None:
    reasons = ("too-large", "bomb", "archive", "en ukendt grund")
    story = story_with(
        chief, refused=tuple(RefusedFile(name=f"{number}.x", reason=reason) for number, reason in enumerate(reasons))
    )
    refused = PicturesDerived(story_id=story.id, at=NOON, refused=(PictureRefused(number=3, reason="too-many-pixels"),))
    ledger.record(story.id, lambda _story: [refused])
    page = chief.get(f"/desk/stories/{story.id}").text
    for line in (
        "Billede 3: Det har mere end 50 megapixel",
        "0.x: Den er større end 10 MB",
        "1.x: Den fylder langt mere udpakket, end et dokument bør. Vi stopper ved 50 MB.",
        "2.x: Et pakket arkiv",
        "3.x: Vi kender ikke den slags fil.",
    ):
        assert line in page


@pytest.mark.parametrize("number", ["0", "2", "1000", "x", "-1", "1.pdf", "٣"])
def test_a_file_that_the_story_does_not_have_is_a_plain_404(chief: Browser, number: str) -> None:
    story = story_with(chief, ("a.pdf", "application/pdf", PDF))
    assert chief.get(f"/desk/stories/{story.id}/attachments/{number}").status == 404


def test_nobody_gets_a_file_without_a_session_bar_a4(chief: Browser) -> None:
    story = story_with(chief, ("a.pdf", "application/pdf", PDF))
    answer = Browser(chief.house).get(f"/desk/stories/{story.id}/attachments/1")
    assert (answer.status, answer.headers["location"]) == (303, "/desk/sign-in")


def test_a_file_whose_bytes_are_gone_gets_a_page_and_no_silence(chief: Browser) -> None:
    story = story_with(chief, ("a.pdf", "application/pdf", PDF))
    [kept] = story.attachments
    assert isinstance(kept, AttachmentReceived)
    client("s3").delete_object(Bucket=settings().raw_bucket, Key=kept.key)
    answer = chief.get(f"/desk/stories/{story.id}/attachments/1")
    assert answer.status == 404
    assert "content-disposition" not in answer.headers
