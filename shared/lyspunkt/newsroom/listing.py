"""What the shared pages of the story site know of each story, and which pages those are."""

from __future__ import annotations

from pydantic import AwareDatetime, BaseModel, ConfigDict


class ListedPicture(BaseModel):
    model_config = ConfigDict(frozen=True)

    name: str
    """`NUMBER-WIDTH.jpg`, beside the story's page."""
    alt: str
    width: int
    height: int


class Listed(BaseModel):
    """One story in the lists and feeds. It holds public words: it is there only while the story is out."""

    model_config = ConfigDict(frozen=True)

    story_id: str
    headline: str
    lead: str
    language: str
    area: str
    kind: str
    published_at: AwareDatetime
    changed_at: AwareDatetime
    picture: ListedPicture | None = None

    @property
    def month(self) -> str:
        return f"{self.published_at:%Y-%m}"


def page_names(listed: Listed) -> tuple[str, ...]:
    """The lists that a story stands on; the front page and the feeds are made of the newest months."""
    return (f"MONTH#{listed.month}", f"AREA#{listed.area}")
