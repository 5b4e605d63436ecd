"""The story as a letter to a distribution list, such as the press or the staff.

Mail has no memory that can be asked: after a crash between sending and recording, a person must look.
"""

from __future__ import annotations

from botocore.exceptions import ClientError, ConnectionError, HTTPClientError

from lyspunkt.aws import mail
from lyspunkt.channels.channel import CannotTell, ChannelError
from lyspunkt.newsroom.organisation import MailChannel, Organisation
from lyspunkt.newsroom.outgoing import Outgoing
from lyspunkt.pages.letters import compose

NOT_NOW = frozenset({"TooManyRequestsException", "ThrottlingException", "LimitExceededException"})
"""What SES answers when the letter was not taken and may be later."""


class MailingList:
    repeatable = False
    listed = False

    def __init__(self, setup: MailChannel, organisation: Organisation) -> None:
        self._setup = setup
        self._organisation = organisation

    def publish(self, outgoing: Outgoing) -> str:
        facts = {"headline": outgoing.headline, "lead": outgoing.lead, "body": outgoing.body}
        return self._send("story-to-list", outgoing, language=outgoing.language, **facts)

    def find(self, outgoing: Outgoing) -> str | None:
        raise CannotTell("mail-unknown")

    def retract(self, outgoing: Outgoing, where: str) -> None:
        self._send("story-recalled-from-list", outgoing, language=self._setup.language, headline=outgoing.headline)

    def _send(self, kind: str, outgoing: Outgoing, *, language: str, **facts: str) -> str:
        say = self._organisation.say
        municipality = say(self._organisation.municipality.name, language)
        contact = self._organisation.municipality.contact
        letter = compose(
            kind,
            language,
            municipality=municipality,
            contact=contact,
            channel=say(self._setup.name, language),
            **facts,
        )
        try:
            return mail.send(
                to=self._setup.list_address,
                subject=letter.subject,
                text=letter.text,
                html=letter.html,
                kind=kind,
                marker=outgoing.marker,
                language=language,
                sender_name=municipality,
                reply_to=contact,
            )
        except ClientError as wrong:
            code = wrong.response["Error"]["Code"]
            if wrong.response["ResponseMetadata"]["HTTPStatusCode"] >= 500:
                raise CannotTell(code) from wrong
            raise ChannelError(code, retry=code in NOT_NOW) from wrong
        except (ConnectionError, HTTPClientError) as wrong:
            raise CannotTell(type(wrong).__name__) from wrong
