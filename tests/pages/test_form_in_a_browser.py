"""The public form in Debian's Chromium, on a small telephone: with scripts and without, and for every reader (axe)."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ViewportSize, expect, sync_playwright

from infra.commands.play import prepare
from infra.local import upload_door
from infra.local.requests import Request, Response
from infra.local.runtime import Runtime, started
from infra.local.web import door
from infra.screenshots import ARGUMENTS
from lyspunkt.aws import clock, ledger
from lyspunkt.newsroom.story import Story
from lyspunkt.settings import settings
from lyspunkt.words.wording import words
from tests.support.phone import photo

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

CHROMIUM = shutil.which("chromium")
TELEPHONE: ViewportSize = {"width": 360, "height": 740}
TEXT = "Skolens elever har plantet en skov bag hallen."

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not here; on Debian: apt-get install chromium")


@dataclass
class Town:
    """A running Lyspunkt with its doors open on loopback, and a browser."""

    runtime: Runtime
    browser: Browser
    address: str

    @contextmanager
    def page(self, *, scripts: bool = True) -> Iterator[Page]:
        """A page on a telephone; at its end nothing may have been refused by the page's own policy (bar H3)."""
        context = self.browser.new_context(viewport=TELEPHONE, java_script_enabled=scripts, locale="da-DK")
        page = context.new_page()
        page.set_default_timeout(15_000)
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        yield page
        context.close()
        assert [text for text in said if "Security Policy" in text or "Error:" in text] == []

    def stories(self) -> list[Story]:
        pages = self.runtime.world.client("dynamodb").get_paginator("scan").paginate(TableName=settings().table)
        found = {row["PK"]["S"] for page in pages for row in page["Items"] if row["PK"]["S"].startswith("STORY#")}
        return [ledger.story(key.removeprefix("STORY#")) for key in sorted(found)]

    def newest(self) -> Story:
        return max(self.stories(), key=lambda story: story.submitted_at)


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    with ExitStack() as stack:
        running: list[Runtime] = []

        def pages(request: Request) -> Response:
            return running[0].answer(request)

        def uploads(request: Request) -> Response:
            return upload_door.serve(running[0].world, request, datetime.now(UTC), address)

        address = f"http://localhost:{stack.enter_context(door(0, pages, '--pages-port'))}"
        port = stack.enter_context(door(0, uploads, "--uploads-port", largest=upload_door.LARGEST))
        environment = {"LYSPUNKT_ADDRESS": address, "LYSPUNKT_UPLOAD_ADDRESS": f"http://localhost:{port}"}
        running.append(stack.enter_context(started(environment=environment)))
        prepare()
        playwright = stack.enter_context(sync_playwright())
        arguments = list(ARGUMENTS if os.geteuid() == 0 else ARGUMENTS[1:])
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield Town(running[0], browser, address)
        browser.close()


def say(key: str, language: str = "da", **values: object) -> str:
    return words(language).say(f"form.{key}", **values)


def minutes_pass(minutes: float = 1) -> None:
    """Nobody fills in a form in under three seconds; the town's clock is moved instead of waiting."""
    clock.set_offset(clock.offset() + timedelta(minutes=minutes))


def write(page: Page, town: Town, language: str = "da") -> None:
    page.goto(f"{town.address}/submit/{language}")
    page.locator("#what").fill(TEXT)
    page.locator("#address").fill("laerer@lyngvig.example")
    minutes_pass()


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "skov.jpg"
    path.write_bytes(photo())
    return path


def test_a_story_with_a_picture_is_sent_without_any_script(town: Town, picture: Path) -> None:
    with town.page(scripts=False) as page:
        write(page, town)
        page.get_by_role("button", name=say("to-pictures")).click()
        page.locator("#file").set_input_files(picture)
        page.get_by_role("button", name=say("upload")).click()
        page.get_by_label(say("alt")).fill("Elever med spader")
        page.get_by_role("button", name=say("send")).click()
        assert page.get_by_role("heading", level=1).inner_text() == say("thanks")
        page.get_by_role("link", name=say("your-page")).click()
        assert TEXT in page.locator("main").inner_text()
    story = town.newest()
    assert [picture.alt for picture in ledger.text(story.id, 1).pictures] == ["Elever med spader"]


def test_with_scripts_several_pictures_go_at_once_and_each_is_described(town: Town, picture: Path) -> None:
    with town.page() as page:
        write(page, town)
        page.get_by_role("button", name=say("to-pictures")).click()
        page.locator("#file").set_input_files([picture, picture])
        page.get_by_text(say("upload-done")).wait_for()
        for number, alt in enumerate(page.get_by_label(say("alt")).all(), start=1):
            alt.fill(f"Skoven {number}")
        page.get_by_role("button", name=say("send")).click()
        assert page.get_by_role("heading", level=1).inner_text() == say("thanks")
    story = town.newest()
    assert sorted(picture.alt for picture in ledger.text(story.id, 1).pictures) == ["Skoven 1", "Skoven 2"]


def test_a_picture_that_does_not_arrive_is_named_and_no_story_goes_while_one_is_on_its_way(
    town: Town, picture: Path
) -> None:
    with town.page() as page:
        write(page, town)
        page.get_by_role("button", name=say("to-pictures")).click()
        # The page stands and its script runs: requests taken over while a page loads may hang
        expect(page.locator("#upload")).to_be_hidden()
        held: list[Route] = []
        bucket = f"{settings().upload_address}/**"
        page.route(bucket, lambda route: held.append(route))
        with page.expect_request(bucket):
            page.locator("#file").set_input_files(picture)
        send = page.get_by_role("button", name=say("send"))
        expect(send).to_be_disabled()
        held[0].abort()
        expect(page.locator("#upload-state")).to_contain_text("skov.jpg")
        expect(send).to_be_enabled()
        assert page.locator("[data-picture]").count() == 0
        page.unroute(bucket)
        page.locator("#file").set_input_files(picture)
        page.get_by_text(say("upload-done")).wait_for()
        assert page.locator("[data-picture]").count() == 1


def test_what_was_begun_outlives_a_lost_connection_and_goes_when_it_is_sent(town: Town) -> None:
    with town.page() as page:
        write(page, town)
        page.context.set_offline(True)
        page.get_by_role("button", name=say("send"), exact=True).click()
        page.wait_for_url("chrome-error://**")
        page.context.set_offline(False)
        page.goto(f"{town.address}/submit/da")
        assert page.locator("#what").input_value() == TEXT
        assert page.get_by_text(say("kept-here")).is_visible()
        minutes_pass()
        page.get_by_role("button", name=say("send"), exact=True).click()
        page.get_by_role("link", name=say("one-more")).click()
        assert page.locator("#what").input_value() == ""


def test_what_is_wrong_is_found_by_the_keyboard_and_nothing_is_lost(town: Town) -> None:
    with town.page() as page:
        write(page, town)
        page.locator("#address").fill("laerer at lyngvig")
        page.get_by_role("button", name=say("send"), exact=True).click()
        page.get_by_role("link", name=say("wrong-no-address")).click()
        assert page.evaluate("document.activeElement.id") == "address"
        assert page.locator("#what").input_value() == TEXT


@pytest.mark.parametrize("language", ["da", "sv", "nb", "nn", "en"])
def test_axe_finds_nothing_on_any_page_of_the_form_bar_g7(town: Town, picture: Path, language: str) -> None:
    with town.page() as page:
        write(page, town, language)
        page.locator("summary").click()
        assert faults(page) == []
        page.locator("#what").fill("")
        page.get_by_role("button", name=say("send", language), exact=True).click()
        assert page.get_by_role("alert").is_visible()
        assert faults(page) == []
        page.locator("#what").fill(TEXT)
        minutes_pass()
        page.get_by_role("button", name=say("to-pictures", language)).click()
        page.locator("#file").set_input_files(picture)
        page.get_by_text(say("upload-done", language)).wait_for()
        assert faults(page) == []
        page.get_by_role("button", name=say("send", language)).click()
        page.get_by_role("heading", name=say("thanks", language)).wait_for()
        assert faults(page) == []


def faults(page: Page) -> list[str]:
    """What axe finds, all rules on, and whether the page must be moved sideways to be read."""
    found = [
        f"{one['id']}: {node['html'][:100]}" for one in Axe().run(page).response["violations"] for node in one["nodes"]
    ]
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return [*found, *(["wider than the screen"] if wide else [])]
