"""Send what goes out: the one place that builds a mail (bar C4)."""

from __future__ import annotations

import unicodedata
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from lyspunkt.aws import clock
from lyspunkt.aws.clients import client
from lyspunkt.newsroom.letters import OUR_NAME
from lyspunkt.settings import settings


def send(
    *,
    to: str,
    subject: str,
    text: str,
    html: str,
    kind: str,
    marker: str,
    language: str,
    sender_name: str = "Lyspunkt",
    reply_to: str | None = None,
    about: str | None = None,
    auto: bool = True,
) -> str:
    """Send one letter to one address through SES; the id that SES gives it.

    `marker` names the letter for whoever searches for it; `auto` marks a machine's letter as RFC 3834 asks, so that no
    machine answers it (bar C6). `about` is an address that answers should bring back: as Reply-To, where there is no
    other, and as an id that mail programs repeat, for SES gives each letter an id of its own.

    Raises what botocore raises.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(_line(sender_name), OUR_NAME, settings().mail_domain)
    message["To"] = _line(to)
    message["Subject"] = _line(subject)
    message["Date"] = format_datetime(clock.now())
    message["X-Lyspunkt"] = _line(f"{kind}; {marker}")
    if reply_to or about:
        message["Reply-To"] = _line(reply_to or about or "")
    if about:
        message["References"] = f"<{_line(about)}>"
    if auto:
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    message["Content-Language"] = language  # last, for setting the content takes every Content-* header away
    answer = client("sesv2").send_email(
        FromEmailAddress=f"{OUR_NAME}@{settings().mail_domain}",
        Destination={"ToAddresses": [_line(to)]},
        Content={"Raw": {"Data": message.as_bytes()}},
    )
    return answer["MessageId"]


def _line(text: str) -> str:
    """One line of visible characters: no line break of any kind may reach a header.

    Nor what looks like an encoded word: EmailMessage would decode it, the line break in it and all (CVE-2026-1299).
    """
    text = text.replace("=?", "= ?")
    kept = "".join(" " if unicodedata.category(letter) in {"Cc", "Zl", "Zp"} else letter for letter in text)
    return " ".join(kept.split())
