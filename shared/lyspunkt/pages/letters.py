"""Letters: for each kind what it must be told, and from that a subject, a text part and an HTML part.

All letters share one shape: some paragraphs, maybe the story's words or a comment, at most one link, and a footer that
says who sent it and whom to ask. `FACTS` is the contract with the callers: a missing or unknown fact is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from lyspunkt.newsroom.id_numbers import mask
from lyspunkt.pages.moments import in_words
from lyspunkt.pages.render import render
from lyspunkt.words.wording import Wording, words

COMMON = frozenset({"municipality", "contact"})
"""Every letter names the municipality and an address for questions."""
ADDRESSES = frozenset({"contact", "url", "reference"})
"""Facts that must reach their reader letter by letter, and that no person's words are part of."""

FACTS: dict[str, frozenset[str]] = {
    # letters to a submitter have no place for what was submitted: the address may be a stranger's (bar H7)
    "acknowledgement": frozenset({"reference", "url"}),
    "your-story-published": frozenset({"url"}),
    "story-merged": frozenset({"url"}),
    "withdrawal-receipt": frozenset({"url"}),
    "where-to-turn": frozenset({"advice"}),
    "story-routed": frozenset({"headline", "area", "story_kind", "because", "reasons", "url"}),
    "story-informed": frozenset({"headline", "area", "story_kind", "owner", "url"}),
    "story-handed-over": frozenset({"headline", "because", "url"}),
    "readiness-card": frozenset(
        {"headline", "lead", "area", "story_kind", "who_answers", "deadline", "zone", "not_yet", "reasons", "url"}
    ),
    "answer-overdue": frozenset({"headline", "deadline", "zone", "url"}),
    "approval-asked": frozenset({"headline", "lead", "deadline", "zone", "url"}),
    "approval-reminder": frozenset({"headline", "lead", "deadline", "zone", "url"}),
    "decision-receipt": frozenset({"headline", "decision", "comment"}),
    "changes-requested": frozenset({"headline", "by", "comment", "url"}),
    "story-rejected": frozenset({"headline", "by", "comment", "url"}),
    "story-approved": frozenset({"headline", "url"}),
    "publication-scheduled": frozenset({"headline", "channel", "due_at", "zone", "url"}),
    "story-published": frozenset({"headline", "channel", "url"}),
    "material-added": frozenset({"headline", "url"}),
    "story-withdrawn": frozenset({"headline", "url"}),
    "needs-better-copy": frozenset({"reason"}),
    "publication-parked": frozenset({"headline", "channel", "url", "why"}),  # empty where nobody knows
    "story-retracted": frozenset({"headline", "url"}),
    "sweep-report": frozenset({"mended"}),  # how many of each: relayed, rung, chased, stuck, left
    "sign-in": frozenset({"url", "minutes"}),
    "story-to-list": frozenset({"headline", "lead", "body", "channel"}),
    "story-recalled-from-list": frozenset({"headline", "channel"}),
}


class Composed(BaseModel):
    """A letter as it is sent: one line of subject, and the same said in plain text and in HTML."""

    model_config = ConfigDict(frozen=True)

    subject: str
    text: str
    html: str


@dataclass
class Section:
    """A heading and short lines under it."""

    heading: str
    lines: list[str]


@dataclass
class Parts:
    """What a letter says, before it is laid out."""

    subject: str
    paragraphs: list[str] = field(default_factory=list)
    headline: str = ""
    lead: str = ""
    body: str = ""
    comment: str = ""
    sections: list[Section] = field(default_factory=list)
    action: str = ""
    url: str = ""


def compose(kind: str, language: str, **facts: Any) -> Composed:
    """The letter of `kind` in `language`; raises ValueError naming facts that are missing or not known.

    No id number leaves the desk in a mail, whatever is given: each fact that is words is masked (bar G6).
    """
    wanted = FACTS[kind] | COMMON
    if set(facts) != wanted:
        wrong = sorted(set(facts) ^ wanted)
        raise ValueError(f"a letter of kind {kind} takes {', '.join(sorted(wanted))}; look at {', '.join(wrong)}")
    facts = {name: fact if name in ADDRESSES else _masked(fact) for name, fact in facts.items()}
    parts = _parts(kind, words(language), facts)
    context: dict[str, Any] = {
        "letter": parts,
        "municipality": facts["municipality"],
        "footer": words(language).say("letter.footer", municipality=facts["municipality"], contact=facts["contact"]),
    }
    text = render("letters/letter.txt", language, **context)
    html = render("letters/letter.html", language, **context)
    return Composed(subject=" ".join(parts.subject.split()), text=text, html=html)


def _masked(fact: Any) -> Any:
    if isinstance(fact, str):
        return mask(fact)
    return [_masked(one) for one in fact] if isinstance(fact, list | tuple) else fact


def _parts(kind: str, wording: Wording, facts: dict[str, Any]) -> Parts:
    say = wording.say
    headline = str(facts.get("headline", ""))
    known = {"municipality": facts["municipality"], "headline": headline}
    section = "sign-in-letter" if kind == "sign-in" else kind
    moment = _moment(facts, wording)
    parts = Parts(
        subject=say(f"{section}.subject", **known, moment=moment),
        headline=headline,
        url=str(facts.get("url", "")),
    )
    match kind:
        case "acknowledgement":
            reference = say(f"{kind}.reference", reference=facts["reference"])
            parts.paragraphs = [say(f"{kind}.text", **known), say(f"{kind}.page"), reference]
        case "story-routed" | "story-informed" | "story-handed-over" | "readiness-card" | "answer-overdue":
            _say_whose_it_is(parts, kind, say, facts, moment)
        case "approval-asked" | "approval-reminder":
            parts.paragraphs = [
                say(f"{kind}.text", **known, deadline=moment),
                say("approval-asked.how"),
            ]
            parts.lead = facts["lead"]
        case "decision-receipt":
            parts.paragraphs = [say(f"{kind}.{facts['decision']}")]
            parts.comment = facts["comment"]
        case "changes-requested" | "story-rejected":
            parts.paragraphs = [say(f"{kind}.text", by=facts["by"])]
            parts.comment = facts["comment"]
        case "publication-scheduled":
            parts.paragraphs = [say(f"{kind}.text", channel=facts["channel"], moment=moment)]
        case "where-to-turn":
            parts.paragraphs = [say(f"{kind}.text", **known), *facts["advice"]]
        case "needs-better-copy":
            parts.paragraphs = [say(f"{kind}.text", reason=say(f"better-copy.{facts['reason']}"))]
        case "publication-parked" if facts["why"]:
            parts.paragraphs = [facts["why"]]
        case "story-published" | "publication-parked":
            parts.paragraphs = [say(f"{kind}.text", channel=facts["channel"])]
        case "sweep-report":
            counted = [say(f"{kind}.{what}", count=count) for what, count in facts["mended"].items() if count]
            parts.paragraphs = [say(f"{kind}.text"), *counted]
        case "sign-in":
            parts.paragraphs = [say(f"{section}.text", minutes=facts["minutes"])]
        case "story-to-list":
            parts.lead, parts.body = facts["lead"], facts["body"]
        case _:
            parts.paragraphs = [say(f"{kind}.text", **known)]
    if parts.url:
        parts.action = say("approval-asked.action" if kind == "approval-reminder" else f"{section}.action")
    return parts


def _say_whose_it_is(parts: Parts, kind: str, say: Callable[..., str], facts: dict[str, Any], moment: str) -> None:
    """The letters by which a story finds its communicator."""
    about = {}
    if "area" in facts:
        about = {"area": _named(say, "area", facts["area"]), "kind": _named(say, "kind", facts["story_kind"])}
    parts.paragraphs = [say(f"{kind}.text", **about, owner=facts.get("owner", ""), deadline=moment)]
    if "because" in facts:
        parts.paragraphs.append(say(f"routed.{facts['because']}"))
    if kind == "readiness-card":
        parts.sections = [
            Section(say("readiness.known"), [facts["lead"] or facts["headline"]]),
            Section(say("readiness.who-answers"), [facts["who_answers"]]),
            Section(say("readiness.by-when"), [moment]),
            Section(say("readiness.not-yet"), facts["not_yet"]),
        ]
    if facts.get("reasons"):
        parts.sections.append(Section(say("letter.reasons"), facts["reasons"]))


def _named(say: Callable[..., str], section: str, code: str) -> str:
    """What an area or a kind is called within a sentence."""
    name = say(f"{section}.{code}")
    return name if name[:2].isupper() else name[:1].lower() + name[1:]


def _moment(facts: dict[str, Any], wording: Wording) -> str:
    moment: datetime | None = facts.get("deadline") or facts.get("due_at")
    zone: ZoneInfo | None = facts.get("zone")
    return in_words(moment, zone, wording) if moment and zone else ""
