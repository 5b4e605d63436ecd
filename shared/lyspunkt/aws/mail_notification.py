"""What SES says about a mail that it took in: an SNS message around SES's own notification.

https://docs.aws.amazon.com/ses/latest/dg/receiving-email-notifications-contents.html
"""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lyspunkt.mailroom.automatic import Verdicts


class NotAMail(ValueError):
    """A message in the mail queue that is none of SES's: a fault of the set-up, for a person to look at."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class Verdict(_Part):
    """PASS, FAIL, GRAY (cannot tell), PROCESSING_FAILED or DISABLED; nothing but PASS is a pass (bar C5)."""

    status: str = "PROCESSING_FAILED"


class Action(_Part):
    type: str
    bucket: str = Field(default="", alias="bucketName")
    key: str = Field(default="", alias="objectKey")


class Receipt(_Part):
    spam: Verdict = Field(default=Verdict(), alias="spamVerdict")
    virus: Verdict = Field(default=Verdict(), alias="virusVerdict")
    spf: Verdict = Field(default=Verdict(), alias="spfVerdict")
    dkim: Verdict = Field(default=Verdict(), alias="dkimVerdict")
    dmarc: Verdict = Field(default=Verdict(), alias="dmarcVerdict")
    action: Action


class Mail(_Part):
    message_id: str = Field(alias="messageId", min_length=1)
    """SES's own id of the message, not the sender's."""
    source: str = ""
    """Whom the envelope says it is from; empty for a bounce."""
    timestamp: datetime
    destination: tuple[str, ...] = ()


class Notification(_Part):
    type: str = Field(alias="notificationType")
    mail: Mail
    receipt: Receipt

    @property
    def verdicts(self) -> Verdicts:
        """What the scanners found, and whom the envelope names."""
        receipt = self.receipt
        return Verdicts(
            spam=receipt.spam.status,
            virus=receipt.virus.status,
            spf=receipt.spf.status,
            dkim=receipt.dkim.status,
            dmarc=receipt.dmarc.status,
            envelope=self.mail.source,
        )


class _Envelope(_Part):
    message: str = Field(alias="Message")


def notification_in(body: str) -> Notification:
    """The notification in a queued message; raises NotAMail, which quotes nothing of it."""
    try:
        notification = Notification.model_validate_json(_Envelope.model_validate_json(body).message)
    except ValidationError:
        raise NotAMail("the message is no SNS envelope around an SES notification") from None
    if notification.type != "Received" or notification.receipt.action.type != "S3":
        raise NotAMail("the notification is not of a received mail with an S3 action")
    return notification
