"""The public form's pages: what happened, its pictures, and thank you. Each works without a script."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from lyspunkt.aws.uploads import MEGABYTE, Uploaded, UploadForm
from lyspunkt.newsroom.form import ALT_LENGTH, LIMITS, Form, Problem
from lyspunkt.newsroom.id_numbers import mask
from lyspunkt.newsroom.language import LANGUAGES
from lyspunkt.newsroom.organisation import Organisation
from lyspunkt.newsroom.texts import Text
from lyspunkt.pages.frame import frame, message
from lyspunkt.pages.plain_language import gentle
from lyspunkt.pages.render import render
from lyspunkt.words.wording import words

NAMES = {"da": "Dansk", "sv": "Svenska", "nb": "Bokmål", "nn": "Nynorsk", "en": "English"}
"""Each language by its own name: who reads it looks for that."""

Again = str
"""Why a form that is filled in rightly must be sent once more: `too-quick`, `too-old`, `robot`, `too-often`."""


def form_page(
    form: Form,
    organisation: Organisation,
    *,
    language: str,
    stamp: str,
    wrong: Mapping[str, Problem] | None = None,
    again: Again = "",
    trap: str = "",
) -> str:
    """The form, with what was typed and what must be mended; `trap` stood in the field that people do not see.

    An id number that was typed does not come back, for no page carries one: whoever sends the form again sends it
    without (bar G6).
    """
    say = words(language).say
    shown = _masked(form, say)
    errors = {
        name: say(f"form.wrong-{problem}", limit=LIMITS[name], field=say(f"form.{name}"))
        for name, problem in (wrong or {}).items()
    }
    return render(
        "form.html",
        language,
        **frame(organisation, language),
        form=shown,
        hidden=shown != form,
        stamp=stamp,
        errors=errors,
        again=_again(again, organisation, language) if again else "",
        trap=mask(trap),
        limits=LIMITS,
        channels=[(channel.id, organisation.say(channel.name, language)) for channel in organisation.channels],
        languages=[(code, NAMES[code]) for code in LANGUAGES],
    )


def pictures_page(
    organisation: Organisation,
    *,
    language: str,
    base: str,
    upload: UploadForm,
    uploaded: tuple[Uploaded, ...],
    sent_by_itself_at: datetime,
) -> str:
    """Pictures to add, and those that have come, each with what is to be said about it."""
    return render(
        "form-pictures.html",
        language,
        **frame(organisation, language),
        base=base,
        upload=upload,
        uploaded=[
            {"name": one.name, "number": number, "size": size_in_words(one.size)}
            for number, one in enumerate(uploaded, start=1)
        ],
        limits=organisation.intake.limits,
        alt_length=ALT_LENGTH,
        sent_at=sent_by_itself_at,
        zone=organisation.zone,
    )


def thanks_page(organisation: Organisation, *, language: str, url: str, mailed: bool, sent: Text | None = None) -> str:
    """Thank you, with the address of the sender's own page, and hints on what was sent where there are some.

    They stand here and not on the way: the story is in safety by now, and nothing hangs on them.
    """
    hints = gentle(sent, organisation, language) if sent else []
    return render("form-thanks.html", language, **frame(organisation, language), url=url, mailed=mailed, hints=hints)


def no_draft_page(organisation: Organisation, *, language: str) -> str:
    """Behind an address that leads to no draft (any more)."""
    say = words(language).say
    return message(say("form.no-draft"), [say("form.no-draft-text")], organisation, language)


def message_page(key: str, organisation: Organisation, *, language: str) -> str:
    """A plain page out of `[page]`: `elsewhere`, `not-found`."""
    say = words(language).say
    return message(say(f"page.{key}"), [say(f"page.{key}-text")], organisation, language)


def size_in_words(size: int) -> str:
    """Megabytes with one decimal, as people know them from their telephone; the comma is that of no language here."""
    return f"{max(size / MEGABYTE, 0.1):.1f} MB"


def _masked(form: Form, say: Callable[..., str]) -> Form:
    typed = {name: getattr(form, name) for name in LIMITS}
    return form.model_copy(update={name: mask(text, after=say(f"form.{name}")) for name, text in typed.items()})


def _again(why: Again, organisation: Organisation, language: str) -> str:
    say = words(language).say
    text = say(f"form.{why}", contact=organisation.municipality.contact)
    phone = organisation.intake.phone
    return f"{text} {say('tracking.phone', phone=phone)}" if why == "too-often" and phone else text
