"""publish_story on its alarms: only what may go out, claimed first, once (bars F1, E1, E2, E4, E7, D9)."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from lyspunkt.aws import clock, layout, ledger, table
from lyspunkt.newsroom import decide, publishing
from lyspunkt.newsroom.events import (
    PublicationInDoubt,
    PublicationParked,
    PublicationScheduled,
    StorySubmitted,
)
from lyspunkt.newsroom.story import Publication, Story
from lyspunkt.newsroom.texts import PictureText
from lyspunkt.words.wording import words
from tests.support.house import BATCH, House
from tests.support.lyngvig import NOON, Desk, in_review, lyngvig, out, scheduled, text
from tests.support.rooms import sample

SITE = "site-v1"
STAFF = "staff-v1"
MINUTE = timedelta(minutes=1)


class Crash(Exception):
    """The function dies here."""


def aws_error(code: str, status: int = 400) -> ClientError:
    answer: Any = {"Error": {"Code": code, "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "SendEmail")


def publication(story: Story, publication_id: str = SITE) -> Publication:
    found = story.publication(publication_id)
    assert found is not None
    return found


def status(house: House, story_id: str, publication_id: str = SITE) -> str:
    return publication(ledger.story(story_id), publication_id).status


def test_a_due_publication_goes_out_once_however_often_its_alarm_rings_bar_d4(house: House) -> None:
    story = house.keep(scheduled())
    alarm = (story.id, SITE)
    assert house.ring(*alarm, alarm) == BATCH
    assert house.ring(*alarm) == BATCH
    assert house.types(story.id)[-2:] == ["PublicationStarted", "StoryPublished"]
    assert house.types(story.id).count("StoryPublished") == 1
    assert house.calls().count("s3.PutObject") == 1
    where = publication(ledger.story(story.id)).where
    assert where == f"https://historier.lyngvig.example/stories/{story.id}/"
    assert "Ny cykelsti til skolen" in str(house.page(story.id))


def test_what_is_out_stands_in_the_lists_from_the_same_transaction_bar_d1(house: House) -> None:
    story = house.keep(scheduled())
    house.ring(story.id, SITE)
    listed = {row["PK"]["S"] for row in house.rows() if row["PK"]["S"].startswith("LISTING#")}
    assert listed == {"LISTING#MONTHS", "LISTING#MONTH#2026-11", "LISTING#AREA#roads-property"}
    assert house.writes() == ["dynamodb.TransactWriteItems", "s3.PutObject", "dynamodb.TransactWriteItems"]


# F1: what an alarm finds when it rings too late, too early, or for something else


def early(desk: Desk) -> None:
    rescheduled(desk, to=NOON + MINUTE)


def rescheduled(desk: Desk, to: Any = NOON + timedelta(hours=3)) -> None:
    desk.take(
        publishing.reschedule(desk.now, publication_id=SITE, wished=to, organisation=lyngvig(), at=NOON - 2 * MINUTE)
    )


def newer_text(desk: Desk) -> None:
    desk.take(decide.edit(desk.now, from_version=1, text_digest="2", id_number=False, by="roads-communicator", at=NOON))


def newer_text_in_review(desk: Desk) -> None:
    newer_text(desk)
    desk.take(
        decide.send_for_approval(desk.now, version=2, by="roads-communicator", flags_reviewed=True, at=NOON),
    )
    desk.take(decide.request_approvals(desk.now, organisation=lyngvig(), at=NOON))


def newer_text_approved(desk: Desk) -> None:
    """The alarm of the old version rings while the new one is approved and scheduled."""
    newer_text_in_review(desk)
    desk.take(decide.approve(desk.now, approval_id="r2a1", version=2, approver="roads-head", at=NOON))
    desk.take(publishing.schedule(desk.now, organisation=lyngvig(), at=NOON))


def older_version_still_scheduled(desk: Desk) -> None:
    """As above, and the old version was scheduled once more behind the rules' back."""
    old = next(event for event in desk.events if isinstance(event, PublicationScheduled))
    newer_text_approved(desk)
    desk.take([old])


def embargo_later(desk: Desk) -> None:
    """Somebody set an embargo behind the scheduled time's back."""
    opened = desk.events[0]
    assert isinstance(opened, StorySubmitted)
    events = [opened.model_copy(update={"embargo_until": NOON + timedelta(days=1)}), *desk.events[1:]]
    desk.events, desk.story = [], None
    desk.take(list(events))


def id_number_found(desk: Desk) -> None:
    assert desk.story is not None
    version = desk.story.version.model_copy(update={"id_number": True})
    desk.story = desk.story.model_copy(update={"versions": (version,)})


def recalled(desk: Desk) -> None:
    desk.take(decide.recall(desk.now, by="press-officer", at=NOON))


def withdrawn(desk: Desk) -> None:
    desk.take(decide.withdraw(desk.now, by="citizen", at=NOON))


def parked(desk: Desk) -> None:
    desk.take([PublicationParked(story_id=desk.id, at=NOON, publication_id=SITE, because="refused")])


def in_doubt(desk: Desk) -> None:
    claimed_by_another(desk)
    desk.take([PublicationInDoubt(story_id=desk.id, at=NOON, publication_id=SITE, because="mail-unknown")])


def claimed_by_another(desk: Desk) -> None:
    desk.take(publishing.claim(desk.now, publication_id=SITE, claim="other", lease=MINUTE, at=NOON))


MATRIX: tuple[Callable[[Desk], None], ...] = (
    early,
    rescheduled,
    newer_text,
    newer_text_in_review,
    newer_text_approved,
    older_version_still_scheduled,
    embargo_later,
    recalled,
    withdrawn,
    parked,
    in_doubt,
    claimed_by_another,
)


@pytest.mark.parametrize("meanwhile", MATRIX)
def test_an_alarm_that_finds_nothing_to_do_is_a_success_without_any_effect_bar_f1(
    house: House, meanwhile: Callable[[Desk], None]
) -> None:
    desk = scheduled()
    meanwhile(desk)
    nothing_happens(house, house.keep(desk))


def test_a_version_with_an_id_number_in_it_never_goes_out_bar_f1(house: House) -> None:
    desk = scheduled()
    house.keep(desk)
    id_number_found(desk)
    row = layout.state_row(desk.now, link="x", at=NOON)
    table.put(row)
    nothing_happens(house, desk.now)


@pytest.mark.parametrize("where", ["headline", "lead", "body", "alt"])
def test_a_number_found_as_it_goes_out_keeps_it_in_and_its_communicator_hears_of_it_bars_f1_g6(
    house: House, where: str
) -> None:
    """The words are looked through once more: a number may stand there since before the rules knew it."""
    said = "Ida, 010190-1234"
    more: dict[str, Any] = {"pictures": (PictureText(number=1, alt=said),)} if where == "alt" else {where: said}
    story = house.keep(scheduled(), words=text().model_copy(update=more))
    assert house.ring(story.id, SITE) == BATCH
    assert house.page(story.id) is None
    found = publication(ledger.story(story.id))
    assert (found.status, found.because) == ("parked", "id-number-in-text")
    house.tell("NotifyPeople", house.facts(story.id)[-1])
    [letter] = house.letters()
    assert letter.kind == "publication-parked"
    assert words("da").say("refused.id-number-in-text") in letter.text
    assert "1234" not in f"{letter.subject} {letter.text} {letter.html}"


@pytest.mark.parametrize("made", [lambda: out(), lambda: in_review()])
def test_a_story_that_is_out_already_or_not_yet_approved_is_left_alone_bar_f1(
    house: House, made: Callable[[], Desk]
) -> None:
    nothing_happens(house, house.keep(made()))


@pytest.mark.parametrize("end", ["retracting", "retracted"])
def test_what_was_taken_down_is_not_put_up_again_bar_e7(house: House, end: str) -> None:
    desk = out()
    recalled(desk)
    about: dict[str, Any] = {"publication_id": SITE, "at": NOON}
    desk.take(publishing.start_retraction(desk.now, claim="c", lease=MINUTE, **about))
    if end == "retracted":
        desk.take(publishing.retracted(desk.now, **about))
    nothing_happens(house, house.keep(desk))


def nothing_happens(house: House, story: Story) -> None:
    before = house.rows()
    assert house.ring(story.id, SITE) == BATCH
    assert house.rows() == before
    assert house.writes() == []
    assert house.page(story.id) is None
    assert house.letters() == []


@pytest.mark.parametrize(("story_id", "publication_id"), [("unknown", SITE), (None, "site-v9"), (None, "nothing")])
def test_an_alarm_for_what_is_unknown_is_a_success_bar_f1(
    house: House, story_id: str | None, publication_id: str
) -> None:
    story = house.keep(scheduled())
    assert house.ring(story_id or story.id, publication_id) == BATCH
    assert house.writes() == []


@pytest.mark.parametrize(("early_by", "goes_out"), [(timedelta(seconds=2), False), (timedelta(), True)])
def test_not_a_moment_before_its_time_bar_f4(house: House, early_by: timedelta, goes_out: bool) -> None:
    desk = scheduled()
    rescheduled(desk)
    story = house.keep(desk)
    house.set_clock(publication(story).due_at - early_by)
    assert house.ring(story.id, SITE) == BATCH
    assert (house.page(story.id) is not None) is goes_out


def test_a_message_that_is_none_comes_back_and_the_others_go_out_bar_d9(house: House) -> None:
    story = house.keep(scheduled())
    event: dict[str, Any] = {"Records": []}
    for number, body in enumerate(["no json", "{}", f'{{"story_id": "{story.id}", "publication_id": "{SITE}"}}']):
        record = sample_record() | {"messageId": f"alarm-{number}", "body": body}
        event["Records"].append(record)
    answer = house.invoke("PublishStory", event)
    assert [one["itemIdentifier"] for one in answer["batchItemFailures"]] == ["alarm-0", "alarm-1"]
    assert status(house, story.id) == "published"


def sample_record() -> dict[str, Any]:
    [record] = json.loads(sample("24-sqs-publish-alarm.json").read_text())["Records"]
    return dict(record)


# Claimed first, and what a crash leaves


@pytest.mark.parametrize("side", ["before", "after"])
def test_a_crash_at_the_site_is_found_and_finished_after_the_lease_once_bar_e1(house: House, side: Any) -> None:
    story = house.keep(scheduled())
    house.fail("PutObject", side, Crash())
    assert house.ring(story.id, SITE) != BATCH
    assert house.types(story.id)[-1] == "PublicationStarted", "the intent came first"
    assert (house.page(story.id) is None) is (side == "before")

    house.set_clock(NOON + timedelta(seconds=50))
    house.begin()
    assert house.ring(story.id, SITE) == BATCH
    assert house.writes() == [], "another run may still hold it"

    house.set_clock(NOON + timedelta(seconds=70))
    house.begin()
    assert house.ring(story.id, SITE) == BATCH
    assert "s3.HeadObject" in house.calls(), "the marker is looked for first"
    assert house.calls().count("s3.PutObject") == (1 if side == "before" else 0)
    assert status(house, story.id) == "published"
    assert house.types(story.id).count("StoryPublished") == 1


def test_a_crash_between_the_effect_and_its_record_is_found_by_the_marker_bar_e1(house: House) -> None:
    story = house.keep(scheduled())
    house.set_clock(NOON)
    done = [0]

    def second_transaction(call: Any, side: str) -> None:
        done[0] += call.operation == "TransactWriteItems" and side == "before"
        if done[0] == 2:
            done[0] += 1
            raise Crash

    house.runtime.recorder.fault = second_transaction
    assert house.ring(story.id, SITE) != BATCH
    assert house.page(story.id) is not None
    house.set_clock(NOON + 2 * MINUTE)
    house.begin()
    assert house.ring(story.id, SITE) == BATCH
    assert house.calls().count("s3.PutObject") == 0
    assert status(house, story.id) == "published"


@pytest.mark.parametrize("side", ["before", "after"])
@pytest.mark.parametrize("take_back", ["recall", "edit"])
def test_a_dead_run_of_a_story_that_was_taken_back_meanwhile_is_settled_and_nothing_new_goes_out_bar_e7(
    house: House, side: Any, take_back: str
) -> None:
    story = house.keep(scheduled())
    house.fail("PutObject", side, Crash())
    house.ring(story.id, SITE)
    if take_back == "recall":
        ledger.record(story.id, decide.recall, by="press-officer", at=clock.now())
    else:
        given: dict[str, Any] = {"from_version": 1, "text_digest": "2", "id_number": False, "by": "roads-communicator"}
        ledger.record(story.id, decide.edit, at=clock.now(), **given)
    house.set_clock(NOON + 2 * MINUTE)
    house.begin()
    assert house.ring(story.id, SITE) == BATCH
    assert house.calls().count("s3.PutObject") == 0
    if side == "before":
        assert status(house, story.id) == "cancelled"
        assert house.page(story.id) is None
    else:
        assert status(house, story.id) == "published"
        assert ("RetractionOrdered" in house.types(story.id)) is (take_back == "recall")
    again = house.rows()
    assert house.ring(story.id, SITE) == BATCH
    assert house.rows() == again


def test_a_story_recalled_while_it_is_sent_ends_with_its_retraction_ordered_bar_e7(house: House) -> None:
    story = house.keep(scheduled())

    def recall(call: Any, side: str) -> None:
        if call.operation == "PutObject" and side == "after":
            house.runtime.recorder.fault = None
            ledger.record(story.id, decide.recall, by="press-officer", at=clock.now())

    house.runtime.recorder.fault = recall
    assert house.ring(story.id, SITE) == BATCH
    assert house.types(story.id)[-3:] == ["StoryRecalled", "StoryPublished", "RetractionOrdered"]


def test_a_site_that_is_down_is_tried_again_later_and_later_and_at_last_left_to_a_person_bar_e4(house: House) -> None:
    story = house.keep(scheduled())
    waits = []
    for _ in range(publishing.MOST_TRIES):
        house.fail("PutObject", "before", aws_error("SlowDown", 503))
        assert house.ring(story.id, SITE) == BATCH
        last = house.facts(story.id)[-1]
        if isinstance(last, PublicationScheduled):
            assert last.because == "retry"
            waits.append(round((last.due_at - last.at) / MINUTE))
            house.set_clock(last.due_at)
    assert waits == [5, 10, 20, 40]
    assert house.types(story.id)[-1] == "PublicationParked"
    assert house.page(story.id) is None


# Mail, which cannot be asked


def test_a_letter_to_a_list_goes_out_once(house: House) -> None:
    story = house.keep(scheduled(kind="experience"))
    alarm = (story.id, STAFF)
    assert house.ring(*alarm, alarm) == BATCH
    [letter] = house.letters()
    assert (letter.to, letter.kind) == (("alle-medarbejdere@lyngvig.example",), "story-to-list")
    assert f"{story.id}.{STAFF}" in str(letter.message["X-Lyspunkt"])
    assert status(house, story.id, STAFF) == "published"


@pytest.mark.parametrize("side", ["before", "after"])
def test_after_a_crash_in_mailing_a_person_is_asked_and_nothing_is_sent_again_bar_e2(house: House, side: Any) -> None:
    story = house.keep(scheduled(kind="experience"))
    house.fail("SendEmail", side, Crash())
    assert house.ring(story.id, STAFF) != BATCH
    sent = len(house.letters())
    assert sent == (1 if side == "after" else 0)
    house.set_clock(NOON + 2 * MINUTE)
    for _ in range(2):
        assert house.ring(story.id, STAFF) == BATCH
    assert len(house.letters()) == sent
    assert house.types(story.id)[-1] == "PublicationInDoubt"
    assert status(house, story.id, STAFF) == "in-doubt"
    assert ledger.story(story.id).status == "waiting"


@pytest.mark.parametrize(
    ("error", "fact"),
    [
        (aws_error("TooManyRequestsException", 429), "PublicationScheduled"),
        (aws_error("ThrottlingException"), "PublicationScheduled"),
        (aws_error("MessageRejected"), "PublicationParked"),
        (aws_error("MailFromDomainNotVerifiedException"), "PublicationParked"),
        (aws_error("InternalServiceErrorException", 500), "PublicationInDoubt"),
        (ReadTimeoutError(endpoint_url="https://email.eu-north-1.amazonaws.com"), "PublicationInDoubt"),
    ],
)
def test_what_ses_says_decides_between_later_parked_and_in_doubt_bar_e4(
    house: House, error: Exception, fact: str
) -> None:
    story = house.keep(scheduled(kind="experience"))
    house.fail("SendEmail", "before", error)
    assert house.ring(story.id, STAFF) == BATCH
    assert house.types(story.id)[-1] == fact
    assert house.letters() == []
    due = publication(ledger.story(story.id), STAFF).due_at
    house.set_clock(max(due, NOON) + MINUTE)
    house.ring(story.id, STAFF)
    assert len(house.letters()) == (1 if fact == "PublicationScheduled" else 0)


def test_a_channel_that_is_no_more_is_parked_bar_e4(house: House) -> None:
    desk = scheduled()
    moved = PublicationScheduled.model_validate(
        desk.events[-1].model_dump() | {"channel": "teletext", "publication_id": "teletext-v1"}
    )
    desk.take([moved])
    story = house.keep(desk)
    assert house.ring(story.id, "teletext-v1") == BATCH
    assert house.types(story.id)[-1] == "PublicationParked"
