"""The form products that may post stories, each as one mapping in the organisation file."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field, model_validator

from lyspunkt.newsroom.form_products import PRODUCTS, Answers, Places, Product, ProductId, Signature
from lyspunkt.newsroom.intake import Part
from lyspunkt.newsroom.language import Language

Ours = Literal[
    "headline",
    "body",
    "why",
    "name",
    "address",
    "phone",
    "language",
    "wished_at",
    "place",
    "contacts",
    "purpose",
    "audience",
    "message",
    "timing",
    "channels",
    "name_kept_out",
]
"""What a story has a place for; everything else is kept beside it under its own name."""


class WebhookSource(Part):
    """A form product that posts stories. `fields` says which of its fields is what: {ours: theirs}.

    Theirs is the question as people read it, its key or reference, or a dotted place in what is posted; several are
    joined. `signature`, `answers` and `delivery` are those of the `product`, unless they are said here.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
    name: str | dict[Language, str]
    product: ProductId = "standard-webhooks"
    signature: Signature | None = None
    answers: Answers | None = None
    delivery: Places = ()
    language: Language | None = None
    fields: dict[Ours, str | tuple[str, ...]]

    @model_validator(mode="after")
    def _has_a_body(self) -> WebhookSource:
        if not self.fields.get("body"):
            raise ValueError("fields must say which field is the body: `body: NAME_OF_THE_FIELD`")
        try:
            re.compile(self.preset.answers.without)
        except re.error as wrong:
            raise ValueError(f"answers.without is no regular expression: {wrong}") from None
        return self

    @property
    def preset(self) -> Product:
        """The product's description with what this source says otherwise."""
        known = PRODUCTS[self.product]
        return known.model_copy(
            update={
                "signature": self.signature or known.signature,
                "answers": self.answers or known.answers,
                "delivery": self.delivery or known.delivery,
            }
        )

    @property
    def signed(self) -> Signature:
        return self.preset.signature

    def theirs(self, ours: str) -> tuple[str, ...]:
        """What the form calls a field of ours; nothing where no mapping says."""
        named: dict[str, str | tuple[str, ...]] = {**self.preset.fields, **{str(k): v for k, v in self.fields.items()}}
        names = named.get(ours, ())
        return (names,) if isinstance(names, str) else names
