"""A report as lines of text."""

import textwrap
from collections.abc import Iterator, Sequence

from infra.evaluation.bars import Bar, Row
from infra.evaluation.loading import COUNTED
from infra.evaluation.measure import Figures
from infra.evaluation.report import Report

WIDTH = 120
"""Letters in a line of text."""


def tables(report: Report) -> Iterator[str]:
    """The summary first, then what it is made of, then what was asked for besides."""
    figures, loading = report.figures, report.loading
    yield from (f"{figures['stories']} labelled stories", "")
    yield from _table(("measure", "Lyspunkt", "bar", "peer", ""), [_measure(row) for row in report.summary])
    yield from _paragraphs(
        *(f"{peer.name}: {peer.about}." for peer in report.peers),
        *report.absent,
        f"{COUNTED} The import takes {loading.imported} ms of the loading; a text of each language is read after "
        f"{loading.every_language} ms. Pydantic itself takes {loading.pydantic} ms before.",
    )
    columns = ("language", "area", "area_within_two", "kind")
    yield from _table(
        ("language", "stories", "language", "area", "within two", "kind"),
        [
            (name, str(row["stories"]), *(_percent(row[column]) for column in columns))
            for name, row in figures["languages"].items()
        ],
    )
    found = {f"kind {name}": row for name, row in figures["kinds"].items()} | {"strategic": figures["strategic"]}
    found |= {f"flag {name}": row for name, row in figures["sensitive"].items()}
    found |= {"flags together": figures["sensitive_together"]}
    yield from _table(
        ("found", "labelled", "recall", "precision"),
        [
            (name, str(row["labelled"]), _percent(row["recall"]), _percent(row["precision"]))
            for name, row in found.items()
        ],
    )
    placing = figures["placing"]
    yield (
        f"placed by hand (area below {placing['threshold']}): {_percent(placing['placed_by_hand'])}; "
        f"right above it: {_percent(placing['right_above'])}"
    )
    yield ""
    yield from _matrix("areas: labelled down, found across", figures["confusion"])
    yield from _matrix("kinds: labelled down, found across", figures["confusion_of_kinds"])
    for of, stories in report.hardest.items():
        yield from _hardest(of, stories)
    if report.learning_curve:
        yield from _curve(report.learning_curve)


def _paragraphs(*paragraphs: str) -> list[str]:
    return [line for paragraph in paragraphs for line in textwrap.wrap(paragraph, WIDTH)] + [""]


def _measure(row: Row) -> tuple[str, ...]:
    bar = row.bar
    verdict = "-" if row.met is None else "met" if row.met else "missed"
    return (
        bar.words,
        _value(bar, row.lyspunkt),
        f"{'≤' if bar.at_most else '≥'} {_value(bar, bar.bar)}",
        ", ".join(f"{name} {_value(bar, value)}" for name, value in row.peers.items()) or "-",
        ", ".join([verdict, *(f"{name} is ahead" for name in row.behind)]),
    )


def _value(bar: Bar, value: float | None) -> str:
    if value is None:
        return "-"
    if bar.unit == "share":
        return _percent(value)
    return f"{value:g} {bar.unit}".strip()


def _hardest(of: str, stories: Sequence[Figures]) -> list[str]:
    return _table(
        (f"hardest by {of}", "language", "log loss", "labelled", "likely", "found", "likely"),
        [
            (
                story["id"],
                story["language"],
                f"{story['log_loss']:.2f}",
                story["labelled"],
                _percent(story["held_likely"]),
                story["found"],
                _percent(story["confidence"]),
            )
            for story in stories
        ],
    )


def _curve(shares: Sequence[Figures]) -> list[str]:
    return _table(
        ("taught", "texts", "area", "within two", "kind"),
        [
            (
                "all" if row["share"] == "1" else row["share"],
                str(row["texts"]),
                *(_percent(row[column]) for column in ("area", "area_within_two", "kind")),
            )
            for row in shares
        ],
    )


def _matrix(title: str, confusion: dict[str, dict[str, int]]) -> list[str]:
    codes = list(confusion)
    rows = [
        (f"{number:>2} {code}", *(str(confusion[code].get(other, "·")) for other in codes))
        for number, code in enumerate(codes, start=1)
    ]
    return _table((title, *(str(number) for number in range(1, len(codes) + 1))), rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]

    def line(cells: Sequence[str]) -> str:
        first, *others = zip(cells, widths, strict=True)
        return "  ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]).rstrip()

    return [line(head), "  ".join("-" * width for width in widths), *(line(row) for row in rows), ""]


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"
