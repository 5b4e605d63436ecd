"""The trained model: its file, what it adds up, and that each word can be asked what it said."""

from array import array

import pytest

from lyspunkt.newsroom import features
from lyspunkt.newsroom.features import see
from lyspunkt.newsroom.model import Head, Model, model, written
from lyspunkt.newsroom.subjects import Area, Kind, Sensitivity

OUTPUTS = ("area:social", "area:central")


def small(rows: dict[int, tuple[int, int]]) -> Model:
    head = Head(
        outputs=OUTPUTS,
        biases=(-1.0, 0.5),
        scales=(0.5, 0.25),
        vocabulary={"area": 2.0},
        sharpness={"area": 1.0},
        thresholds={},
        pieces=len(rows),
    )
    known = sorted(rows)
    weights = b"".join(weight.to_bytes(1, "little", signed=True) for number in known for weight in rows[number])
    return Model.read(written(head, array("I", known), weights))


def seen(words: dict[str, float], signs: dict[str, float]) -> features.Seen:
    return see("", "")._replace(words=words, signs=signs)


def test_a_score_is_the_bias_and_what_each_word_and_sign_adds() -> None:
    whole = features.pieces("ny bro")[0]
    told = small({whole: (4, -8), features.sign("short"): (2, 0)})
    assert told.scores(seen({"ny bro": 0.5, "unknown": 0.5}, {"short": 1.0, "page": 0.0})) == {
        "area:social": -1.0 + 0.5 * (0.5 * 4 + 2),
        "area:central": 0.5 + 0.25 * (0.5 * -8),
    }
    assert told.of_words({"ny bro": 0.5, "unknown": 0.5}, "area:central") == {"ny bro": -1.0}
    assert (told.knows("ny bro"), told.knows("unknown")) == (True, False)
    assert told.of_sign("short", "area:social") == 1.0


def test_what_the_vocabulary_says_of_an_area_is_trusted_beside_what_was_learned() -> None:
    told = small({})
    assert told.scores(seen({}, {"area:social": 1.5})) == {"area:social": 2.0, "area:central": 0.5}
    assert (told.of_sign("area:social", "area:social"), told.of_sign("area:social", "area:central")) == (2.0, 0.0)


def test_a_long_word_says_no_more_than_a_short_one() -> None:
    long, short = "plejehjemskøkkenet", "plejehjem"
    told = small({number: (1, 0) for word in (long, short) for number in features.pieces(word)})
    for word in (long, short):
        said = told.of_words({word: 1.0}, "area:social")
        assert said[word] == pytest.approx(0.5 * len(features.pieces(word)) ** 0.5)


def test_weights_that_do_not_fit_their_head_are_refused() -> None:
    head = model().head.model_copy(update={"pieces": 1})
    for rows in (b"", b"\0"):
        with pytest.raises(ValueError, match="instead of"):
            Model.read(written(head, array("I", [7]), rows))


def test_the_model_that_comes_along_knows_every_area_kind_and_flag() -> None:
    flags = {"strategic", *Sensitivity} - {Sensitivity.ID_NUMBER}
    expected = (
        {f"area:{area}" for area in Area} | {f"kind:{kind}" for kind in Kind} | {f"flag:{flag}" for flag in flags}
    )
    assert set(model().head.outputs) == expected
    assert set(model().head.thresholds) == flags
    assert set(model().head.sharpness) == {"area", "kind"}


def test_compounds_and_inflections_share_their_letters() -> None:
    shared = set(features.pieces("plejehjemskøkkenet")) & set(features.pieces("køkkenerne"))
    assert len(shared) >= 3


def test_digits_are_no_words_of_their_own() -> None:
    assert features.words("", "Den 24. maj", "") == features.words("", "Den 17. maj", "")


def test_a_long_text_is_as_loud_as_a_short_one() -> None:
    for text in ("Ny bro", "Ny bro over åen, som børnene har ventet på i mange år"):
        assert sum(loud * loud for loud in features.words("Nyt", text, "").values()) == pytest.approx(1)
