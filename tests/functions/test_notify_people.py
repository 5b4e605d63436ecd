"""notify_people: each fact's letters, once, with no more in them than their reader may know (bars A3, C4, C6, H7)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from infra.commands.trail import steps
from infra.local.recorder import SentLetter
from lyspunkt.aws import clock, layout, ledger, links, tracking
from lyspunkt.aws.desk import whole_story
from lyspunkt.newsroom import decide
from lyspunkt.newsroom.events import Event, StoryForwarded, StoryMerged, StorySubmitted
from lyspunkt.newsroom.texts import Note, Text
from lyspunkt.pages import desk as desk_pages
from lyspunkt.words.wording import words
from tests.support.house import BATCH, House
from tests.support.lyngvig import NOON, Desk, approved, in_review, lyngvig, out, routed, submitted

SENDER = "borger@posthus.example"
ID_NUMBER = "010190-1234"
WORDS = Text(headline="Zebrafinken er kommet", lead="Den sidder i bøgen.", body="Alle kan se Zebrafinken nu.")


class Crash(Exception):
    """The function dies here."""


def told(house: House, desk: Desk, type_: str, **kept: Any) -> list[SentLetter]:
    """The letters about the story's fact of this type."""
    given: dict[str, Any] = {"words": WORDS, "address": SENDER} | kept
    story = house.keep(desk, **given)
    house.begin()
    assert house.tell("NotifyPeople", fact(house, story.id, type_)) == BATCH
    return house.letters()


def fact(house: House, story_id: str, type_: str) -> Event:
    return next(event for event in house.facts(story_id) if event.type == type_)


def everything(letter: SentLetter) -> str:
    return f"{letter.subject}\n{letter.text}\n{letter.html}\n{letter.message.items()}"


def addresses(letter: SentLetter) -> set[str]:
    """Every address that a reader can follow, in either part."""
    return set(letter.links) | set(re.findall(r'(?:href|src|action)="(https?://[^"]+)"', letter.html))


def story_of(letter: SentLetter) -> str:
    return str(letter.message["X-Lyspunkt"]).split("; ")[1].split(".")[0]


def test_the_acknowledgement_has_nothing_of_what_was_submitted_bar_h7(house: House) -> None:
    [letter] = told(house, submitted(), "StorySubmitted")
    assert (letter.to, letter.kind) == ((SENDER,), "acknowledgement")
    assert not re.search("zebrafink|bøgen|alle kan", everything(letter), re.IGNORECASE)
    assert addresses(letter) == {tracking.address_of(ledger.story(story_of(letter)))}


def test_a_sender_without_an_address_gets_no_letter_and_the_trail_says_so(house: House) -> None:
    desk = submitted()
    assert told(house, desk, "StorySubmitted", address=None) == []
    assert house.tell("NotifyPeople", fact(house, desk.id, "StorySubmitted")) == BATCH
    [held] = whole_story(desk.id).held
    assert (held.letter.kind, held.because, held.letter.to) == ("acknowledgement", "no-address", "submitter")
    assert (steps(desk.id)[-1].what, steps(desk.id)[-1].why) == ("letter held back", "acknowledgement: no-address")


def whole_life() -> Desk:
    """Published, more added, taken back, joined with another: each fact that a submitter hears of."""
    desk = out()
    desk.take(decide.withdraw(desk.now, by="submitter", at=NOON))
    desk.take([StoryMerged(story_id=desk.id, at=NOON, into="s2", by="roads-communicator")])
    desk.take([StoryForwarded(story_id=desk.id, at=NOON, by="rules")])
    return desk


def test_no_letter_to_a_submitter_has_a_word_of_what_was_submitted_bar_h7(house: House) -> None:
    story = house.keep(whole_life(), words=WORDS, address=SENDER, verified=True)
    house.tell("NotifyPeople", *house.facts(story.id))
    mine = [letter for letter in house.letters() if letter.to == (SENDER,)]
    assert {letter.kind for letter in mine} == {
        "acknowledgement",
        "your-story-published",
        "withdrawal-receipt",
        "story-merged",
        "where-to-turn",
    }
    for letter in mine:
        assert not re.search("zebrafink|bøgen|alle kan", everything(letter), re.IGNORECASE), letter.kind
        assert addresses(letter) <= {tracking.address_of(story)}, letter.kind
    assert any("Zebrafink" in letter.subject for letter in house.letters()), "the communicator's letters have"


def test_an_answer_to_a_letter_comes_back_to_its_story_and_an_approvers_does_not(house: House) -> None:
    story = house.keep(whole_life(), words=WORDS, address=SENDER, verified=True)
    house.tell("NotifyPeople", *house.facts(story.id))
    for letter in house.letters():
        mine = letter.to == (SENDER,)
        assert letter.message["Reply-To"] == (links.reply_address(story.id) if mine else None), letter.kind
    token = links.reply_address(story.id).split("@")[0].removeprefix("story+")
    assert links.story_of_reply(token) == story.id
    assert links.story_of_reply(token.replace(story.id, "s2")) is None


def test_an_address_that_nobody_has_proven_gets_three_letters_an_hour_bar_h7(house: House) -> None:
    kept = [house.keep(submitted(), address=SENDER) for _ in range(5)]
    facts = [fact(house, story.id, "StorySubmitted") for story in kept]
    assert house.tell("NotifyPeople", *facts) == house.tell("NotifyPeople", *facts) == BATCH
    assert len(house.letters()) == 3
    assert [[held.because for held in whole_story(story.id).held] for story in kept] == [
        [],
        [],
        [],
        *[["too-many"]] * 2,
    ]
    page = desk_pages.story_page(whole_story(kept[4].id), lyngvig().people[0], lyngvig(), form="f", at=NOON)
    assert words("da").say("held.too-many") in page, "it is seen in the story's trail"
    house.set_clock(NOON + timedelta(hours=1, minutes=1))
    later = house.keep(submitted(), address=SENDER.upper())
    house.tell("NotifyPeople", fact(house, later.id, "StorySubmitted"), *facts)
    assert len(house.letters()) == 4, "what was held back stays so"


def test_through_one_source_few_strangers_get_letters_in_an_hour_bar_h7(house: House) -> None:
    kept = [house.keep(submitted(), address=f"nummer{number}@posthus.example") for number in range(32)]
    for story in kept:
        house.tell("NotifyPeople", fact(house, story.id, "StorySubmitted"))
    assert len(house.letters()) == 30
    assert [held.because for held in whole_story(kept[-1].id).held] == ["too-many"]


def test_an_address_gets_ten_acknowledgements_a_day_and_another_one_is_not_counted_bar_c6(house: House) -> None:
    kept = [house.keep(submitted(), address=SENDER, verified=True) for _ in range(12)]
    kept.append(house.keep(submitted(), address="nabo@posthus.example", verified=True))
    house.tell("NotifyPeople", *[fact(house, story.id, "StorySubmitted") for story in kept])
    assert [letter.to for letter in house.letters()] == [(SENDER,)] * 10 + [("nabo@posthus.example",)]
    house.set_clock(NOON + timedelta(days=1, minutes=1))
    house.tell("NotifyPeople", fact(house, house.keep(submitted(), address=SENDER, verified=True).id, "StorySubmitted"))
    assert len(house.letters()) == 12


def test_a_machine_or_somebody_whom_a_forger_names_gets_no_letter_at_all_bars_c5_c6(house: House) -> None:
    story = house.keep(whole_life(), address=SENDER, answerable=False)
    house.tell("NotifyPeople", *house.facts(story.id))
    assert [letter for letter in house.letters() if letter.to == (SENDER,)] == []
    assert {held.because for held in whole_story(story.id).held} == {"not-answerable"}


@pytest.mark.parametrize(
    ("body", "language"),
    [
        ("Vi har fått en ny lekplats i parken och barnen är mycket glada.", "sv"),
        ("Eg vil gjerne fortelje at ho ikkje har fått noko frå kommunen.", "nn"),
        ("We have opened a new path along the river and everyone is welcome.", "en"),
    ],
)
def test_the_acknowledgement_speaks_the_language_of_what_was_sent_before_it_is_classified(
    house: House, body: str, language: str
) -> None:
    [letter] = told(house, submitted(), "StorySubmitted", words=Text(headline="x", body=body))
    assert letter.message["Content-Language"] == language
    assert letter.subject == words(language).say("acknowledgement.subject")


def test_more_that_came_is_told_the_communicator_with_a_way_to_the_desk(house: House) -> None:
    desk = routed()
    given: dict[str, Any] = {"because": "reply", "source": "mail", "delivery_digest": "d", "by": "submitter"}
    desk.take(decide.add_material(desk.now, **given, at=NOON))
    [letter] = told(house, desk, "MaterialAdded")
    assert (letter.kind, letter.to) == ("material-added", ("vejejendom@lyngvig.example",))
    assert addresses(letter) == {f"https://lyspunkt.lyngvig.example/desk/stories/{desk.id}"}


@pytest.mark.parametrize(
    ("made", "type_", "kinds"),
    [
        (submitted, "StorySubmitted", ["acknowledgement"]),
        (routed, "StoryRouted", ["story-routed"]),
        (in_review, "ApprovalsRequested", ["approval-asked"]),
        (approved, "ApprovalGiven", ["decision-receipt"]),
        (approved, "StoryApproved", ["story-approved"]),
        (out, "PublicationScheduled", ["publication-scheduled"]),
        (out, "StoryPublished", ["story-published", "your-story-published"]),
    ],
)
def test_a_fact_that_comes_three_times_is_one_letter_to_each_bar_d4(
    house: House, made: Any, type_: str, kinds: list[str]
) -> None:
    letters = told(house, made(), type_)
    assert [letter.kind for letter in letters] == kinds
    assert len({letter.to for letter in letters}) == len(kinds)
    again = fact(house, story_of(letters[0]), type_)
    assert house.tell("NotifyPeople", again, again) == BATCH
    assert len(house.letters()) == len(kinds)


def test_an_approval_letter_has_one_link_in_both_its_parts_and_no_choice_in_it_bar_a3(house: House) -> None:
    [letter] = told(house, in_review(), "ApprovalsRequested")
    assert letter.to == ("vejchef@lyngvig.example",)
    [url] = addresses(letter)
    assert re.fullmatch(r"https://lyspunkt\.lyngvig\.example/approvals/[a-z0-9]+", url)
    assert len(url) <= 200, "bar A10"
    assert not re.search("approve|reject|godkend|afvis", url)
    assert url in letter.html
    assert letter.message["Content-Language"] == "nb", "the approver's language"


def test_each_approver_has_a_link_of_their_own_bar_a4(house: House) -> None:
    letters = told(house, in_review(strategic=True), "ApprovalsRequested")
    assert len({letter.to for letter in letters}) == 2
    assert len(set.union(*map(addresses, letters))) == 2


def test_the_link_of_a_reminder_is_the_same_and_only_its_fingerprint_is_kept_bar_a4(house: House) -> None:
    [asked] = told(house, in_review(), "ApprovalsRequested")
    [url] = addresses(asked)
    token = urlsplit(url).path.rsplit("/", 1)[1]
    assert token not in str(house.rows())
    link = links.find(token)
    assert link is not None
    assert (link.person, link.version, link.expires_at) == ("roads-head", 1, NOON + links.LIFE)
    at = NOON + timedelta(hours=25)
    ledger.record(link.story_id, decide.chase, approval_id="r1a1", organisation=lyngvig(), at=at)
    house.tell("NotifyPeople", fact(house, link.story_id, "ApprovalReminded"))
    reminder = house.letters()[-1]
    assert reminder.kind == "approval-reminder"
    assert addresses(reminder) == {url}


def test_an_approval_that_was_answered_meanwhile_is_asked_for_no_more(house: House) -> None:
    assert told(house, approved(), "ApprovalsRequested") == []


@pytest.mark.parametrize("made", [in_review, routed, approved])
def test_no_letter_carries_an_id_number_bar_g6(house: House, made: Any) -> None:
    words = Text(headline=f"Om {ID_NUMBER}", lead=f"Nummeret {ID_NUMBER} står her.", body=f"Igen: {ID_NUMBER}")
    desk = made()
    story = house.keep(desk, words=words, address=SENDER)
    assert house.tell("NotifyPeople", *house.facts(story.id)) == BATCH
    assert len(house.letters()) >= 2
    for letter in house.letters():
        assert "1234" not in everything(letter)
        assert ID_NUMBER.encode() not in letter.raw


def test_the_comment_reaches_the_communicator_and_its_writer_as_a_receipt(house: House) -> None:
    desk = in_review()
    story = house.keep(desk, words=WORDS)
    note = Note(by="roads-head", comment="Skriv hvor bøgen står.")
    given: dict[str, Any] = {"approval_id": "r1a1", "version": 1, "approver": "roads-head", "at": clock.now()}
    ledger.record(
        story.id,
        decide.request_changes,
        also=lambda _after, events: [layout.story_row(story.id, layout.note_key(events[0].number), note)],
        **given,
    )
    house.tell("NotifyPeople", fact(house, story.id, "ChangesRequested"))
    receipt, changes = house.letters()
    assert (receipt.kind, receipt.to) == ("decision-receipt", ("vejchef@lyngvig.example",))
    assert (changes.kind, changes.to) == ("changes-requested", ("vejejendom@lyngvig.example",))
    for letter in (receipt, changes):
        assert "Skriv hvor bøgen står." in letter.text
    assert not any("/approvals/" in url for url in addresses(receipt) | addresses(changes))


@pytest.mark.parametrize("side", ["before", "after"])
def test_a_letter_whose_end_nobody_knows_is_not_sent_again_and_stays_to_be_seen_bar_e1(house: House, side: Any) -> None:
    story = house.keep(submitted(), address=SENDER)
    submission = fact(house, story.id, "StorySubmitted")
    house.fail("SendEmail", side, Crash())
    assert house.tell("NotifyPeople", submission) == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
    sent = len(house.letters())
    assert house.tell("NotifyPeople", submission) == BATCH
    assert len(house.letters()) == sent
    [row] = [row for row in house.rows() if row["SK"]["S"].startswith("LETTER#")]
    assert row["status"]["S"] == "claimed"


def test_only_a_letter_with_the_same_link_is_sent_again_after_a_crash(house: House) -> None:
    story = house.keep(in_review())
    asked = fact(house, story.id, "ApprovalsRequested")
    house.fail("SendEmail", "after", Crash())
    assert house.tell("NotifyPeople", asked) != BATCH
    assert house.tell("NotifyPeople", asked) == BATCH
    first, second = house.letters()
    assert addresses(first) == addresses(second)
    assert house.tell("NotifyPeople", asked) == BATCH
    assert len(house.letters()) == 2


def test_every_letter_says_that_a_machine_wrote_it_and_has_both_parts_bars_c6_g7(house: House) -> None:
    story = house.keep(out(), address=SENDER)
    house.tell("NotifyPeople", *house.facts(story.id))
    assert len({letter.kind for letter in house.letters()}) >= 5
    for letter in house.letters():
        assert letter.message["Auto-Submitted"] == "auto-generated"
        assert letter.message["X-Auto-Response-Suppress"] == "All"
        assert letter.text.strip()
        language = letter.message["Content-Language"]
        assert re.search(rf'<html[^>]* lang="{language}"', letter.html), letter.kind


def test_a_headline_of_many_lines_makes_no_header_of_its_own_bar_c4(house: House) -> None:
    words = Text(
        headline="Ny\x00 sti\r\nBcc: evil@elsewhere.example\n=?UTF-8?Q?=0ABcc:x=40y.example?=\u2028X: y", body="b"
    )
    [letter] = told(house, in_review(), "ApprovalsRequested", words=words)
    assert letter.to == ("vejchef@lyngvig.example",)
    assert letter.message["Bcc"] is None
    assert not re.search(r"[\x00-\x1f\u2028]", letter.subject)
    assert letter.message["X"] is None
    assert set(letter.message.keys()) <= {
        "From",
        "To",
        "Subject",
        "Date",
        "Content-Language",
        "X-Lyspunkt",
        "Auto-Submitted",
        "X-Auto-Response-Suppress",
        "MIME-Version",
        "Content-Type",
    }


def test_what_cannot_be_told_comes_back_alone_bar_d9(house: House) -> None:
    story = house.keep(submitted(), address=SENDER)
    unknown = StorySubmitted(story_id="unknown", at=NOON, source="mail", delivery_digest="d", text_digest="t", number=1)
    good = fact(house, story.id, "StorySubmitted")
    assert house.tell("NotifyPeople", unknown, good) == BATCH, "a story that was erased is a refusal, not a failure"
    assert len(house.letters()) == 1
