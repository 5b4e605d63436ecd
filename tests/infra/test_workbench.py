"""The workbench on the template that is deployed: one sample, from its door to its pages."""

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from infra.commands.play import Played, prepare, submit
from infra.commands.samples import samples
from infra.local.requests import Request, Response
from infra.local.runtime import Runtime, started
from infra.local.workbench import Places, Workbench, linked
from lyspunkt.aws import clock

PLACES = Places(
    workbench="http://localhost:8600",
    pages="http://localhost:8601",
    site="http://localhost:8602",
    smtp_port=8625,
    mail_domain="lyspunkt.lyngvig.example",
    zone="Europe/Copenhagen",
)


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    with started() as running:
        prepare()
        yield running


@pytest.fixture(scope="module")
def played(runtime: Runtime) -> Played:
    return submit(runtime, samples()[0])


@pytest.fixture
def bench(runtime: Runtime, played: Played) -> Workbench:
    return Workbench(runtime, PLACES, lambda: None)


def post(bench: Workbench, path: str, **headers: str) -> Response:
    given = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return bench.answer(Request("POST", path, headers=given, body=urlencode({}).encode()))


def test_the_start_page_says_where_to_look_and_has_a_ready_curl_line(bench: Workbench) -> None:
    page = bench.answer(Request("GET", "/"))
    assert page.status == 200
    for told in (PLACES.pages, PLACES.site, "8625", "curl -sS", "webhook-signature", "/samples/"):
        assert told in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")


def test_a_story_shows_its_trail_and_its_letters(bench: Workbench, played: Played) -> None:
    page = bench.answer(Request("GET", f"/stories/{played.story_id}"))
    for told in ("StorySubmitted", "StoryClassified", "StoryRouted", "acknowledgement"):
        assert told in page.text


def test_a_letter_is_shown_as_text_and_in_a_sandbox(bench: Workbench, runtime: Runtime) -> None:
    letter = runtime.letters()[0]
    assert f'src="/mailbox/{letter.number}/html"' in bench.answer(Request("GET", f"/mailbox/{letter.number}")).text
    html = bench.answer(Request("GET", f"/mailbox/{letter.number}/html"))
    assert html.headers["content-security-policy"].startswith("sandbox allow-popups")
    assert "script" not in html.headers["content-security-policy"]
    assert bench.answer(Request("GET", f"/mailbox/{letter.number}/raw")).body == letter.raw


@pytest.mark.parametrize("path", ["/nothing", "/stories/unknown", "/mailbox/999", "/mailbox/x/html"])
def test_what_is_not_there_is_a_404(bench: Workbench, path: str) -> None:
    assert bench.answer(Request("GET", path)).status == 404


def test_another_site_cannot_move_the_clock(bench: Workbench) -> None:
    before = clock.offset()
    assert post(bench, "/clock/day", origin="https://evil.example").status == 403
    assert post(bench, "/clock/day", sec_fetch_site="cross-site").status == 403
    assert clock.offset() == before


def test_the_clock_moves_and_the_person_stays_on_their_page(bench: Workbench) -> None:
    before = clock.now()
    answer = post(bench, "/clock/hour", origin=PLACES.workbench, referer=f"{PLACES.workbench}/mailbox")
    assert (answer.status, answer.headers["location"]) == (303, "/mailbox")
    assert (clock.now() - before).total_seconds() >= 3600


def test_addresses_in_a_letter_become_links_and_nothing_else_does() -> None:
    text = linked("See https://lyspunkt.example/approvals/a-b_c. <script>x</script>")
    assert 'href="https://lyspunkt.example/approvals/a-b_c"' in text
    assert "&lt;script&gt;" in text
