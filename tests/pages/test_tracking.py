"""The submitter's page in five languages: wherever a story is, with hostile words, no choice made beforehand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, get_args

import pytest

from lyspunkt.aws.tracking import Tracked
from lyspunkt.newsroom.events import AttachmentReceived, Event, PictureReceived
from lyspunkt.newsroom.story import Added, Status, Story
from lyspunkt.newsroom.texts import Addition, Submission, Text
from lyspunkt.pages.tracking import STEPS, Wrong, no_page, tracking_page
from lyspunkt.words.wording import words
from tests.support.lyngvig import NOON, Desk, lyngvig, out, routed
from tests.support.markup import HOSTILE, Page, active

LANGUAGES = ("da", "sv", "nb", "nn", "en")
WRONG = ("choose", "write", "too-long", "too-often", "tick", "closed")
SITE = "https://historier.lyngvig.example/stories/s1/"


def tracked(desk: Desk, said: str = "Stien er åben", **story: Any) -> Tracked:
    now = desk.now.model_copy(update=story)
    added = Addition(source="form", received_at=NOON, text=Text(headline=said, body=said))
    return Tracked(
        story=now,
        sent=Text(headline=said, body=f"{said}\n\n{said}"),
        submission=Submission(source="form", received_at=NOON, name=said, address=said),
        events=tuple(desk.events),
        added=(added,),
    )


def page(of: Tracked, language: str = "da", **more: Any) -> Page:
    given: dict[str, Any] = {"base": "/submissions/token", "form": "0" * 24, "longest": 60_000} | more
    return Page(tracking_page(of, lyngvig(), language=language, **given))


def test_a_number_in_what_was_typed_does_not_come_back_with_the_page_bar_g6() -> None:
    wrong = page(tracked(routed()), wrong=Wrong("choose"), typed="Ring til 010190-1234").read
    assert "Ring til ••••••-••••" in wrong
    assert words("da").say("tracking.hidden") in wrong
    assert words("da").say("tracking.hidden") not in page(tracked(routed()), typed="Ring til os").read


class In(Story):
    """A story that stands where a test wants it."""

    where: Status

    @property
    def status(self) -> Status:
        return self.where


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("status", get_args(Status))
def test_every_place_that_a_story_can_be_in_is_said_in_plain_words(status: Status, language: str) -> None:
    desk = out()
    of = tracked(desk)
    there = of.model_copy(update={"story": In(**desk.now.model_dump(), where=status)})
    read = page(there, language).read
    assert words(language).say(f"tracking-status.{status}", moment="")[:40] in read
    assert "{" not in read


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_place_reads_otherwise_and_no_word_is_left_over(language: str) -> None:
    sections = words(language).sections
    assert set(sections["tracking-status"]) == set(get_args(Status))
    assert set(sections["tracking-step"]) == set(STEPS.values())
    assert set(STEPS) <= {event.__name__ for event in get_args(get_args(Event)[0])}
    for section in ("tracking-status", "tracking-step"):
        assert len(set(sections[section].values())) == len(sections[section])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("wrong", [None, *WRONG])
def test_what_people_wrote_is_shown_as_they_wrote_it_and_does_nothing_bar_h4(wrong: str | None, language: str) -> None:
    more = {"wrong": Wrong(wrong, 2, 1) if wrong else None}
    plain = page(tracked(routed()), language, typed="x", **more)
    hostile = page(tracked(routed(), HOSTILE), language, typed=HOSTILE, **more)
    assert active(hostile) == []
    assert hostile.shape == plain.shape
    assert hostile.read.count(HOSTILE) == 5, "headline, two paragraphs, an addition, what was typed"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("wrong", [None, *WRONG])
def test_neither_form_has_a_choice_made_beforehand_and_an_error_leads_to_its_field_bars_a2_t3(
    wrong: str | None, language: str
) -> None:
    found = page(tracked(routed()), language, wrong=Wrong(wrong) if wrong else None)
    choices = [given for given in found.all("input") if given["type"] in {"radio", "checkbox"}]
    assert [(given["name"], given["value"]) for given in choices] == [
        ("about", "new"),
        ("about", "correction"),
        ("sure", "yes"),
    ]
    assert not any({"checked", "selected", "autofocus"} & set(attributes) for _, attributes in found.tags)
    assert not [given for given in found.all("button") if "value" in given or "name" in given]
    ids = [attributes["id"] for _, attributes in found.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for attributes in (attributes for _, attributes in found.tags):
        for name in ("aria-describedby", "aria-labelledby", "for"):
            assert attributes.get(name) in {None, *ids}
    [error] = [
        link["href"] for link in found.all("a") if (link["href"] or "").startswith("#") and "class" not in link
    ] or [None]
    assert (error is not None) == (wrong is not None)
    assert error is None or error[1:] in ids


@pytest.mark.parametrize("wrong", WRONG)
def test_only_what_cannot_be_mended_on_the_spot_says_how_else_to_reach_us(wrong: str) -> None:
    read = page(tracked(routed()), wrong=Wrong(wrong)).read
    assert (str(lyngvig().intake.phone) in read) == (wrong in {"too-long", "too-often", "closed"})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("said", ["added", "withdrawn"])
def test_what_was_just_done_is_thanked_for(said: str, language: str) -> None:
    found = page(tracked(routed()), language, said=said)
    assert words(language).say(f"tracking.said-{said}") in found.read
    assert {"class": "said", "role": "status"} in found.all("p")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", ["unknown", "expired"])
def test_instead_of_a_page_it_says_what_may_have_happened_and_who_can_help(key: str, language: str) -> None:
    found = Page(no_page(key, lyngvig(), language=language))
    assert words(language).say(f"tracking.{key}-text") in found.read
    assert str(lyngvig().intake.phone) in found.read
    assert {"href": "mailto:kommunikation@lyngvig.example"} in found.all("a")
    assert found.all("form") == []


def test_pictures_and_files_of_others_are_not_counted_as_ones_own() -> None:
    pictures = tuple(PictureReceived(number=number, key="k", digest="d", size=1) for number in (1, 2, 3))
    files = tuple(
        AttachmentReceived(number=number, key="k", digest="d", size=1, media_type="application/pdf")
        for number in (1, 2)
    )
    one: dict[str, Any] = {"at": NOON, "source": "form", "delivery_digest": "d"}
    additions = (
        Added(number=1, because="tracking-page", by="submitter", pictures=(2,), **one),
        Added(number=2, because="merged", by="roads-communicator", pictures=(3,), attachments=(1, 2), **one),
    )
    of = tracked(routed(), pictures_received=pictures, attachments=files, additions=additions)
    assert (of.pictures, of.files) == (2, 0)


def test_the_same_step_again_in_a_row_is_one_and_the_desks_own_business_none() -> None:
    desk = out(kind="experience")
    assert len([event for event in desk.events if event.type == "StoryPublished"]) == 2
    found = page(tracked(desk))
    steps = [
        words("da").say(f"tracking-step.{step}") for step in ("received", "routed", "asked", "approved", "published")
    ]
    places = [found.read.index(step) for step in steps]
    assert places == sorted(places)
    assert len(found.all("time")) == len(steps)


def test_only_an_address_that_everyone_can_open_is_a_link() -> None:
    desk = out(kind="experience")
    site, staff = desk.now.publications
    for where, links in ((SITE, [SITE]), ("javascript:alert(1)", []), ("there", [])):
        publications = (site.model_copy(update={"where": where}), staff)
        found = page(tracked(desk, publications=publications))
        assert [a["href"] for a in found.all("a") if not (a["href"] or "").startswith(("#", "mailto:"))] == links


def test_a_scheduled_story_names_the_first_of_its_times() -> None:
    desk = out()
    [publication] = desk.now.publications
    due = [
        publication.model_copy(update={"status": "scheduled", "due_at": NOON + timedelta(days=day)}) for day in (9, 2)
    ]
    assert "onsdag den 25. november 2026 kl. 12.00" in page(tracked(desk, publications=tuple(due))).read
