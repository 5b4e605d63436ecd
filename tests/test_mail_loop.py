"""Machines that answer every letter and hide that they are machines: after a few mails it is quiet (bar C6)."""

from __future__ import annotations

from email.message import EmailMessage
from email.utils import make_msgid

import pytest

from infra.commands.play import prepare
from infra.local.mail_door import PASS
from infra.local.recorder import SentLetter
from infra.local.runtime import Runtime, started
from lyspunkt.settings import settings

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")

ROBOT = "robot@posthus.example"
MOST = 3


def answer(runtime: Runtime, to: str, verdicts: dict[str, str], words: str) -> None:
    """A rude answer: a new message, no header that says what it is or what it answers."""
    mail = EmailMessage()
    mail["From"], mail["To"] = ROBOT, to
    mail["Subject"], mail["Message-ID"] = "Jeg er på ferie", make_msgid(domain="posthus.example")
    mail.set_content(f"Jeg er på ferie og læser ikke mails før mandag. {words}\n")
    runtime.mail(mail.as_bytes(), ROBOT, [to], verdicts)
    runtime.settle()


@pytest.mark.parametrize("dmarc", ["PASS", "GRAY"])
@pytest.mark.parametrize("answers", ["Reply-To", "From"])
def test_a_rude_robot_that_answers_every_letter_gets_no_more_than_three_bar_c6(dmarc: str, answers: str) -> None:
    verdicts = {**PASS, "dmarc": dmarc}
    with started() as runtime:
        prepare()
        answer(runtime, f"historier@{settings().mail_domain}", verdicts, "Skriv til en kollega.")
        for number in range(20):
            mine = letters(runtime)
            if len(mine) == number:
                break  # every letter is answered, and no other came
            letter = mine[number].message
            to = str(letter[answers] or letter["From"]).split("<")[-1].rstrip(">")
            answer(runtime, to, verdicts, f"Det er svar nummer {number}.")
        assert 1 <= len(letters(runtime)) <= MOST


def letters(runtime: Runtime) -> list[SentLetter]:
    return [letter for letter in runtime.letters() if letter.to == (ROBOT,)]
