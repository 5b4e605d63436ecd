"""The weights are what the corpus teaches, and nothing else."""

from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest

from infra.training.corpus import BadLine, Text, part, read
from infra.training.learners import FLAGS
from infra.training.train import WEIGHTS, build
from lyspunkt.newsroom import id_numbers
from lyspunkt.newsroom.subjects import Area, Kind


@pytest.fixture(scope="module")
def texts() -> list[Text]:
    return read()


def test_the_same_corpus_gives_the_same_weights(texts: list[Text]) -> None:
    assert build(texts) == WEIGHTS.read_bytes(), "the corpus or the features changed: run `make train`"


def test_every_line_has_a_known_area_kind_and_marks(texts: list[Text]) -> None:
    assert {text.area for text in texts} == set(Area)
    assert {text.kind for text in texts} == set(Kind)
    assert {mark for text in texts for mark in text.marks} == set(FLAGS)


def test_no_text_stands_twice_and_none_holds_an_id_number(texts: list[Text]) -> None:
    twice = [text for text, count in Counter((text.subject, text.body) for text in texts).items() if count > 1]
    assert twice == []
    assert [text for text in texts if id_numbers.find(f"{text.subject}\n{text.body}")] == []


def test_a_line_that_does_not_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "da" / "social.txt"
    path.parent.mkdir()
    path.write_text("# what it is\ngood-story | - | Ny bro // Den er åben\ngood-story | Ny bro\n", "utf-8")
    with pytest.raises(BadLine, match=r"social\.txt:3: .*kind \| marks"):
        read(tmp_path)


def test_a_part_is_the_same_each_time_and_holds_every_smaller_part(texts: list[Text]) -> None:
    parts = [part(texts, Fraction(1, of)) for of in (1, 2, 4, 8)]
    assert parts == [part(texts, Fraction(1, of)) for of in (1, 2, 4, 8)]
    assert [len(one) for one in parts] == [round(len(texts) / of) for of in (1, 2, 4, 8)]
    assert all(larger[: len(smaller)] == smaller for smaller, larger in zip(parts[1:], parts, strict=False))
    assert Counter(parts[0]) == Counter(texts)
