"""What each form product documents that it posts, and what becomes of it (bar B5)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from lyspunkt.newsroom.form_answers import delivery_of, event_of
from lyspunkt.newsroom.form_bodies import parsed
from lyspunkt.newsroom.form_mapping import Mapped, from_webhook
from lyspunkt.newsroom.form_products import PRODUCTS
from lyspunkt.newsroom.sources import WebhookSource
from lyspunkt.newsroom.submissions import Arrived
from lyspunkt.newsroom.texts import Plan
from tests.support.lyngvig import ROOT, lyngvig

PAYLOADS = Path(__file__).parent / "payloads"
MIDNIGHT = 23
"""The hour in UTC at which a winter's day begins in Copenhagen."""


@dataclass(frozen=True)
class Expected:
    """What Lyngvig's source makes of a product's sample."""

    source: str
    file: str
    headline: str
    body: str
    name: str
    address: str
    delivery: str
    fields: dict[str, str]
    language: str = "da"
    more: dict[str, Any] = field(default_factory=dict)


EXPECTED = [
    Expected(
        "campaign",
        "typeform.json",
        "A hedge in one day",
        "Forty people planted a hedge along the school road.\n\nIt took one Saturday, and soup for all.",
        "A parent at the school",
        "hedge@post.example",
        "lT4Z3j/a3a12ec67a1365927098a606107fac15",
        {
            "Which places is it about?": "The school, The harbour, The allotments",
            "Whom is it for?": "Parents",
            "A picture": "https://api.typeform.example/responses/files/b0f7/hedge.jpg",
            "How many came?": "40",
            "form_response.variables.0.key": "score",
            "form_response.variables.0.type": "number",
            "form_response.variables.0.number": "4",
            "form_response.hidden.utm_source": "newsletter",
        },
        language="en",
        more={"wished_at": datetime(2026, 11, 30, MIDNIGHT, tzinfo=UTC), "name_kept_out": True},
    ),
    Expected(
        "volunteers",
        "tally.json",
        "Besøgsvenner til syv plejehjem",
        "I går kom der 23 nye besøgsvenner.\nDe begynder på mandag.",
        "Frivilligcentret",
        "frivilligcenter@forening.example",
        "VwbNEw/2wgx4n",
        {
            "Hvem er det for?": "Pårørende",
            "Billede": "https://storage.tally.example/besøg.png",
            "Hvordan gik det?": "Mødet: Godt; Kaffen: Meget godt",
            "kampagne": "efterår",
            "data.formName": "Frivillige fortæller",
        },
        more={
            "phone": "+45 70 00 00 02",
            "plan": Plan(channels="Hjemmesiden, Nyhedsbrevet"),
            "wished_at": datetime(2026, 12, 4, MIDNIGHT, tzinfo=UTC),
        },
    ),
    *(
        Expected(
            "events-form",
            file,
            "Julemarked i gågaden",
            "Der kommer 40 boder.\nKoret synger klokken 14.",
            "Handels foreningen",
            "handel@forening.example",
            "5800000000000000001",
            {
                "sted": "Gågaden 2, Lyngvig, 9999",
                "hvemEr": "Familier, Gæster udefra",
                "mening": "Boder: Godt; Musik: Meget godt",
                "billeder": "https://www.jotform.example/uploads/handel/230000000000001/5800000000000000001/marked.jpg",
                "formTitle": "Arrangementer",
            },
            more={
                "phone": "70 00 00 07",
                "wished_at": datetime(2026, 12, 4, MIDNIGHT, tzinfo=UTC),
                "verified": False,
            },
        )
        for file in ("jotform.form", "jotform.json")
    ),
    Expected(
        "schools",
        "microsoft-forms.json",
        "Elever sår en mark til bier",
        "5.b har sået en mark bag skolen.\nBierne kommer til foråret.",
        "Skolen ved bakken",
        "skolen.ved.bakken@lyngvig.example",
        "118",
        {"Hvilke fag?": "Natur/teknologi, Dansk", "Billeder": "https://lyngvig.sharepoint.example/mark.jpg"},
        more={
            "why": "Fordi eleverne selv fandt på det.",
            "contacts": "Skolens kontor, 70 00 00 03",
            "wished_at": datetime(2026, 11, 29, MIDNIGHT, tzinfo=UTC),
        },
    ),
    Expected(
        "associations",
        "google-forms.json",
        "Roklubben henter plast i fjorden",
        "Hver søndag ror vi ud og henter plast.\n\nDet er blevet til 300 kilo.",
        "Roklubben ved fjorden",
        "roklub@forening.example",
        "1FAIpQLSdExampleForm/2_ABaOnueExampleResponse",
        {
            "Hvad handler det om?": "Miljø, Frivillige",
            "Hvordan gik det?": "Godt, Meget godt",
            "Hvornår var det?": "2026-11-15",
            "formTitle": "Foreningerne fortæller",
        },
        more={"phone": "70 00 00 04"},
    ),
    Expected(
        "self-service",
        "os2forms.form",
        "Gratis cykeltjek på torvet",
        "Lørdag fik 120 borgere tjekket cyklen.\n\nVi gør det igen til foråret.",
        "En cyklist",
        "cyklist@post.example",
        "9ab41b45-1a1b-4a07-9f3c-1c1d2e5f6a70",
        {"sted": "Torvet 1, Lyngvig", "emner": "Trafik, Sundhed"},
        more={
            "why": "Flere tager cyklen på arbejde.",
            "phone": "70 00 00 05",
            "name_kept_out": True,
            "wished_at": datetime(2026, 12, 2, MIDNIGHT, tzinfo=UTC),
        },
    ),
    Expected(
        "intranet",
        "drupal-webform.json",
        "One form instead of four",
        "The care team now fills in one form for new aids, not four.",
        "Care Team South",
        "care.south@lyngvig.example",
        "5f0d1c0e-5d0e-4a11-8a37-0f3f6d9d7a11",
        {"picture": "318", "picture__uri": "https://intranet.lyngvig.example/system/files/form.jpg"},
        language="en",
        more={
            "why": "It gives two hours a week back to residents.",
            "plan": Plan(
                purpose="Show how small changes help",
                audience="Colleagues, Relatives",
                message="One form is enough",
                timing="Before Christmas",
                channels="Intranet",
            ),
        },
    ),
    Expected(
        "libraries",
        "gravity-forms.json",
        "Læsehund hver torsdag",
        "En hund hører på, mens børn læser højt.\nDer er plads til flere.",
        "Børnebiblioteket ved åen",
        "bornebibliotek@lyngvig.example",
        "3/88",
        {
            "6": "Børn, Familier",
            "7.1": "Ja",
            "8": "https://bibliotek.lyngvig.example/wp-content/uploads/hund.jpg",
        },
        more={"phone": "70 00 00 06"},
    ),
    Expected(
        "visitors",
        "formbricks.json",
        "Utan kö på biblioteket",
        "I lördags fick jag hjälp med mitt första lånekort på fem minuter.",
        "En, besökare",
        "besokare@post.example",
        "cljwy2m8r0001qhclco1godnu",
        {"how_good": "5", "liked": "Personalen, Värmen", "data.variables.score": "5"},
        language="sv",
    ),
    Expected(
        "businesses",
        "fillout.json",
        "Fire lærlinge på én gang",
        "Tømrerne i havnen har ansat fire lærlinge gennem jobcentret.",
        "Tømrerne i havnen",
        "kontor@tomrer.example",
        "cKWpJh4Ssyus/49bcfe0f-bb4d-4d36-8f5a-1c1b3c5b3c0e",
        {
            "Hvad handler det om?": "Job, Uddannelse",
            "Adresse": "Havnegade 4, Lyngvig, 9999, Danmark",
            "Billeder": "https://files.fillout.example/laerlinge.jpg",
            "Hvornår begyndte de?": "2026-11-02",
            "Må vi ringe?": "true",
            "formName": "Virksomheder fortæller",
            "Point": "12",
            "kilde": "nyhedsbrev",
        },
        more={"plan": Plan(audience="Unge")},
    ),
    Expected(
        "staff-form",
        "standard-webhooks.json",
        "Nyt legeskib i havneparken",
        "I morges blev legeskibet sat på plads.",
        "Havnevagten",
        "havnevagt@lyngvig.example",
        "msg_1",
        {
            "place": "Havneparken",
            "unit.name": "Vej og Ejendom",
            "unit.teams": "Park, Havn",
            "urgent": "false",
        },
        more={"phone": "70000008", "wished_at": datetime(2026, 12, 1, 8, tzinfo=UTC)},
    ),
]


def source(id_: str) -> WebhookSource:
    found = lyngvig().source(id_)
    assert found is not None
    return found


def raw(file: str) -> bytes:
    return (PAYLOADS / file).read_bytes()


def payload(file: str) -> Any:
    return parsed(raw(file), "")


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda expected: expected.file)
def test_each_product_s_documented_sample_becomes_the_right_story(expected: Expected) -> None:
    arrived = from_webhook(payload(expected.file), source(expected.source), lyngvig().zone)
    assert (arrived.text.headline, arrived.text.body) == (expected.headline, expected.body)
    assert (arrived.name, arrived.address, arrived.language) == (expected.name, expected.address, expected.language)
    assert list(arrived.fields.items()) == list(expected.fields.items()), "all of them, in the form's order"
    told = {"phone", "why", "contacts", "wished_at", "name_kept_out", "plan", "verified"}
    usual = Arrived(text=arrived.text, verified=True)
    assert {name: getattr(arrived, name) for name in told} == {
        name: expected.more.get(name, getattr(usual, name)) for name in told
    }


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda expected: expected.file)
def test_nothing_that_was_answered_is_without_a_use(expected: Expected) -> None:
    mapped = Mapped(payload(expected.file), source(expected.source))
    arrived = mapped.arrived(lyngvig().zone)
    whole = arrived.model_dump_json()
    for one in mapped.became():
        if one.use == "kept":
            assert arrived.fields[one.label] == one.text
        elif one.use == "body":
            assert json.dumps(one.text.replace("\r\n", "\n"), ensure_ascii=False)[1:-1] in whole
        else:
            assert (
                one.use in {"left-out", "empty"} or one.use in source(expected.source).fields or one.use == "language"
            )


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda expected: expected.file)
def test_a_replay_has_the_response_s_own_id_whatever_the_event_s_is_bar_b5(expected: Expected) -> None:
    preset = source(expected.source).preset
    body = raw(expected.file)
    assert delivery_of(payload(expected.file), preset, body, "msg_1") == expected.delivery
    again = body.replace(b"LtWXD3crgy", b"another-id").replace(b"a4cb511e", b"ffffffff")
    assert delivery_of(parsed(again, ""), preset, again, "msg_1") == expected.delivery


def test_every_product_has_a_source_in_lyngvig_and_a_sample() -> None:
    assert {source(expected.source).product for expected in EXPECTED} == set(PRODUCTS)


def test_the_readme_s_mappings_are_in_order_and_it_says_how_to_set_up_each_product() -> None:
    readme = (ROOT / "functions" / "receive_form" / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", readme, flags=re.DOTALL)
    loaded = [yaml.safe_load(block) for block in blocks]
    sources = [one for block in loaded for one in (block["sources"] if isinstance(block, dict) else block)]
    assert len([WebhookSource.model_validate(one) for one in sources]) == 2
    assert [json.loads(block)["responseId"] for block in re.findall(r"```json\n(.*?)```", readme, flags=re.DOTALL)]
    for id_, product in PRODUCTS.items():
        assert f"(`{id_}`, " in readme or id_ == "standard-webhooks"
        assert product.signature.header in readme or product.signature.header.endswith("-Signature")


def test_a_delivery_without_any_id_is_known_by_its_bytes_bar_b5() -> None:
    typeform = source("campaign").preset
    bare = {"event_type": "form_response", "form_response": {"form_id": "lT4Z3j", "token": ""}}
    ids = {delivery_of(bare, typeform, body) for body in (b"one", b"two", b"one")}
    assert len(ids) == 2
    assert all(id_.startswith("sha256:") for id_ in ids)
    assert delivery_of(None, typeform, b"one") in ids


@pytest.mark.parametrize(
    ("id_", "posted", "event"),
    [
        ("campaign", {"event_type": "form_response"}, ""),
        ("campaign", {"event_type": "form_response_partial"}, "form_response_partial"),
        ("visitors", {"event": "responseFinished"}, ""),
        ("visitors", {"event": "responseCreated"}, "responseCreated"),
        ("visitors", {}, ""),
        ("visitors", [], ""),
        ("staff-form", {"event": "x"}, ""),
    ],
)
def test_a_form_that_is_only_begun_makes_no_story(id_: str, posted: Any, event: str) -> None:
    assert event_of(posted, source(id_).preset) == event


def test_a_source_may_say_otherwise_than_its_product() -> None:
    mine = WebhookSource.model_validate(
        {
            "id": "other",
            "name": "A form of our own",
            "product": "fillout",
            "signature": {"scheme": "hmac", "header": "X-Signature", "encoding": "hex"},
            "answers": {"at": "form.rows", "label": "asked", "value": "said"},
            "delivery": "form.number",
            "fields": {"body": "What?"},
        }
    )
    posted = {
        "form": {"number": 7, "rows": [{"asked": "What?", "said": "A bench."}, {"asked": "Where?", "said": "Here"}]}
    }
    assert from_webhook(posted, mine).text.body == "A bench."
    assert from_webhook(posted, mine).fields == {"Where?": "Here", "form.number": "7"}
    assert delivery_of(posted, mine.preset, b"") == "7"
    assert mine.signed.header == "X-Signature"


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"signature": "hmac"}, "needs to know the header"),
        ({"signature": {"scheme": "header-secret"}}, "needs to know the header"),
        ({"signature": "none"}, "standard-webhooks"),
        ({"product": "paper"}, "typeform"),
        ({"fields": {"title": "T"}}, "headline"),
        ({"fields": {"headline": "T"}}, "which field is the body"),
        ({"answers": {"without": "("}}, "no regular expression"),
    ],
)
def test_a_source_that_cannot_work_is_refused_with_the_mend(said: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        WebhookSource.model_validate({"id": "x", "name": "X", "fields": {"body": "b"}} | said)


def test_questions_are_found_by_any_of_their_names_and_two_of_a_name_are_both_kept() -> None:
    typeform = payload("typeform.json")
    by_place = "form_response.answers.0"
    for theirs in ("What happened?", "what happened", "readable_ref_long_text", "DlXFaesGBpoF", by_place):
        mine = source("campaign").model_copy(update={"fields": {"body": theirs}})
        assert from_webhook(typeform, mine).text.body.startswith("Forty people")
    twice = {"rows": [{"label": "Q", "value": "one"}, {"label": "Q", "value": "two"}], "b": "text"}
    plain = WebhookSource(id="x", name="X", fields={"body": "b"})
    assert from_webhook(twice, plain).fields == {"Q": "one", "Q (2)": "two"}


def test_what_an_object_says_is_not_lost_though_it_looks_like_an_answer() -> None:
    plain = WebhookSource(id="x", name="X", fields={"body": "b"})
    odd = {
        "b": "text",
        "rows": [{"label": "Q", "value": "A", "comment": "C"}, {"url": "https://x.example", "why": "W"}],
        "when": {"year": 2026, "month": 1, "day": 2, "hour": 14},
        "who": {"first": "A", "last": "B", "role": "R"},
    }
    whole = " ".join(from_webhook(odd, plain).fields.values())
    for word in ("Q", "A", "C", "https://x.example", "W", "2026-01-02 14", "A B R"):
        assert word in whole


@pytest.mark.parametrize(
    ("said", "kept_out"),
    [
        *(("Ja, hold mit navn ude", True), (True, True), ("1", True), ("on", True)),
        *(("Nej tak", False), (False, False), ("no", False), ("nei", False), ("", False), (None, False)),
        *((",", False), (0, False)),
    ],
)
def test_a_name_is_kept_out_unless_the_answer_is_no(said: Any, kept_out: bool) -> None:
    plain = WebhookSource(id="x", name="X", fields={"body": "b", "name_kept_out": "out"})
    assert from_webhook({"b": "text", "out": said}, plain).name_kept_out is kept_out
