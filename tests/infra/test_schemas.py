"""The schemas and samples of the facts, for whoever listens to the bus."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra import schemas
from lyspunkt.newsroom.events import EVENT

NAMES = list(schemas.models())


def of(kind: str, name: str) -> Any:
    return json.loads((schemas.EVENTS / kind / f"{name}.json").read_text(encoding="utf-8"))


def test_the_schemas_and_samples_are_what_the_code_says() -> None:
    wanted = schemas.files()
    there = {
        path.relative_to(schemas.EVENTS) for kind in ("schemas", "facts") for path in (schemas.EVENTS / kind).iterdir()
    }
    assert there == set(wanted), "run `python -m infra.schemas`"
    stale = [path for path, text in wanted.items() if (schemas.EVENTS / path).read_text(encoding="utf-8") != text]
    assert not stale, "run `python -m infra.schemas`"


@pytest.mark.parametrize("name", NAMES)
def test_each_sample_reads_as_the_event_that_it_shows(name: str) -> None:
    sample = of("facts", name)
    read = EVENT.validate_python(sample)
    assert type(read).__name__ == name
    assert read == schemas.samples()[name]
    assert set(of("schemas", name).get("required", ())) <= sample.keys() <= of("schemas", name)["properties"].keys()


@pytest.mark.parametrize("name", NAMES)
def test_a_fact_holds_no_more_than_the_bus_takes_and_reads_with_fields_of_tomorrow(name: str) -> None:
    """Bar D7 for the size; a field that is not known yet is left alone."""
    text = json.dumps({**of("facts", name), "a_field_of_tomorrow": 1})
    assert len(text) <= 32 * 1024
    assert EVENT.validate_json(text) == schemas.samples()[name]


def test_writing_them_anew_takes_away_what_is_no_fact_any_more(tmp_path: Path) -> None:
    schemas.write(tmp_path)
    (tmp_path / "facts" / "StoryForgotten.json").write_text("{}", encoding="utf-8")
    assert schemas.write(tmp_path) == 1
    assert not (tmp_path / "facts" / "StoryForgotten.json").exists()
    assert schemas.write(tmp_path) == 0
