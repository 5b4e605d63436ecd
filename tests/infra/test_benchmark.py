"""What a story costs: counts are held, times are only shown."""

import json

import pytest

from infra import benchmark, cli
from infra.benchmark import Imports, Report, Step
from infra.largest_mail import LargestMail, largest_mail, measure

MEASURED = {
    "ReceiveForm": 5,  # two of them count what its source sent within the hour
    "RelayEvents": 17,
    "ClassifyStory": 6,  # three of them look for stories that may be the same
    "RouteStory": 2,
    "RequestApprovals": 2,
    "DecideApproval": 8,
    "SchedulePublication": 4,
    "PublishStory": 6,
    "BuildSite": 16,
    "NotifyPeople": 44,  # two of them count acknowledgements (C6, H7), one keeps the sender's own link
}
"""AWS calls of one ordinary story. These figures only fall: who needs one more call takes one away elsewhere."""

REPORT = Report(
    calls={"RouteStory": {"dynamodb.GetItem": 1, "dynamodb.TransactWriteItems": 1}},
    total=2,
    bare=400.0,
    imports=(Imports(function="RouteStory", milliseconds=480.0, ratio=1.2),),
    steps=(Step(function="RouteStory", runs=5, own=1.5, waiting=8.0),),
    mail=LargestMail(megabytes=40.0, seconds=1.3, idle=80, peak=321, memory=1024, timeout=60),
)


def test_a_story_costs_no_more_aws_calls_than_were_measured() -> None:
    calls = {function: counted.total() for function, counted in benchmark.calls_of_a_story().items()}
    assert calls.keys() == MEASURED.keys()
    dearer = {function: count for function, count in calls.items() if count > MEASURED[function]}
    assert not dearer
    assert sum(calls.values()) <= sum(MEASURED.values()) == 110


def test_the_benchmark_prints_tables_or_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(benchmark, "measure", lambda: REPORT)
    assert cli.main(["benchmark"]) == 0
    text = capsys.readouterr().out
    assert "1 dynamodb.GetItem, 1 dynamodb.TransactWriteItems" in text
    assert "1.20" in text
    assert "321" in text
    assert cli.main(["benchmark", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == REPORT.model_dump(mode="json")


def test_the_largest_mail_fits_in_half_the_memory_of_its_function_bars_c2_c8() -> None:
    """Bytes and not seconds: those are this machine's."""
    assert 39 <= len(largest_mail()) / 1024 / 1024 <= 40
    measured = measure()
    assert measured.peak < measured.memory / 2
