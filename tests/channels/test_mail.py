"""The mailing list's channel: sent once, never asked, and a doubt is said to be one (bars C4, E2, E4)."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any
from unittest.mock import patch

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError

from lyspunkt.aws.clients import client
from lyspunkt.channels.channel import CannotTell, ChannelError
from lyspunkt.channels.mail import MailingList
from lyspunkt.channels.open import open_channel
from lyspunkt.newsroom.outgoing import Outgoing
from tests.support.lyngvig import NOON, lyngvig
from tests.support.rooms import rooms


@pytest.fixture(scope="module")
def channel() -> Iterator[MailingList]:
    with rooms():
        found = open_channel("press", lyngvig())
        assert isinstance(found, MailingList)
        yield found


def outgoing(**other: Any) -> Outgoing:
    given: dict[str, Any] = {
        "story_id": "s1",
        "publication_id": "press-v1",
        "channel": "press",
        "version": 1,
        "headline": "Ny cykelsti",
        "lead": "Stien er åben.",
        "body": "Første afsnit.\n\nAndet afsnit.",
        "language": "en",
        "area": "roads-property",
        "kind": "good-story",
        "pictures": (),
        "published_at": NOON,
        "changed_at": NOON,
    }
    return Outgoing(**given | other)


def sent(channel: MailingList, *, recall: bool = False, **other: Any) -> EmailMessage:
    """The one letter that goes to SES, parsed again from its bytes."""
    ses = client("sesv2")
    with patch.object(ses, "send_email", wraps=ses.send_email) as send:
        if recall:
            channel.retract(outgoing(**other), "message-1")
        else:
            assert channel.publish(outgoing(**other))
    [call] = send.call_args_list
    assert call.kwargs["Destination"] == {"ToAddresses": ["presseliste@lyngvig.example"]}
    found = message_from_bytes(call.kwargs["Content"]["Raw"]["Data"], policy=default)
    assert isinstance(found, EmailMessage)
    return found


def error(code: str, status: int) -> ClientError:
    answer: Any = {"Error": {"Code": code, "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "SendEmail")


def test_the_list_gets_the_whole_story_in_its_own_language_under_its_marker(channel: MailingList) -> None:
    letter = sent(channel)
    assert letter["Subject"] == "Ny cykelsti"
    assert letter["To"] == "presseliste@lyngvig.example"
    assert letter["X-Lyspunkt"] == "story-to-list; s1.press-v1"
    assert letter["Content-Language"] == "en"
    assert letter["Reply-To"] == "kommunikation@lyngvig.example"
    plain, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert plain is not None
    assert html is not None
    for part in (plain.get_content(), html.get_content()):
        assert "Første afsnit." in part
        assert "Andet afsnit." in part


def test_a_recall_tells_the_list_to_throw_the_story_away_and_does_not_tell_it_again_bar_e7(
    channel: MailingList,
) -> None:
    letter = sent(channel, recall=True)
    assert letter["X-Lyspunkt"] == "story-recalled-from-list; s1.press-v1"
    assert letter["Content-Language"] == "da"
    assert "Ny cykelsti" in letter["Subject"]
    plain = letter.get_body(("plain",))
    assert plain is not None
    assert "afsnit" not in plain.get_content()


def test_a_headline_cannot_add_a_header_or_a_receiver_bar_c4(channel: MailingList) -> None:
    usual = set(sent(channel).keys())
    for ending in ("\r\n", "\n", "\x00", "\u2028", "\x85", "=?UTF-8?Q?=0A?="):
        letter = sent(channel, headline=f"Sti{ending}Bcc: all@elsewhere.example")
        assert set(letter.keys()) == usual
        assert letter["To"] == "presseliste@lyngvig.example"


def test_mail_cannot_be_asked_whether_it_went_out_bar_e2(channel: MailingList) -> None:
    with pytest.raises(CannotTell, match="mail-unknown"):
        channel.find(outgoing())
    assert not channel.repeatable
    assert not channel.listed


@pytest.mark.parametrize("recall", [False, True])
@pytest.mark.parametrize(
    ("code", "status", "retry"),
    [
        ("TooManyRequestsException", 429, True),
        ("ThrottlingException", 400, True),
        ("LimitExceededException", 400, True),
        ("MessageRejected", 400, False),
        ("MailFromDomainNotVerifiedException", 400, False),
        ("AccessDeniedException", 403, False),
        ("AccountSuspendedException", 400, False),
    ],
)
def test_what_ses_did_not_take_is_tried_again_only_where_it_may_take_it_later_bar_e4(
    channel: MailingList, code: str, status: int, retry: bool, recall: bool
) -> None:
    with (
        patch.object(client("sesv2"), "send_email", side_effect=error(code, status)),
        pytest.raises(ChannelError, match=code) as wrong,
    ):
        channel.retract(outgoing(), "") if recall else channel.publish(outgoing())
    assert wrong.value.retry is retry


@pytest.mark.parametrize(
    "wrong",
    [
        error("InternalFailure", 500),
        error("ServiceUnavailable", 503),
        ReadTimeoutError(endpoint_url="x"),
        ConnectTimeoutError(endpoint_url="x"),
        EndpointConnectionError(endpoint_url="x"),
    ],
    ids=["500", "503", "no answer", "no connection", "no endpoint"],
)
def test_where_nobody_knows_whether_ses_took_it_that_is_said_bars_e1_e2(channel: MailingList, wrong: Exception) -> None:
    with patch.object(client("sesv2"), "send_email", side_effect=wrong):
        with pytest.raises(CannotTell):
            channel.publish(outgoing())
        with pytest.raises(CannotTell):
            channel.retract(outgoing(), "")
