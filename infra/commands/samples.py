"""The samples of events/: read from events/samples.toml and handed in by their own door."""

from __future__ import annotations

import tomllib
from email import message_from_bytes
from email.utils import getaddresses
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from infra.commands import webhook
from infra.local.runtime import Runtime

EVENTS = Path(__file__).resolve().parents[2] / "events"


class Sample(BaseModel):
    """One thing that can be handed in, and where it should end."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    id: str
    file: str
    door: Literal["webhook", "mail"]
    end: str
    shows: str = ""
    source: str = ""
    area: str = ""
    kind: str = ""
    """What it is about, as a person would place it; empty where that is open."""
    sender: str = Field(default="", alias="from")

    @property
    def path(self) -> Path:
        return EVENTS / self.file

    @property
    def makes_a_story(self) -> bool:
        return self.end not in {"set-aside", "answered"}


@cache
def samples() -> tuple[Sample, ...]:
    """All samples, in the order of the file."""
    given = tomllib.loads((EVENTS / "samples.toml").read_text(encoding="utf-8"))
    return tuple(Sample.model_validate(sample) for sample in given["sample"])


def another(number: int) -> str:
    """Words to put at a text's end, others for each number: then the same text sent again is another story."""
    first = 10_000 + 200 * number
    return ", ".join(map(str, range(first, first + 200)))


def hand_in(runtime: Runtime, sample: Sample) -> str:
    """Submit a sample once more, as a delivery of its own; what its door said. Nothing is settled yet."""
    raw = sample.path.read_bytes()
    if sample.door == "webhook":
        headers = webhook.headers(sample.source, raw)
        answer = runtime.request("POST", webhook.path(sample.source), headers, raw)
        if answer.status >= 300:
            raise RuntimeError(f"{sample.id} was refused with {answer.status}: {answer.text}")
        return answer.text
    to = [address for _, address in getaddresses([str(message_from_bytes(raw)["To"])])]
    return runtime.mail(raw, sample.sender, to)
