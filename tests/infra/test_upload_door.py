"""The door that takes pictures in a local run holds a signed form to its policy, as S3 does and moto does not."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from io import BytesIO

import pytest
from botocore.exceptions import ClientError
from werkzeug.test import EnvironBuilder

from infra.local import upload_door
from infra.local.endpoint import endpoint
from infra.local.requests import Request, Response
from infra.local.template import load
from infra.local.web import door
from infra.local.world import World, make

OURS = "https://pages.lyngvig.example"
BACK = f"{OURS}/submit/da/pictures/token"
MOST = 1_000
Fields = dict[str, str]


@dataclass
class Bucket:
    """A bucket behind the door."""

    world: World

    def form(self, *, key: str = "uploads/draft/1", **fields: str) -> Fields:
        """The fields of a signed form that lets one file in, of up to MOST bytes; `fields` are signed with it."""
        signed = self.world.client("s3").generate_presigned_post(
            Bucket="raw",
            Key=key,
            Fields=dict(fields),
            Conditions=[["content-length-range", 1, MOST], *({name: value} for name, value in fields.items())],
            ExpiresIn=3600,
        )
        found: Fields = signed["fields"]
        return found

    def post(
        self, fields: Fields, data: bytes | None = b"x", *, bucket: str = "raw", origin: str = "", after: int = 0
    ) -> Response:
        """Post a form, with a file unless `data` is None, so many minutes after it was signed."""
        body, content_type = multipart(fields, data)
        headers = [("content-type", content_type), *([("origin", origin)] if origin else [])]
        at = datetime.now(UTC) + timedelta(minutes=after)
        return upload_door.serve(self.world, Request("POST", f"/{bucket}", headers=headers, body=body), at, OURS)

    def stored(self, key: str = "uploads/draft/1") -> tuple[bytes, str] | None:
        try:
            found = self.world.client("s3").get_object(Bucket="raw", Key=key)
        except ClientError:
            return None
        return found["Body"].read(), found["ContentType"]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    template = tmp_path_factory.mktemp("template") / "template.yaml"
    template.write_text("Resources: { Raw: { Type: AWS::S3::Bucket, Properties: { BucketName: raw } } }", "utf-8")
    with endpoint() as where:
        yield make(load(template), endpoint=where.own)


@pytest.fixture
def bucket(world: World) -> Iterator[Bucket]:
    yield Bucket(world)
    world.client("s3").delete_object(Bucket="raw", Key="uploads/draft/1")


def multipart(fields: Fields, data: bytes | None) -> tuple[bytes, str]:
    builder = EnvironBuilder(method="POST", data=dict(fields), content_type="multipart/form-data")
    if data is not None:
        builder.files.add_file("file", BytesIO(data), "IMG_1.HEIC", "image/heic")
    environ = builder.get_environ()
    return environ["wsgi.input"].read(), environ["CONTENT_TYPE"]


def code(answer: Response) -> tuple[int, str | None]:
    """S3's word for what is wrong, out of its XML."""
    assert answer.headers["content-type"] == "application/xml"
    found = re.match(r"<Error><Code>(\w+)</Code><Message>[^<>]+</Message></Error>$", answer.text)
    return answer.status, found and found[1]


def test_a_file_lies_in_the_bucket_byte_for_byte_under_the_signed_type(bucket: Bucket) -> None:
    data = bytes(range(256))
    answer = bucket.post(bucket.form(**{"Content-Type": "application/octet-stream"}), data)
    assert answer.status == 204
    assert bucket.stored() == (data, "application/octet-stream")


def test_the_browser_is_sent_where_the_signed_form_says(bucket: Bucket) -> None:
    answer = bucket.post(bucket.form(success_action_redirect=BACK))
    assert answer.status == 303
    assert answer.headers["location"].startswith(f"{BACK}?bucket=raw&key=uploads%2Fdraft%2F1&etag=")


@pytest.mark.parametrize(("size", "taken"), [(0, False), (1, True), (MOST, True), (MOST + 1, False)])
def test_the_signed_range_of_sizes_is_kept_to_the_byte_bar_c11(bucket: Bucket, size: int, taken: bool) -> None:
    answer = bucket.post(bucket.form(), b"x" * size)
    assert (answer.status == 204, bucket.stored() is not None) == (taken, taken)
    if not taken:
        assert code(answer) == (400, "EntityTooLarge" if size else "EntityTooSmall")


def test_a_name_may_differ_behind_its_signed_beginning_and_nowhere_else(bucket: Bucket) -> None:
    exact, beginning = bucket.form(), bucket.form(key="uploads/draft/${filename}")
    assert code(bucket.post(exact | {"key": "uploads/draft/2"})) == (403, "AccessDenied")
    assert code(bucket.post(beginning | {"key": "uploads/other/1"})) == (403, "AccessDenied")
    assert bucket.post(beginning | {"key": "uploads/draft/1"}).status == 204


def test_what_was_not_signed_may_not_be_said(bucket: Bucket) -> None:
    answer = bucket.post(bucket.form() | {"acl": "public-read"})
    assert code(answer) == (403, "AccessDenied")
    assert "Extra input fields: acl" in answer.text
    assert bucket.stored() is None


def test_a_form_signed_for_one_bucket_opens_no_other(bucket: Bucket) -> None:
    assert code(bucket.post(bucket.form(), bucket="pictures")) == (403, "AccessDenied")


def test_a_form_is_good_until_it_expires(bucket: Bucket) -> None:
    assert bucket.post(bucket.form(), after=59).status == 204
    late = bucket.post(bucket.form(), after=60)
    assert code(late) == (403, "AccessDenied")
    assert "Policy expired" in late.text


@pytest.mark.parametrize("field", ["key", "policy", "x-amz-credential", "x-amz-signature"])
def test_a_form_without_its_signature_is_refused_by_the_name_of_what_lacks(bucket: Bucket, field: str) -> None:
    form = {name: value for name, value in bucket.form().items() if name != field}
    answer = bucket.post(form)
    assert code(answer) == (400, "InvalidArgument")
    assert field in answer.text


def test_a_policy_that_someone_widened_is_not_the_signed_one(bucket: Bucket) -> None:
    form = bucket.form()
    wider = base64.b64decode(form["policy"]).replace(str(MOST).encode(), b"999999999")
    answer = bucket.post(form | {"policy": base64.b64encode(wider).decode()}, b"x" * (MOST + 1))
    assert code(answer) == (403, "SignatureDoesNotMatch")
    assert bucket.stored() is None


def test_a_signed_policy_that_is_no_policy_is_refused(bucket: Bucket) -> None:
    form = bucket.form()
    key = f"AWS4{os.environ['AWS_SECRET_ACCESS_KEY']}".encode()
    for part in form["x-amz-credential"].split("/")[1:]:
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, b"bm90IEpTT04=", hashlib.sha256).hexdigest()
    answer = bucket.post(form | {"policy": "bm90IEpTT04=", "x-amz-signature": signature})
    assert code(answer) == (400, "InvalidPolicyDocument")


def test_a_form_without_a_file_is_refused(bucket: Bucket) -> None:
    assert code(bucket.post(bucket.form(), None)) == (400, "InvalidArgument")


@pytest.mark.parametrize("origin", [OURS, "https://elsewhere.example", ""])
def test_only_a_script_of_our_own_pages_may_read_the_answer_bar_h3(bucket: Bucket, origin: str) -> None:
    for answer in (bucket.post(bucket.form(), origin=origin), bucket.post({}, origin=origin)):
        assert answer.headers.get("access-control-allow-origin") == (OURS if origin == OURS else None)


@pytest.mark.parametrize(("origin", "status"), [(OURS, 200), ("https://elsewhere.example", 403)])
def test_a_browser_that_asks_first_hears_that_only_we_may_post(bucket: Bucket, origin: str, status: int) -> None:
    asked = Request("OPTIONS", "/raw", headers=[("origin", origin), ("access-control-request-method", "POST")])
    answer = upload_door.serve(bucket.world, asked, datetime.now(UTC), OURS)
    assert (answer.status, answer.headers["access-control-allow-methods"]) == (status, "POST")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_nothing_can_be_read_or_removed_through_the_door(bucket: Bucket, method: str) -> None:
    bucket.post(bucket.form())
    request = Request(method, "/raw/uploads/draft/1")
    assert code(upload_door.serve(bucket.world, request, datetime.now(UTC), OURS)) == (405, "MethodNotAllowed")
    assert bucket.stored() is not None


def test_a_picture_larger_than_the_gateway_takes_comes_through_on_loopback(bucket: Bucket) -> None:
    def answer(request: Request) -> Response:
        return upload_door.serve(bucket.world, request, datetime.now(UTC), OURS)

    size = 11 * 1024 * 1024
    signed = bucket.world.client("s3").generate_presigned_post("raw", "uploads/draft/1")["fields"]
    body, content_type = multipart(signed, b"x" * size)
    with door(0, answer, "--uploads-port", largest=upload_door.LARGEST) as port:
        connection = HTTPConnection("localhost", port, timeout=20)
        connection.request("POST", "/raw", body, {"content-type": content_type})
        assert connection.getresponse().status == 204
        connection.close()
    [kept] = bucket.world.client("s3").list_objects_v2(Bucket="raw", Prefix="uploads/")["Contents"]
    assert kept["Size"] == size
