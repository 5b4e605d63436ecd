"""`lyspunkt screenshots`: every page of a running `lyspunkt run`, at three widths, as a person meets them.

It walks the way of a story in Chromium: from the mailbox to the approval page, to the desk, to the story site.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

WIDTHS = {360: 780, 768: 1024, 1440: 900}
"""Pixels, and how high the window is; a picture is as high as its page."""
PICTURE = Path(__file__).parent / "pictures" / "lyspunkt.jpg"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def main(argv: list[str] | None = None) -> int:
    """Take the pictures; 1 with a plain word where Chromium or the running Lyspunkt is missing."""
    parser = argparse.ArgumentParser(prog="lyspunkt screenshots", description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=8600, metavar="N", help="of the workbench (default 8600)")
    parser.add_argument("--to", type=Path, default=Path(".lyspunkt/screenshots"), metavar="DIR")
    given = parser.parse_args(argv)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        print("Chromium is not here; on Debian: apt-get install chromium", file=sys.stderr)
        return 1
    given.to.mkdir(parents=True, exist_ok=True)
    from playwright.sync_api import Error

    try:
        for width, height in WIDTHS.items():
            with _browser(chromium, width, height) as page:
                for name in _walk(page, f"http://localhost:{given.port}"):
                    path = given.to / f"{name}-{width}.png"
                    page.screenshot(path=path, full_page=True)
                    print(path)
    except Error as wrong:
        print(f"Start Lyspunkt first (make run), or say its port. {wrong.message.splitlines()[0]}", file=sys.stderr)
        return 1
    return 0


@contextmanager
def _browser(chromium: str, width: int, height: int) -> Iterator[Page]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        arguments = list(ARGUMENTS if os.geteuid() == 0 else ARGUMENTS[1:])
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield browser.new_page(viewport={"width": width, "height": height}, locale="da-DK")
        browser.close()


def _walk(page: Page, workbench: str) -> Iterator[str]:
    """Go from page to page; each name is yielded when its page stands there."""
    page.goto(workbench)
    yield "workbench"
    page.goto(f"{workbench}/mailbox")
    yield "mailbox"
    yield from _tell(page)
    yield from _answer(page, workbench)
    yield from _look_after(page, workbench)
    page.goto(f"{workbench}/stories")
    yield "stories"
    page.locator("main table a").first.click()
    yield "trail"
    desk = page.get_by_role("link", name="The desk").first.get_attribute("href") or ""
    yield from _desk(page, workbench, desk)
    page.goto(workbench)
    page.get_by_role("button", name="1 day on").click()
    page.goto(page.get_by_role("link", name="Story site").first.get_attribute("href") or "")
    yield "site"
    page.locator(".stories a").first.click()
    yield "site-story"


def _tell(page: Page) -> Iterator[str]:
    """Tell a story on the public form: too little of it, too quickly, with two pictures; then send it."""
    page.goto(page.get_by_role("link", name="Tell a story").get_attribute("href") or "")
    yield "form"
    page.locator("summary").click()
    page.locator("#address").fill("laerer at lyngvig")
    to_pictures = page.get_by_role("button", name="Næste: tilføj billeder")
    to_pictures.click()
    yield "form-to-mend"
    page.locator("#what").fill("Skolens elever har plantet en skov bag hallen.")
    page.locator("#address").fill("laerer@lyngvig.example")
    to_pictures.click()
    yield "form-too-quick"
    page.wait_for_timeout(3_500)  # a form that people fill in has stood open for three seconds
    to_pictures.click()
    yield "form-pictures-none"
    page.locator("#file").set_input_files([PICTURE, PICTURE])
    page.locator("[data-picture]").nth(1).wait_for()
    yield "form-pictures"
    page.get_by_role("button", name="Send historien").click()
    yield "form-thanks"


def _answer(page: Page, workbench: str) -> Iterator[str]:
    """Open the first letter that still asks, send its form with nothing chosen, then approve."""
    asked = page.get_by_role("link", name=re.compile("Hejren|Kan historien komme ud")).all()
    for href in [link.get_attribute("href") or "" for link in asked]:
        page.goto(f"{workbench}{href}")
        link = _link(page, "/approvals/")
        if not link:
            continue
        letter = page.url
        page.goto(link)
        if not page.locator("input[type=radio]").count():
            continue
        yield "approval"
        page.get_by_role("button").click()
        yield "approval-unanswered"
        page.locator("input[value=approve]").check()
        page.get_by_role("button").click()
        yield "approval-thanks"
        page.goto(letter)
        yield "letter"
        return


def _look_after(page: Page, workbench: str) -> Iterator[str]:
    """Open an acknowledgement's link: add nothing, add something, take the story back; then a link cut short."""
    page.goto(f"{workbench}/mailbox")
    thanked = page.get_by_role("link", name=re.compile("Tak for din historie")).all()
    for href in [link.get_attribute("href") or "" for link in thanked]:
        page.goto(f"{workbench}{href}")
        letter, link = page.url, _link(page, "/submissions/")
        page.goto(link)
        if page.get_by_role("checkbox").count():
            break
    yield "tracking"
    page.get_by_role("button", name="Send").click()
    yield "tracking-unanswered"
    page.get_by_role("textbox").fill("Vi glemte at skrive, at der er kaffe bagefter.")
    page.locator("input[value=new]").check()
    page.get_by_role("button", name="Send").click()
    yield "tracking-added"
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Træk tilbage").click()
    yield "tracking-withdrawn"
    page.goto(link[:-9])
    yield "tracking-unknown"
    page.goto(letter)
    yield "letter-acknowledgement"


def _desk(page: Page, workbench: str, desk: str) -> Iterator[str]:
    page.goto(desk)
    yield "desk-sign-in"
    page.get_by_role("textbox").fill("kommunikationschef@lyngvig.example")
    page.get_by_role("button").click()
    yield "desk-link-sent"
    page.goto(f"{workbench}/mailbox")
    page.get_by_role("link", name=re.compile("Dit link til redaktionen")).first.click()
    page.goto(_link(page, "/desk/enter/"))
    yield "desk-enter"
    page.get_by_role("button").click()
    yield "desk-queue"
    page.locator(".queue a").first.click()
    yield "desk-story"
    page.goto(f"{page.url}/edit")
    yield "desk-edit"
    page.goto(desk)
    page.locator(".queue li", has_text="Skal være behandlet inden").locator("a").first.click()
    yield "desk-readiness"
    page.goto(f"{desk}/explain")
    yield "desk-explain-empty"
    page.locator("textarea").fill(
        "Elmely har fået en ny have, og beboerne plukker bær. Min mor Karen på 88 er så glad."
    )
    page.get_by_role("button", name="Vis det").click()
    yield "desk-explain"
    page.goto(f"{desk}/learning")
    yield "desk-learning"


def _link(page: Page, part: str) -> str:
    """The first address on the page, or in a letter framed on it, that holds `part`."""
    for frame in page.frames:
        for found in frame.locator(f"a[href*='{part}']").all():
            return found.get_attribute("href") or ""
    return ""
