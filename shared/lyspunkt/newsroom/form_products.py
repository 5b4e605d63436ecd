"""What each form product posts: how it signs, where its answers lie, which id a delivery has. Data, no code.

Each description follows the product's own documentation, named beside it, read in November 2026.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from lyspunkt.newsroom.intake import Part

ProductId = Literal[
    "standard-webhooks",
    "typeform",
    "tally",
    "jotform",
    "microsoft-forms",
    "google-forms",
    "drupal-webform",
    "os2forms",
    "gravity-forms",
    "formbricks",
    "fillout",
]


Places = Annotated[tuple[str, ...], BeforeValidator(lambda given: (given,) if isinstance(given, str) else given)]
"""Dotted places in a payload; one may be written as a text."""


class Signature(Part):
    """How a delivery shows whom it is from. Written as the scheme's name alone, or with what the scheme asks for.

    `standard-webhooks`: three headers, id and time signed along. `hmac`: SHA-256 over the body in `header`, after
    `prefix`. `header-secret`: the secret itself in `header`, after `prefix`. `path-secret`: the secret as the last part
    of the address, so that whoever reads the address can post.
    """

    scheme: Literal["standard-webhooks", "hmac", "header-secret", "path-secret"]
    header: str = ""
    prefix: str = ""
    encoding: Literal["base64", "hex"] = "base64"

    @model_validator(mode="before")
    @classmethod
    def _by_name_alone(cls, given: Any) -> Any:
        return {"scheme": given} if isinstance(given, str) else given

    @model_validator(mode="after")
    def _says_where(self) -> Signature:
        if self.scheme in {"hmac", "header-secret"} and not self.header:
            raise ValueError(f"{self.scheme} needs to know the header: `{{ scheme: {self.scheme}, header: X-NAME }}`")
        return self


class Answers(Part):
    """Where in a payload the answers lie. Places are dotted: `data.fields`, `form_response.answers.0`."""

    at: Places = ()
    """The list of answers, or the object with one answer to a key; the first of these that is there. None: each field
    of the payload is an answer, by its dotted name."""
    label: str = ""
    """In an answer of a list: the question as people read it."""
    names: Places = ()
    """In an answer of a list: what else it goes by, such as a key or a reference."""
    value: str = "value"
    """In an answer of a list: what was answered; `{type}` stands for what the answer's `type` says."""
    options: Places = ()
    """In an answer of a list: the choices, objects with `id` and `text`, where answers are the ids of choices."""
    questions: str = ""
    """The list of questions, objects with `id` and `title`, where the answers do not bring their labels."""
    without: str = ""
    """What may be left away before a key, a regular expression: `q3_name` also goes by `name`."""
    json_text: bool = False
    """Whether texts hold lists as JSON: `["A","B"]`."""


class Product(Part):
    """One form product. A source may say otherwise than its product: `signature`, `answers`, `delivery`."""

    name: str
    signature: Signature
    answers: Answers = Answers()
    delivery: Places = ()
    """The product's own id of what was submitted: the first of these places that is there, places joined by `+`
    together; `webhook-id` is the signed header. Where none is there, the body's digest is the id."""
    event: str = ""
    """The place that says what happened, where the product tells of more than submissions."""
    events: tuple[str, ...] = ()
    """What must have happened for a story to be made; the rest is answered and not kept."""
    unpacked: tuple[str, ...] = ()
    """Fields that are JSON in a text."""
    fields: dict[str, str] = Field(default_factory=dict)
    """{ours: theirs}, as far as every form of the product has it; the source's own mapping goes before."""
    machinery: tuple[str, ...] = ()
    """What the product says about itself, and what it says twice; not kept beside the story (raw, it is)."""


_DRUPAL = Product(
    # https://www.drupal.org/docs/contributed-modules/webform/webform-features (remote post handler)
    name="Drupal Webform",
    signature=Signature(scheme="header-secret", header="X-Lyspunkt-Secret"),
    delivery=("uuid", "webform_id+sid"),
    fields={"language": "langcode"},
    machinery=(
        *("serial", "sid", "uuid", "token", "uri", "created", "completed", "changed", "in_draft", "current_page"),
        *("remote_addr", "uid", "langcode", "webform_id", "entity_type", "entity_id", "locked", "sticky", "notes"),
        *("operation", "metatag", "form_build_id", "form_id"),
    ),
)

_JOTFORM_S_OWN = (
    *("slug", "path", "event_id", "jsExecutionTracker", "submitSource", "submitDate", "buildDate", "timeToSubmit"),
    *("uploadServerUrl", "eventObserver", "temp_upload", "file_server", "validatedNewRequiredFieldIDs"),
    *("visitedPages", "embedUrl"),
)

PRODUCTS: dict[ProductId, Product] = {
    # https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
    "standard-webhooks": Product(
        name="any sender that signs by Standard Webhooks",
        signature=Signature(scheme="standard-webhooks"),
        delivery=("webhook-id",),
    ),
    # https://www.typeform.com/developers/webhooks/example-payload/ and /secure-your-webhooks/
    "typeform": Product(
        name="Typeform",
        signature=Signature(scheme="hmac", header="Typeform-Signature", prefix="sha256="),
        answers=Answers(
            at=("form_response.answers",),
            names=("field.ref", "field.id"),
            value="{type}",
            questions="form_response.definition.fields",
        ),
        delivery=("form_response.form_id+form_response.token",),
        event="event_type",
        events=("form_response",),
        machinery=(
            *("event_id", "event_type", "form_response.form_id", "form_response.token", "form_response.landed_at"),
            *("form_response.submitted_at", "form_response.definition", "form_response.ending"),
            *("form_response.calculated", "form_response.thankyou_screen_ref", "form_response.response_url"),
        ),
    ),
    # https://tally.so/help/webhooks
    "tally": Product(
        name="Tally",
        signature=Signature(scheme="hmac", header="Tally-Signature"),
        answers=Answers(at=("data.fields",), label="label", names=("key",), options=("options", "rows", "columns")),
        delivery=("data.formId+data.responseId",),
        event="eventType",
        events=("FORM_RESPONSE",),
        machinery=(
            *("eventId", "eventType", "createdAt", "data.responseId", "data.submissionId", "data.respondentId"),
            *("data.formId", "data.createdAt", "data.formUrl", "data.respondentUrl"),
        ),
    ),
    # https://www.jotform.com/help/245-how-to-setup-a-webhook-with-jotform/
    "jotform": Product(
        name="Jotform",
        signature=Signature(scheme="path-secret"),
        answers=Answers(at="rawRequest", without=r"q\d+_"),
        delivery="submissionID",
        unpacked=("rawRequest",),
        machinery=(
            *("formID", "submissionID", "webhookURL", "ip", "pretty", "username", "type", "action", "product"),
            *("appID", "teamID", "parent", "documentID", "fromTable", "unread", "subject", "isSilent", "event"),
            *("customParams", "customTitle", "customBody"),
            *_JOTFORM_S_OWN,
            *(f"rawRequest.{name}" for name in _JOTFORM_S_OWN),
        ),
    ),
    # https://learn.microsoft.com/en-us/connectors/microsoftforms/ (Get response details), posted by the HTTP action
    "microsoft-forms": Product(
        name="Microsoft Forms through Power Automate",
        signature=Signature(scheme="header-secret", header="X-Lyspunkt-Secret"),
        answers=Answers(at=("answers",), json_text=True),
        delivery=("responseId",),
        machinery=("responseId", "formId", "answers.submitDate", "answers.responderTimeZone"),
    ),
    # The script in functions/receive_form/README.md
    "google-forms": Product(
        name="Google Forms through Apps Script",
        signature=Signature(scheme="standard-webhooks"),
        answers=Answers(at=("answers",), label="title", names=("id",), value="answer"),
        delivery=("formId+responseId",),
        machinery=("formId", "responseId", "submittedAt"),
    ),
    "drupal-webform": _DRUPAL,
    "os2forms": _DRUPAL.model_copy(update={"name": "OS2Forms"}),
    # https://docs.gravityforms.com/entry-object/ and /category/add-ons-gravity-forms/webhooks-add-on/
    "gravity-forms": Product(
        name="Gravity Forms",
        signature=Signature(scheme="header-secret", header="X-Lyspunkt-Secret"),
        answers=Answers(json_text=True),
        delivery=("form_id+id",),
        machinery=(
            *("id", "form_id", "post_id", "date_created", "date_updated", "is_starred", "is_read", "ip", "source_url"),
            *("source_id", "user_agent", "currency", "payment_status", "payment_date", "payment_amount"),
            *("payment_method", "transaction_id", "transaction_type", "is_fulfilled", "created_by", "status"),
        ),
    ),
    # https://formbricks.com/docs/xm-and-surveys/core-features/integrations/webhooks
    "formbricks": Product(
        name="Formbricks",
        signature=Signature(scheme="standard-webhooks"),
        answers=Answers(at=("data.data",)),
        delivery=("data.id",),
        event="event",
        events=("responseFinished",),
        fields={"language": "data.language"},
        machinery=(
            *("webhookId", "event", "data.id", "data.createdAt", "data.updatedAt", "data.surveyId", "data.displayId"),
            *("data.finished", "data.endingId", "data.singleUseId", "data.contact", "data.contactAttributes"),
            *("data.ttc", "data.meta", "data.survey", "data.language", "data.environmentId", "data.personAttributes"),
        ),
    ),
    # https://www.fillout.com/help/webhook
    "fillout": Product(
        name="Fillout",
        signature=Signature(scheme="header-secret", header="X-Lyspunkt-Secret"),
        answers=Answers(at=("submission.questions", "questions"), label="name", names=("id",)),
        delivery=("formId+submission.submissionId", "submission.submissionId", "submissionId"),
        machinery=(
            *("formId", "submissionId", "submissionTime", "startedAt", "lastUpdatedAt", "editLink"),
            *("submission.submissionId", "submission.submissionTime", "submission.startedAt"),
            *("submission.lastUpdatedAt", "submission.editLink", "submission.quiz", "submission.login"),
        ),
    ),
}
