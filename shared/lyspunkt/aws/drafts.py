"""A story on its way through the form's two pages. Once the first is sent nothing is lost: a draft that nobody comes
back to is sent by itself.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets as random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from pydantic import AwareDatetime, BaseModel, ConfigDict

from lyspunkt.aws import intake, layout, ledger, secrets, table, uploads
from lyspunkt.aws.clients import client
from lyspunkt.aws.organisation import organisation
from lyspunkt.newsroom.form import Form, PictureNote
from lyspunkt.newsroom.story import Story
from lyspunkt.newsroom.submissions import Arrived, moment_of, story_id, text_of
from lyspunkt.newsroom.texts import PictureText
from lyspunkt.settings import settings

SOURCE = "form"
SENT_AFTER = timedelta(hours=1)
"""When a draft that nobody comes back to is sent as it is."""
KEPT = timedelta(days=7)
YOUNGEST, OLDEST = timedelta(seconds=3), timedelta(hours=24)
"""Nobody fills in the form faster; a page that has been open for longer is given a fresh stamp."""


class Draft(BaseModel):
    """`id` names the row and the folder of the uploads; the token in the address leads to it and stands nowhere."""

    model_config = ConfigDict(frozen=True)

    id: str
    form: Form
    language: str
    at: AwareDatetime
    sent_by_itself_at: AwareDatetime
    sent: str | None = None
    """The story's id, once it is one."""


def stamp(at: datetime) -> str:
    """For a hidden field of an empty form: when it was shown, signed; the same form sent twice carries the same one."""
    about = f"{int(at.timestamp())}.{random.token_hex(12)}"
    return f"{about}.{_letters(about)[:26]}"


def age(stamped: str, at: datetime) -> timedelta | None:
    """How long ago the form was shown; None where the stamp is not ours."""
    about, _, signature = stamped.rpartition(".")
    shown, _, _nonce = about.partition(".")
    if not hmac.compare_digest(_letters(about)[:26].encode(), signature.encode()) or not shown.isdecimal():
        return None
    return at - datetime.fromtimestamp(int(shown), UTC)


def token_of(stamped: str) -> str:
    """The token of the draft that a form with this stamp becomes."""
    return _letters(f"draft {stamped}")


def id_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()[:32]


def keep(token: str, form: Form, language: str, at: datetime) -> Draft:
    """Keep what was filled in, also of someone who went back and wrote on; what is sent already stays as it is."""
    draft = Draft(id=id_of(token), form=form, language=language, at=at, sent_by_itself_at=at + SENT_AFTER)
    due = draft.sent_by_itself_at
    table.update(
        _key(draft.id),
        _sort(draft.id),
        set_={
            "body": draft.model_dump_json(),
            "due_on": layout.hour(due),
            "due_at": layout.moment(due),
            "expires": int((at + KEPT).timestamp()),
        },
        condition="attribute_not_exists(sent)",
    )
    return find(token) or draft


def find(token: str) -> Draft | None:
    return _at(id_of(token))


def send(draft: Draft, notes: Sequence[PictureNote], at: datetime) -> Story:
    """Make the draft a story, with the pictures that have come and what is said about them; once, however often."""
    limits = organisation().intake.limits
    said = {note.name: note for note in notes}
    taken = [one for one in uploads.uploaded(draft.id, limits) if not (one.name in said and said[one.name].left_out)]
    pictures = tuple(uploads.received(draft.id, one, number) for number, one in enumerate(taken, start=1))
    described = [said.get(one.name, PictureNote(name=one.name)) for one in taken]
    story = make_story(
        draft.id,
        draft.form,
        draft.language,
        at,
        pictures=tuple(PictureText(number=n, alt=note.alt) for n, note in enumerate(described, start=1)),
        more={
            "pictures": pictures,
            "recognisable": {n: note.who for n, note in enumerate(described, start=1) if note.who},
        },
    )
    _mark_sent(draft, story)
    return story


def send_now(token: str, form: Form, language: str, at: datetime) -> Story:
    """Make the form a story; with the pictures that have come, where its sender was among them and went back."""
    draft = find(token)
    if draft is None or draft.sent:
        return make_story(id_of(token), form, language, at)
    return send(keep(token, form, language, at), (), at)


def send_overdue(id_: str, at: datetime) -> bool:
    """Send a draft that nobody came back to; False where there is none any more, or it is sent already."""
    draft = _at(id_)
    if draft is None or draft.sent:
        return False
    send(draft, (), at)
    return True


def make_story(
    delivery: str,
    form: Form,
    language: str,
    at: datetime,
    *,
    pictures: tuple[PictureText, ...] = (),
    more: dict[str, object] | None = None,
) -> Story:
    """The story of a filled-in form. What was typed is kept as it came before anything else is written.

    The same form once more adds nothing; with other words, by someone who went back and wrote on, these are added.
    """
    kept = json.dumps({"language": language, "form": form.model_dump(mode="json")}, ensure_ascii=False).encode()
    raw_key = f"forms/{story_id(SOURCE, delivery)}-{hashlib.sha256(kept).hexdigest()[:16]}.json"
    client("s3").put_object(Bucket=settings().raw_bucket, Key=raw_key, Body=kept, ContentType="application/json")
    arrived = Arrived(
        text=text_of("", form.body, pictures=pictures, language=language),
        name=form.name or None,
        address=form.address or None,
        phone=form.phone or None,
        language=language,
        wished_at=moment_of(form.wished, organisation().zone) if form.wished else None,
        why=form.why,
        contacts=form.contacts,
        wished_channels=form.wish_channels,
        name_kept_out=form.name_kept_out,
        plan=form.plan,
        **(more or {}),
    )
    story = intake.receive(arrived, source=SOURCE, delivery=delivery, at=at, raw_key=raw_key)
    made_from = ledger.submission(story.id)
    if made_from is not None and made_from.raw_key != raw_key:
        again = f"{delivery}\n{raw_key}"
        intake.add(story.id, arrived, because="same-delivery", source=SOURCE, delivery=again, at=at, raw_key=raw_key)
    return story


def _at(id_: str) -> Draft | None:
    row = table.get(_key(id_), _sort(id_))
    if row is None:
        return None
    draft = Draft.model_validate_json(row["body"])
    return draft.model_copy(update={"sent": row["sent"]}) if "sent" in row else draft


def _mark_sent(draft: Draft, story: Story) -> None:
    table.update(_key(draft.id), _sort(draft.id), set_={"sent": story.id}, remove=["due_on", "due_at"])


def _key(id_: str) -> str:
    return f"DRAFT#{id_}"


def _sort(id_: str) -> str:
    """Names the draft too, for the index over what is overdue tells the sweep no more than a row's keys."""
    return f"DRAFT#{id_}"


def _letters(about: str) -> str:
    key = secrets.secret(settings().link_key_secret).encode()
    digest = hmac.new(key, f"form {about}".encode("utf-8", "replace"), hashlib.sha256).digest()
    return base64.b32encode(digest).decode().rstrip("=").lower()
