"""What a person fills in on the public form: checked field by field; nothing is lost where something is wrong."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

from lyspunkt.newsroom.id_numbers import begin
from lyspunkt.newsroom.submissions import BODY_LENGTH, clean, is_address
from lyspunkt.newsroom.texts import Plan

Problem = Literal["missing", "too-long", "no-address", "no-date", "past"]
"""Each is a key under `[form]` in words/, as `wrong-missing`."""

LIMITS: dict[str, int] = {
    "what": BODY_LENGTH // 2,
    "why": 4_000,
    "contacts": 1_000,
    "name": 200,
    "address": 254,
    "phone": 60,
    "wished": 10,
    "purpose": 500,
    "audience": 500,
    "message": 500,
    "timing": 500,
    "channels": 500,
}
"""Characters of each field that is typed."""
LONG = frozenset({"what", "why", "contacts", "purpose", "audience", "message", "timing", "channels"})
"""Fields that may have lines."""
PLAN = ("purpose", "audience", "message", "timing", "channels")
ALT_LENGTH = 500
"""Characters of what is said about a picture, and of who is recognisable in it."""


class Form(BaseModel):
    """The form as it was filled in. `wished` is an ISO date or empty; `wish_channels` are ids of channels."""

    model_config = ConfigDict(frozen=True)

    what: str = ""
    why: str = ""
    contacts: str = ""
    name: str = ""
    address: str = ""
    phone: str = ""
    wished: str = ""
    wish_channels: tuple[str, ...] = ()
    name_kept_out: bool = False
    purpose: str = ""
    audience: str = ""
    message: str = ""
    timing: str = ""
    channels: str = ""

    @property
    def plan(self) -> Plan:
        return Plan(**{name: getattr(self, name) for name in PLAN})

    @property
    def body(self) -> str:
        """What happened and why it matters, as the first version's text."""
        return "\n\n".join(part for part in (self.what, self.why) if part)

    @property
    def wished_day(self) -> date | None:
        return _day(self.wished)


class PictureNote(BaseModel):
    """What was said about an uploaded picture, which goes by its `name` among the uploads."""

    model_config = ConfigDict(frozen=True)

    name: str
    alt: str = ""
    who: str = ""
    """Who can be recognised in it."""
    left_out: bool = False


def read(given: Mapping[str, str], channels: Collection[str]) -> Form:
    """The form in a posted page's fields; `channels` are the ids that may be wished for."""
    typed = {name: clean(given.get(name, ""), lines=name in LONG) for name in LIMITS}
    return Form(
        **typed,
        wish_channels=tuple(id_ for id_ in channels if given.get(f"wish-{id_}") == "yes"),
        name_kept_out=given.get("name_kept_out") == "yes",
    )


def problems(form: Form, today: date) -> dict[str, Problem]:
    """What must be mended before the form can be sent, by field and in the page's order; empty where it is right."""
    found: dict[str, Problem] = {}
    for name, limit in LIMITS.items():
        if len(getattr(form, name)) > limit:
            found[name] = "too-long"
    if not form.what:
        found["what"] = "missing"
    if form.address and not is_address(form.address):
        found["address"] = "no-address"
    if form.wished:
        day = _day(form.wished)
        if day is None:
            found["wished"] = "no-date"
        elif day < today:
            found["wished"] = "past"
    return {name: found[name] for name in LIMITS if name in found}


def picture_notes(given: Mapping[str, str], names: Collection[str]) -> tuple[PictureNote, ...]:
    """What the pictures page says about each of the uploads in `names`."""
    return tuple(
        PictureNote(
            name=name,
            alt=begin(clean(given.get(f"alt-{name}", "")), ALT_LENGTH),
            who=begin(clean(given.get(f"who-{name}", "")), ALT_LENGTH),
            left_out=given.get(f"out-{name}") == "yes",
        )
        for name in names
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
