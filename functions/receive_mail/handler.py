"""A mail in the bucket -> StorySubmitted; or set aside; or a letter that asks for a better copy."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from lyspunkt.aws import incoming_mail, mail, queue
from lyspunkt.aws.mail_notification import Notification, notification_in
from lyspunkt.aws.organisation import organisation

logger = Logger()


def step(body: str) -> None:
    notification = notification_in(body)
    became = incoming_mail.receive(notification)
    # SES's id leads to the raw mail; who wrote it and what stands nowhere in the log (bar H2)
    logger.info(
        became.outcome,
        extra={"mail": notification.mail.message_id, "reason": became.reason, "story_id": became.story_id},
    )
    if became.answer_to and incoming_mail.claim_answer(became.answer_to, notification):
        ask_for_a_better_copy(became.answer_to, became.reason, became.language, notification)


def ask_for_a_better_copy(address: str, problem: str | None, language: str | None, notification: Notification) -> None:
    """One letter with nothing in it of what came (bar H7), in its language, else in the municipality's first."""
    from lyspunkt.pages.letters import compose

    known = organisation()
    language = language or known.first_language
    letter = compose(
        incoming_mail.ANSWER,
        language,
        municipality=known.say(known.municipality.name, language),
        contact=known.municipality.contact,
        reason=problem if problem in {"empty", "encrypted", "too-large"} else "undecodable",
    )
    mail.send(
        to=address,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        kind=incoming_mail.ANSWER,
        marker=notification.mail.message_id,
        language=language,
        sender_name=known.say(known.municipality.name, language),
        reply_to=known.municipality.contact,
    )


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return queue.each_message(event, context, step)
