"""receive_form on the event that an HTTP API sends (bars B1, B2, B4 to B10)."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any
from unittest.mock import patch

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given
from hypothesis import settings as settings_of_hypothesis
from hypothesis import strategies as st

from lyspunkt.aws import ledger, secrets
from lyspunkt.aws.clients import client
from lyspunkt.newsroom.events import MaterialAdded, StorySubmitted
from lyspunkt.newsroom.signatures import show, sign
from lyspunkt.settings import settings
from tests.support.lyngvig import ROOT, changed, lyngvig
from tests.support.rooms import OLD_SECRET, SECRET, context, handler_of, keys, rooms, rows, sample

AT = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
STORY = {"title": "Kor på Solbakken", "story": "Beboerne på plejehjemmet synger. 😀", "email": "aften@lyngvig.example"}


@pytest.fixture
def receive() -> Iterator[ModuleType]:
    with rooms():
        yield handler_of("receive_form")


def posted(
    content: Any,
    *,
    source: str = "staff-form",
    delivery: str = "msg_1",
    secret: str = SECRET,
    at: datetime = AT,
    signed_at: datetime | None = None,
    base64_: bool = False,
    **headers: str,
) -> dict[str, Any]:
    """The documented sample of an HTTP API event, with this body in it, signed."""
    body = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()
    event: dict[str, Any] = json.loads(sample("20-http-api-webhook.json").read_text(encoding="utf-8"))
    event["rawPath"] = f"/webhooks/{source}"
    event["pathParameters"] = {"source": source}
    event["headers"] |= sign(secret, delivery, body, signed_at or at) | headers
    event["requestContext"]["timeEpoch"] = int(at.timestamp() * 1000)
    event["body"] = base64.b64encode(body).decode() if base64_ else body.decode("utf-8", "replace")
    event["isBase64Encoded"] = base64_
    return event


def answer(receive: ModuleType, event: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    answered = receive.handler(event, context())
    assert answered["headers"]["content-type"].startswith("application/json")
    return answered["statusCode"], json.loads(answered["body"])


def refused(receive: ModuleType, event: dict[str, Any]) -> tuple[int, str, str]:
    """Status, code and message of a refusal, after which nothing was written anywhere."""
    told = refused_and_kept(receive, event)
    assert keys(settings().raw_bucket) == []
    return told


def refused_and_kept(receive: ModuleType, event: dict[str, Any]) -> tuple[int, str, str]:
    """Status, code and message of a refusal that made no story; a believed delivery's bytes are kept all the same."""
    status, content = answer(receive, event)
    assert rows() == []
    return status, content["error"]["code"], content["error"]["message"]


def raw_bodies() -> list[bytes]:
    """What is kept raw, in the order of the keys."""
    bucket = settings().raw_bucket
    return [client("s3").get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys(bucket)]


def test_a_signed_form_becomes_a_story_and_its_bytes_are_kept(receive: ModuleType) -> None:
    status, content = answer(receive, posted(STORY))
    assert status == 202
    id_ = content["story"]
    raw = f"webhooks/staff-form/{id_}.json"
    assert keys(settings().raw_bucket) == [raw]
    kept = client("s3").get_object(Bucket=settings().raw_bucket, Key=raw)["Body"].read()
    assert json.loads(kept) == STORY
    story = ledger.story(id_)
    assert (story.status, story.source, story.submitted_at) == ("received", "webhook:staff-form", AT)
    assert ledger.text(id_, 1).headline == "Kor på Solbakken"
    submission = ledger.submission(id_)
    assert submission is not None
    assert (submission.address, submission.raw_key) == ("aften@lyngvig.example", raw)
    assert [type(event) for event, _ in ledger.history(id_)] == [StorySubmitted]


def test_the_sample_event_is_accepted_as_it_stands(receive: ModuleType) -> None:
    event = json.loads(sample("20-http-api-webhook.json").read_text(encoding="utf-8"))
    status, content = answer(receive, event)
    assert status == 202
    assert ledger.text(content["story"], 1).headline == "Ny bænk ved åen"


def test_the_fact_holds_none_of_the_words_bar_h2(receive: ModuleType) -> None:
    _, content = answer(receive, posted(STORY))
    fact = ledger.history(content["story"])[0][0].model_dump_json()
    assert not any(word in fact for word in ("Solbakken", "synger", "aften@"))


def test_the_log_holds_none_of_the_words_bar_h2(receive: ModuleType, caplog: pytest.LogCaptureFixture) -> None:
    answer(receive, posted(STORY))
    answer(receive, posted(STORY | {"story": ""}, delivery="msg_2"))
    logged = str([record.__dict__ for record in caplog.records])
    assert "received" in logged
    assert not any(word in logged for word in ("Solbakken", "synger", "aften@"))


def test_the_raw_bytes_are_what_is_verified_bar_b2(receive: ModuleType) -> None:
    bodies = [
        b'{"story": "a",\r\n "title": "b"}\r\n',
        '{"story": "glad 😀"}'.encode(),
        b'{"story": "first", "story": "second"}',
    ]
    for number, body in enumerate(bodies):
        for flag in (True, False):
            status, _ = answer(receive, posted(body, delivery=f"msg_{number}_{flag}", base64_=flag))
            assert status == 202


def test_a_wrong_signature_is_401_and_nothing_is_written_bar_b1(receive: ModuleType) -> None:
    event = posted(STORY)
    assert refused(receive, event | {"body": event["body"].replace("synger", "Synger")})[:2] == (401, "wrong-signature")
    assert refused(receive, posted(STORY, secret="whsec_" + base64.b64encode(b"z" * 24).decode()))[0] == 401
    bare = posted(STORY)
    bare["headers"] = {name: value for name, value in bare["headers"].items() if not name.startswith("webhook-")}
    assert refused(receive, bare)[:2] == (401, "id-missing")
    assert refused(receive, posted(STORY) | {"headers": None})[0] == 401


@pytest.mark.parametrize(("seconds", "status"), [(-299, 202), (299, 202), (-301, 401), (301, 401)])
def test_a_delivery_is_taken_within_300_seconds_of_the_gateway_s_clock_bar_b3(
    receive: ModuleType, seconds: int, status: int
) -> None:
    event = posted(STORY, signed_at=AT + timedelta(seconds=seconds))
    assert answer(receive, event)[0] == status


def test_the_old_secret_holds_while_it_stands_beside_the_new_one_bar_b9(receive: ModuleType) -> None:
    assert answer(receive, posted(STORY, secret=OLD_SECRET))[0] == 202
    assert answer(receive, posted(STORY, secret=OLD_SECRET, source="citizen-form"))[0] == 401


def test_an_unknown_source_is_404(receive: ModuleType) -> None:
    assert refused(receive, posted(STORY, source="nobody"))[:2] == (404, "unknown-source")
    assert refused(receive, posted(STORY) | {"pathParameters": None})[0] == 404


@pytest.mark.parametrize(
    ("body", "say"),
    [
        (b"", "line 1, column 1"),
        (b"{'story': 'a'}", "line 1, column 2"),
        (b'{"story": "a"', "not JSON"),
        (b"title=a&story=b", "not JSON"),
        (b'{"story": "\xe6"}', "not UTF-8 at byte 11"),
        (b"[" * 200_000, "too deep"),
        (b'{"story": ' + b"9" * 5_000 + b"}", "too long"),
    ],
)
def test_what_is_not_json_is_400_and_the_mend_is_named(receive: ModuleType, body: bytes, say: str) -> None:
    status, code, message = refused_and_kept(receive, posted(body, base64_=True))
    assert (status, code) == (400, "not-json")
    assert say in message
    assert raw_bodies() == [body]


def test_a_body_that_is_not_base64_though_it_says_so_is_400(receive: ModuleType) -> None:
    assert refused(receive, posted(STORY) | {"body": "%%%", "isBase64Encoded": True})[0] == 400


@pytest.mark.parametrize("content", [{}, [], "x", {"title": "Only a title"}, {"story": {}}, {"story": "x" * 60_001}])
def test_a_missing_or_impossible_field_is_422_and_named(receive: ModuleType, content: Any) -> None:
    status, code, message = refused_and_kept(receive, posted(content))
    assert (status, code) == (422, "bad-field")
    assert "story" in message or "JSON object" in message
    assert [json.loads(body) for body in raw_bodies()] == [content]


def test_too_large_a_body_is_413_and_another_way_in_is_named_bar_b10(receive: ModuleType) -> None:
    event = posted({"story": "x" * (4 * 1024 * 1024)}, secret=OLD_SECRET, source="citizen-form")
    status, content = answer(receive, event)
    assert (status, content["error"]["code"]) == (413, "too-large")
    assert content["error"]["contact"] == lyngvig().municipality.contact
    assert content["error"].get("phone") == lyngvig().intake.phone
    assert content["error"]["contact"] in content["error"]["message"]
    assert (rows(), keys(settings().raw_bucket)) == ([], [])


def test_ten_at_once_and_one_a_week_later_are_one_submission_bar_b4(receive: ModuleType) -> None:
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: answer(receive, posted(STORY)), range(10)))
    late = answer(receive, posted(STORY, at=AT + timedelta(days=7)))
    assert {status for status, _ in [*answers, late]} == {202}
    ids = {content["story"] for _, content in [*answers, late]}
    assert len(ids) == 1
    assert len(ledger.history(ids.pop())) == 1
    assert len(keys(settings().raw_bucket)) == 1


OTHERWISE = STORY | {"story": "Something else."}


def flagged(id_: str) -> list[MaterialAdded]:
    return [fact for fact, _ in ledger.history(id_) if isinstance(fact, MaterialAdded)]


def test_another_content_with_the_same_id_is_kept_beside_the_first_and_flagged_bar_b6(receive: ModuleType) -> None:
    _, first = answer(receive, posted(STORY))
    for minute in range(3):
        _, again = answer(receive, posted(OTHERWISE, at=AT + timedelta(minutes=minute)))
        assert again == first
    id_ = first["story"]
    assert "synger" in ledger.text(id_, 1).body
    [added] = flagged(id_)
    assert (added.because, added.source) == ("same-delivery", "webhook:staff-form")
    assert sorted(json.loads(body)["story"] for body in raw_bodies()) == sorted([OTHERWISE["story"], STORY["story"]])
    assert all(key.startswith(f"webhooks/staff-form/{id_}") for key in keys(settings().raw_bucket))


def test_in_all_24_orders_of_four_deliveries_under_one_id_each_word_is_there_once_bar_b7(receive: ModuleType) -> None:
    third = STORY | {"story": "A third thing."}
    for number, order in enumerate(itertools.permutations([(0, STORY), (1, STORY), (2, OTHERWISE), (3, third)])):
        ids = {
            answer(receive, posted(content, delivery=f"msg_{number}", at=AT + timedelta(minutes=minute)))[1]["story"]
            for minute, (_, content) in enumerate(order)
        }
        assert len(ids) == 1
        id_ = ids.pop()
        later = [ledger.addition(id_, added.addition) for added in flagged(id_)]
        found = [ledger.text(id_, 1).body, *(one.text.body for one in later if one)]
        assert sorted(found) == sorted({one["story"] for one in (STORY, OTHERWISE, third)})
        assert found[0] == order[0][1]["story"]
        assert len(flagged(id_)) == 2


def test_the_words_of_a_delivery_that_was_cut_short_come_to_the_story_that_others_made_bar_b6(
    receive: ModuleType,
) -> None:
    """The first one's bytes were kept and no more; meanwhile the same id came with other words."""
    down = ClientError({"Error": {"Code": "InternalError", "Message": "down"}}, "TransactWriteItems")
    with (
        patch.object(client("dynamodb"), "transact_write_items", side_effect=down),
        pytest.raises(ClientError),
    ):
        receive.handler(posted(STORY), context())
    _, made = answer(receive, posted(OTHERWISE, at=AT + timedelta(minutes=1)))
    assert flagged(made["story"]) == []
    _, again = answer(receive, posted(STORY, at=AT + timedelta(minutes=2)))
    assert again == made
    assert len(flagged(made["story"])) == 1


def test_a_delivery_that_was_refused_is_mended_under_its_own_id(receive: ModuleType) -> None:
    assert answer(receive, posted(STORY | {"story": ""}))[0] == 422
    status, content = answer(receive, posted(STORY, at=AT + timedelta(minutes=1)))
    assert status == 202
    assert flagged(content["story"]) == []
    assert "synger" in ledger.text(content["story"], 1).body


@pytest.mark.parametrize("step", ["put_object", "transact_write_items", "get_secret_value"])
def test_where_a_store_is_down_nobody_is_told_that_it_went_well_bar_b8(receive: ModuleType, step: str) -> None:
    service = {"put_object": "s3", "transact_write_items": "dynamodb", "get_secret_value": "secretsmanager"}[step]
    down = ClientError({"Error": {"Code": "InternalError", "Message": "down"}}, step)
    with (
        patch.object(client(service), step, side_effect=down),  # type: ignore[call-overload]
        pytest.raises(ClientError),
    ):
        receive.handler(posted(STORY), context())
    assert [row for row in rows() if not row["PK"]["S"].startswith("RATE#")] == []
    status, _ = answer(receive, posted(STORY))
    assert status == 202


PRODUCTS = {
    "typeform.json": "campaign",
    "tally.json": "volunteers",
    "jotform.form": "events-form",
    "jotform.json": "events-form",
    "microsoft-forms.json": "schools",
    "google-forms.json": "associations",
    "os2forms.form": "self-service",
    "drupal-webform.json": "intranet",
    "gravity-forms.json": "libraries",
    "formbricks.json": "visitors",
    "fillout.json": "businesses",
    "standard-webhooks.json": "staff-form",
}
TYPES = {
    "jotform.form": "multipart/form-data; boundary=------------------------f2a1c0d94f6b1e7d",
    "os2forms.form": "application/x-www-form-urlencoded",
}
PAYLOADS = ROOT / "tests" / "newsroom" / "payloads"


def shown(file: str, *, secret: str = "", flip: int | None = None, at: datetime = AT) -> dict[str, Any]:
    """A product's documented sample as its source posts it, believed by its own scheme, in base64 from the gateway."""
    source = lyngvig().source(PRODUCTS[file])
    assert source is not None
    standard = source.signed.scheme == "standard-webhooks"
    secret = secret or (SECRET if standard else "a secret of this source's own")
    known = {"staff-form": [SECRET, OLD_SECRET], source.id: [SECRET if standard else "a secret of this source's own"]}
    client("secretsmanager").put_secret_value(SecretId=settings().webhook_secret, SecretString=json.dumps(known))
    secrets.forget()
    body = (PAYLOADS / file).read_bytes()
    headers, last = show(source.signed, secret, "msg_1", body, at)
    event = posted(body, source=source.id, at=at, base64_=True)
    sent = bytearray(body)
    if flip is not None:
        sent[flip // 8 % len(body)] ^= 1 << flip % 8
    event["body"] = base64.b64encode(bytes(sent)).decode()
    event["headers"] = {"content-type": TYPES.get(file, "application/json"), **headers}
    event["pathParameters"] = {"source": source.id} | ({"secret": last} if last else {})
    return event


@pytest.mark.parametrize("file", PRODUCTS)
def test_each_product_s_sample_becomes_one_story_and_is_told_once_bar_b5(receive: ModuleType, file: str) -> None:
    status, content = answer(receive, shown(file))
    assert status == 202
    assert answer(receive, shown(file, at=AT + timedelta(days=7))) == (status, content)
    assert len(ledger.history(content["story"])) == 1
    assert raw_bodies() == [(PAYLOADS / file).read_bytes()]
    [key] = keys(settings().raw_bucket)
    assert key == f"webhooks/{PRODUCTS[file]}/{content['story']}.{'form' if file.endswith('.form') else 'json'}"


@pytest.mark.parametrize("file", PRODUCTS)
def test_each_product_s_sample_with_another_secret_is_401_and_nothing_is_written_bar_b1(
    receive: ModuleType, file: str
) -> None:
    status, _, _ = refused(receive, shown(file, secret=OLD_SECRET))
    assert status == 401


@pytest.mark.parametrize("flip", [0, 7, 1_000, 9_999, 16_003])
@pytest.mark.parametrize("file", ["typeform.json", "tally.json", "formbricks.json", "google-forms.json"])
def test_a_flipped_bit_of_what_a_product_signed_is_401_and_nothing_is_written_bar_b1(
    receive: ModuleType, file: str, flip: int
) -> None:
    assert refused(receive, shown(file, flip=flip))[:2] == (401, "wrong-signature")


def test_a_form_that_is_only_begun_is_answered_and_not_kept(receive: ModuleType) -> None:
    event = shown("formbricks.json")
    body = base64.b64decode(event["body"]).replace(b"responseFinished", b"responseCreated")
    event["headers"] |= sign(SECRET, "msg_2", body, AT)
    status, content = answer(receive, event | {"body": base64.b64encode(body).decode()})
    assert (status, list(content)) == (200, ["ignored"])
    assert (rows(), keys(settings().raw_bucket)) == ([], [])


def test_a_secret_in_the_address_stands_in_no_log_and_no_answer_bar_a7(
    receive: ModuleType, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    event = shown("jotform.form")
    answers = [receive.handler(event, context())]
    answers.append(
        receive.handler(event | {"pathParameters": {"source": "events-form", "secret": "x" * 30}}, context())
    )
    answers.append(receive.handler(event | {"pathParameters": {"source": "events-form"}}, context()))
    assert [one["statusCode"] for one in answers] == [202, 401, 401]
    told = str([record.__dict__ for record in caplog.records]) + capsys.readouterr().out + json.dumps(answers)
    for secret in ("a secret of this source's own", "x" * 30, "marked", "handel@"):
        assert secret not in told


def test_what_anyone_could_post_who_reads_the_address_is_not_proven(receive: ModuleType) -> None:
    proven = {}
    for file in ("jotform.form", "typeform.json", "fillout.json"):
        submission = ledger.submission(answer(receive, shown(file))[1]["story"])
        assert submission is not None
        proven[file] = submission.verified
    assert proven == {"jotform.form": False, "typeform.json": True, "fillout.json": True}


@pytest.mark.parametrize("source", ["staff-form", "events-form"])
@settings_of_hypothesis(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.binary(max_size=200)
    | st.text(max_size=200).map(str.encode)
    | st.just((PAYLOADS / "jotform.form").read_bytes()),
    content_type=st.sampled_from(
        ["", "application/json", "multipart/form-data; boundary=x", "multipart/form-data", "é"]
    ),
    more=st.dictionaries(st.text(max_size=20), st.text(max_size=20), max_size=3),
)
def test_whatever_a_believed_sender_posts_is_answered_and_never_with_5xx(
    receive: ModuleType, source: str, body: bytes, content_type: str, more: dict[str, str]
) -> None:
    setup = lyngvig().source(source)
    assert setup is not None
    secret = SECRET if source == "staff-form" else "a secret of this source's own"
    known = {source: [secret]}
    client("secretsmanager").put_secret_value(SecretId=settings().webhook_secret, SecretString=json.dumps(known))
    secrets.forget()
    headers, last = show(setup.signed, secret, hashlib.sha256(body).hexdigest(), body, AT)
    event = posted(body, source=source, base64_=True)
    event["headers"] = more | {"content-type": content_type} | headers
    event["pathParameters"] = {"source": source, "secret": last}
    status, content = answer(receive, event)
    assert status in {202, 400, 422}
    assert content.keys() & {"story", "error"}


def test_where_the_first_bytes_cannot_be_read_again_a_redelivery_is_not_answered_as_if_it_went_well_bar_b8(
    receive: ModuleType,
) -> None:
    answer(receive, posted(STORY))
    down = ClientError({"Error": {"Code": "InternalError", "Message": "down"}}, "GetObject")
    with patch.object(client("s3"), "get_object", side_effect=down), pytest.raises(ClientError):
        receive.handler(posted(OTHERWISE), context())
    assert len(raw_bodies()) == 1


def test_a_source_that_posts_very_often_is_asked_to_wait_told_how_else_and_loses_nothing(receive: ModuleType) -> None:
    few = changed(lyngvig(), intake={"rates": {"per_source_per_hour": 2}, "phone": "+45 70 00 00 00"})
    with patch.object(receive, "organisation", lambda: few):
        answers = [receive.handler(posted(STORY, delivery=f"msg_{number}"), context()) for number in range(4)]
        assert [answer["statusCode"] for answer in answers] == [202, 202, 429, 429]
        error = json.loads(answers[-1]["body"])["error"]
        assert (error["code"], error["contact"], error["phone"]) == (
            "too-often",
            "kommunikation@lyngvig.example",
            "+45 70 00 00 00",
        )
        assert answers[-1]["headers"]["retry-after"] == "3600"
        assert len(keys(settings().raw_bucket)) == 4, "the bytes of each are kept"
        later = posted(STORY, delivery="msg_3", at=AT + timedelta(hours=2))
        assert receive.handler(later, context())["statusCode"] == 202
        assert receive.handler(posted(STORY, delivery="msg_0"), context())["statusCode"] == 202, "known already"
