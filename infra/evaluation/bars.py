"""The bars of the classification, and each figure held against its bar and beside the peers."""

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict

from infra.evaluation.loading import Loading
from infra.evaluation.measure import Figures, worst_language

Unit = Literal["share", "", "ms", "MB"]
Headline = dict[str, float | None]


class Bar(BaseModel):
    """What a figure must at least be; `at_most` what it may be at most."""

    model_config = ConfigDict(frozen=True)

    figure: str
    words: str
    bar: float
    unit: Unit = "share"
    at_most: bool = False

    def ahead(self, one: float, other: float) -> bool:
        """Whether one figure is better than another."""
        return one < other if self.at_most else one > other


BARS = (
    Bar(figure="language", words="language", bar=0.98),
    Bar(figure="worst_language", words="language, where it is known worst", bar=0.95),
    Bar(figure="area", words="area, first choice", bar=0.80),
    Bar(figure="area_within_two", words="area, within the first two", bar=0.90),
    Bar(figure="kind", words="kind", bar=0.80),
    Bar(figure="crisis_found", words="criticism and press enquiries found", bar=0.88),
    Bar(figure="criticism_found", words="  criticism found", bar=0.88),
    Bar(figure="press_enquiry_found", words="  press enquiries found", bar=0.88),
    Bar(figure="good_stories_taken_for_crisis", words="good stories sent to crisis", bar=0.04, at_most=True),
    Bar(figure="flags_found", words="sensitive flags, recall", bar=0.90),
    Bar(figure="flags_right", words="sensitive flags, precision", bar=0.75),
    Bar(figure="area_calibration", words="calibration error, area", bar=0.07, unit="", at_most=True),
    Bar(figure="kind_calibration", words="calibration error, kind", bar=0.07, unit="", at_most=True),
    Bar(figure="median", words="time for a story, median", bar=3, unit="ms", at_most=True),
    Bar(figure="p99", words="time for a story, 99th percentile", bar=10, unit="ms", at_most=True),
    Bar(figure="loading", words="loading", bar=150, unit="ms", at_most=True),
    Bar(figure="memory", words="memory", bar=60, unit="MB", at_most=True),
)


class Row(BaseModel):
    """A figure of Lyspunkt beside its bar and those of the peers that have it; `met` is None where there is none."""

    model_config = ConfigDict(frozen=True)

    bar: Bar
    lyspunkt: float | None
    met: bool | None
    peers: dict[str, float]
    behind: list[str]
    """The peers that are better."""


def summary(lyspunkt: Headline, peers: Mapping[str, Headline]) -> list[Row]:
    """Each bar's row, in their order."""
    rows = []
    for bar in BARS:
        ours = lyspunkt.get(bar.figure)
        theirs = {name: value for name, headline in peers.items() if (value := headline.get(bar.figure)) is not None}
        rows.append(
            Row(
                bar=bar,
                lyspunkt=ours,
                met=None if ours is None else not bar.ahead(bar.bar, ours),
                peers=theirs,
                behind=[name for name, value in theirs.items() if ours is not None and bar.ahead(value, ours)],
            )
        )
    return rows


def headline(figures: Figures, loading: Loading | None = None) -> Headline:
    """Those of the figures that have a bar, by its name; a peer has some of them."""
    together, kinds, flags = figures["languages"]["all"], figures["kinds"], figures["sensitive_together"]
    worst = worst_language(figures)
    placing, times = figures.get("placing", {}), figures.get("milliseconds", {})
    return {
        "language": together["language"],
        "worst_language": figures["languages"][worst]["language"] if worst else None,
        "area": together["area"],
        "area_within_two": together["area_within_two"],
        "kind": together["kind"],
        "crisis_found": figures["crisis_found"],
        "criticism_found": kinds["criticism"]["recall"],
        "press_enquiry_found": kinds["press-enquiry"]["recall"],
        "good_stories_taken_for_crisis": figures["good_stories_taken_for_crisis"],
        "flags_found": flags["recall"],
        "flags_right": flags["precision"],
        "area_calibration": placing.get("expected_calibration_error"),
        "kind_calibration": placing.get("expected_calibration_error_of_kinds"),
        "median": times.get("median"),
        "p99": times.get("p99"),
        "loading": loading.first_text if loading else None,
        "memory": loading.megabytes if loading else None,
    }
