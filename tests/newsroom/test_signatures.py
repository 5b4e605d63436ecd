"""Who signed a webhook (bars B1, B2, B3, B9)."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook

from lyspunkt.newsroom.form_products import PRODUCTS, Signature
from lyspunkt.newsroom.signatures import BadSecret, NotSigned, check, show, sign, verify

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
BODY = b'{"test": 2432232314}'
AT = datetime.fromtimestamp(1614265330, UTC)
SIGNED = {
    "webhook-id": ID,
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}
"""The vector that the Standard Webhooks libraries share."""
SIGNATURE = SIGNED["webhook-signature"]


def refusal(
    headers: dict[str, str], body: bytes = BODY, secrets: tuple[str, ...] = (SECRET,), at: datetime = AT
) -> str:
    with pytest.raises(NotSigned) as refused:
        verify(headers, body, secrets, at)
    return refused.value.reason


def test_the_specification_s_vector_is_made_and_accepted_bar_b1() -> None:
    assert sign(SECRET, ID, BODY, AT) == SIGNED
    assert verify(SIGNED, BODY, [SECRET], AT) == ID


def test_six_cases_valid_several_changed_wrong_secret_old_and_missing_bar_b1() -> None:
    several = SIGNED | {"webhook-signature": f"v1,{base64.b64encode(b'x' * 32).decode()} v1a,AAAA {SIGNATURE}"}
    assert verify(SIGNED, BODY, [SECRET], AT) == ID
    assert verify(several, BODY, [SECRET], AT) == ID
    assert refusal(SIGNED, body=b'{"test": 2432232315}') == "wrong-signature"
    assert refusal(SIGNED, secrets=(OTHER,)) == "wrong-signature"
    assert refusal(SIGNED, at=AT + timedelta(hours=1)) == "too-old"
    for name, reason in (
        ("webhook-id", "id-missing"),
        ("webhook-timestamp", "timestamp-missing"),
        ("webhook-signature", "signature-missing"),
    ):
        assert refusal({key: value for key, value in SIGNED.items() if key != name}) == reason
        assert refusal(SIGNED | {name: " "}) == reason


@pytest.mark.parametrize("seconds", [-299, -300, 0, 299, 300])
def test_a_clock_up_to_300_seconds_away_is_accepted_bar_b3(seconds: int) -> None:
    assert verify(SIGNED, BODY, [SECRET], AT + timedelta(seconds=seconds)) == ID


@pytest.mark.parametrize(("seconds", "reason"), [(301, "too-old"), (-301, "too-new"), (7 * 86_400, "too-old")])
def test_a_clock_301_seconds_away_is_refused_both_ways_bar_b3(seconds: int, reason: str) -> None:
    assert refusal(SIGNED, at=AT + timedelta(seconds=seconds)) == reason


@pytest.mark.parametrize("timestamp", ["now", "-1", "1.5", "１６１４２６５３３０", "1" * 13, "0x10", "²"])
def test_a_timestamp_that_is_no_number_is_refused_bar_b3(timestamp: str) -> None:
    assert refusal(SIGNED | {"webhook-timestamp": timestamp}) == "timestamp-malformed"


@given(place=st.integers(0, len(BODY) * 8 - 1))
def test_any_flipped_bit_of_the_body_is_refused_bar_b1(place: int) -> None:
    changed = bytearray(BODY)
    changed[place // 8] ^= 1 << place % 8
    assert refusal(SIGNED, body=bytes(changed)) == "wrong-signature"


@given(place=st.integers(0, 255))
def test_any_flipped_bit_of_the_signature_is_refused_bar_b1(place: int) -> None:
    changed = bytearray(base64.b64decode(SIGNATURE[3:]))
    changed[place // 8] ^= 1 << place % 8
    assert refusal(SIGNED | {"webhook-signature": f"v1,{base64.b64encode(changed).decode()}"}) == "wrong-signature"


def test_another_id_or_time_than_was_signed_is_refused_bar_b1() -> None:
    assert refusal(SIGNED | {"webhook-id": "msg_other"}) == "wrong-signature"
    assert refusal(SIGNED | {"webhook-timestamp": "1614265331"}) == "wrong-signature"
    assert refusal(SIGNED | {"webhook-id": "x" * 257}) == "id-missing"


@pytest.mark.parametrize("signature", ["v1", "v1,", ",", "v2,AAAA", "v1,%%%%", "v1,é", "v1a," + SIGNATURE[3:], "AAAA"])
def test_a_signature_header_that_holds_none_of_ours_is_refused(signature: str) -> None:
    assert refusal(SIGNED | {"webhook-signature": signature}) == "wrong-signature"


def test_header_names_in_any_case_and_signatures_joined_by_a_gateway_are_understood_bar_b2() -> None:
    wrong = "v1," + base64.b64encode(b"y" * 32).decode()
    for joined in (f"{wrong},{SIGNATURE}", f"{wrong}, {SIGNATURE}", f"{SIGNATURE},{wrong}", f"{wrong}  {SIGNATURE}"):
        headers = {name.title(): value for name, value in (SIGNED | {"webhook-signature": joined}).items()}
        assert verify(headers, BODY, [SECRET], AT) == ID


def test_both_secrets_hold_while_rotating_and_the_old_one_no_longer_after_bar_b9() -> None:
    by_old = sign(OTHER, ID, BODY, AT)
    assert verify(by_old, BODY, [SECRET, OTHER], AT) == ID
    assert verify(SIGNED, BODY, [SECRET, OTHER], AT) == ID
    assert refusal(by_old, secrets=(SECRET,)) == "wrong-signature"
    assert refusal(SIGNED, secrets=()) == "no-secret"


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_c2hvcnQ=", "whsec_not base64"])
def test_a_secret_that_could_be_guessed_is_our_fault_and_verifies_nothing(secret: str) -> None:
    with pytest.raises(BadSecret):
        verify(SIGNED, BODY, [secret], AT)


@pytest.mark.parametrize(
    "body",
    [b"", b'{"a":1}\r\n', '{"glad": "😀 æøåäö"}'.encode(), b'{"a":1,"a":2}', b'{ "a" :1}', b"\xff", b"\xef\xbb\xbf{}"],
)
def test_the_bytes_are_signed_and_not_what_they_mean_bar_b2(body: bytes) -> None:
    assert verify(sign(SECRET, ID, body, AT), body, [SECRET], AT) == ID
    assert refusal(sign(SECRET, ID, body, AT), body=body + b"\n") == "wrong-signature"


@given(text=st.text(), delivery=st.text("abcdefghijklmnopqrstuvwxyz_0123456789", min_size=1, max_size=60))
def test_ours_and_the_reference_library_believe_each_other(text: str, delivery: str) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    body = text.encode("utf-8", "replace").decode()
    reference = Webhook(SECRET)
    assert reference.sign(delivery, now, body) == sign(SECRET, delivery, body.encode(), now)["webhook-signature"]
    whole = f'{{"a": {len(body)}}}'
    assert reference.verify(whole, sign(SECRET, delivery, whole.encode(), now)) == {"a": len(body)}


KEY = "a secret that a form product took"
OLD_KEY = "the one that it had before this one"
SCHEMES = [product.signature for product in PRODUCTS.values()] + [
    Signature(scheme="hmac", header="X-Signature", encoding="hex"),
    Signature(scheme="header-secret", header="Authorization", prefix="Bearer "),
]


def named(signature: Signature) -> str:
    return f"{signature.scheme} {signature.header}"


def secret_of(signature: Signature, secret: str) -> str:
    return {KEY: SECRET, OLD_KEY: OTHER}[secret] if signature.scheme == "standard-webhooks" else secret


def reason(signature: Signature, headers: dict[str, str], body: bytes = BODY, last: str = "", *secrets: str) -> str:
    with pytest.raises(NotSigned) as refused:
        check(signature, headers, body, secrets or (secret_of(signature, KEY),), AT, last)
    return refused.value.reason


def by_rfc_2104(key: str, body: bytes) -> bytes:
    """HMAC-SHA256 from its definition, apart from the library that the code uses."""
    padded = key.encode().ljust(64, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded) + body).digest()
    return hashlib.sha256(bytes(byte ^ 0x5C for byte in padded) + inner).digest()


def test_github_s_published_vector_is_made_and_accepted_in_hexadecimal_bar_b1() -> None:
    """https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries#testing-the-webhook-payload-validation"""
    signature = Signature(scheme="hmac", header="X-Hub-Signature-256", prefix="sha256=", encoding="hex")
    secret, body = "It's a Secret to Everybody", b"Hello, World!"
    headers = {
        "x-hub-signature-256": "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
    }
    assert show(signature, secret, "", body, AT) == (headers, "")
    check(signature, headers, body, [secret], AT)
    assert reason(signature, headers, body + b"!", "", secret) == "wrong-signature"


@pytest.mark.parametrize(("product", "before"), [("typeform", "sha256="), ("tally", "")])
def test_typeform_and_tally_sign_the_body_in_base64_as_they_document_bar_b5(product: str, before: str) -> None:
    body = json.dumps({"event_type": "form_response", "data": "æøå"}, ensure_ascii=False).encode()
    signature = next(found.signature for id_, found in PRODUCTS.items() if id_ == product)
    headers = {signature.header: before + base64.b64encode(by_rfc_2104(KEY, body)).decode()}
    assert check(signature, headers, body, [KEY], AT) == ""
    assert check(signature, headers, body, [KEY], AT + timedelta(days=7)) == "", "no time is signed along"
    assert (
        reason(signature, {signature.header: headers[signature.header].removeprefix(before) + "="}) == "wrong-signature"
    )
    assert reason(signature, {signature.header: before + by_rfc_2104(KEY, body).hex()}, body) == "wrong-signature"
    if before:
        assert reason(signature, {signature.header: headers[signature.header].removeprefix(before)}, body) != ""


@pytest.mark.parametrize("signature", SCHEMES, ids=named)
def test_what_a_sender_shows_is_believed_with_either_secret_while_rotating_bar_b9(signature: Signature) -> None:
    new, old = secret_of(signature, KEY), secret_of(signature, OLD_KEY)
    for secret in (new, old):
        headers, last = show(signature, secret, ID, BODY, AT)
        check(signature, headers, BODY, [new, old], AT, last)
        check(signature, {name.title(): value for name, value in headers.items()}, BODY, [new, old], AT, last)
    assert reason(signature, headers, BODY, last, new) in {"wrong-signature", "wrong-secret"}
    with pytest.raises(NotSigned, match="no-secret"):
        check(signature, headers, BODY, [], AT, last)


@pytest.mark.parametrize("signature", SCHEMES, ids=named)
def test_nothing_shown_or_something_else_is_not_believed_bar_b1(signature: Signature) -> None:
    headers, last = show(signature, secret_of(signature, KEY), ID, BODY, AT)
    assert reason(signature, {}) in {"id-missing", "signature-missing", "secret-missing"}
    for name in headers:
        assert reason(signature, headers | {name: ""}, BODY, last)
        assert reason(signature, headers | {name: "é" + headers[name]}, BODY, last)
    if last:
        assert reason(signature, headers, BODY, last + "x") == "wrong-secret"


@pytest.mark.parametrize("signature", [one for one in SCHEMES if one.scheme == "hmac"], ids=named)
@given(place=st.integers(0, len(BODY) * 8 - 1))
def test_any_flipped_bit_of_a_body_that_is_signed_is_refused_bar_b1(signature: Signature, place: int) -> None:
    headers, _ = show(signature, KEY, ID, BODY, AT)
    changed = bytearray(BODY)
    changed[place // 8] ^= 1 << place % 8
    assert reason(signature, headers, bytes(changed)) == "wrong-signature"


@pytest.mark.parametrize("signature", [one for one in SCHEMES if one.scheme != "standard-webhooks"], ids=named)
@given(place=st.integers(0, 10_000))
def test_any_flipped_bit_of_what_is_shown_is_refused_bar_b1(signature: Signature, place: int) -> None:
    headers, last = show(signature, KEY, ID, BODY, AT)
    [(name, shown)] = headers.items() or [("", last)]
    changed = bytearray(shown.removeprefix(signature.prefix), "ascii")
    changed[place % len(changed)] ^= 1 << place % 7
    text = signature.prefix + changed.decode("latin-1")
    # The last letter of base64 has bits that mean nothing, and hexadecimal is the same in capitals
    if signature.scheme == "hmac" and signature.encoding == "base64" and place % len(changed) >= len(changed) - 2:
        return
    if signature.encoding == "hex" and text.lower() == shown:
        return
    given_ = ({name: text}, "") if headers else ({}, text)
    assert reason(signature, given_[0], BODY, given_[1]) in {"wrong-signature", "wrong-secret", "secret-missing"}


@pytest.mark.parametrize("signature", [one for one in SCHEMES if one.header], ids=named)
def test_a_header_that_came_twice_is_joined_by_the_gateway_and_understood_bar_b2(signature: Signature) -> None:
    headers, _ = show(signature, KEY, ID, BODY, AT)
    [(name, shown)] = headers.items()
    for joined in (f"{shown},{signature.prefix}AAAA", f"{signature.prefix}AAAA, {shown}"):
        check(signature, {name: joined}, BODY, [KEY], AT)


@pytest.mark.parametrize("signature", [one for one in SCHEMES if one.scheme != "standard-webhooks"], ids=named)
def test_a_secret_of_any_scheme_that_could_be_guessed_is_our_fault(signature: Signature) -> None:
    with pytest.raises(BadSecret):
        check(signature, {signature.header: signature.prefix + "short"}, BODY, ["short"], AT, "short")
