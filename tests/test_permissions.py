"""Each role gives its function just what the function does: measured on a journey with every detour (bar H1)."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from fnmatch import fnmatchcase
from typing import Any, Literal

import pytest

from infra.commands import webhook
from infra.commands.play import approve, play, prepare, sign_in, submit
from infra.commands.samples import Sample, samples
from infra.local.recorder import Call, SentLetter
from infra.local.runtime import Runtime, started
from infra.local.visitor import Visitor
from lyspunkt.aws import clock, ledger, secrets
from lyspunkt.aws import organisation as kept
from lyspunkt.newsroom.organisation import Organisation
from lyspunkt.settings import settings
from tests.support.files import PDF
from tests.support.phone import Phone, photo

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")

Granted = tuple[str, str]
"""An action and a resource, as a role's statement names them."""

NOT_ON_THE_WAY: dict[str, dict[str, str]] = {
    "RouteStory": {"dynamodb:Query": "only where people share an area: tests/functions/test_classify_route_request.py"},
    "ServeForm": {"s3:PutObject": "the browser uploads by what this function has signed with its own rights"},
}
"""Actions of a role that the journey does not reach, by function, with the reason why they are granted all the same."""


class Broken:
    """AWS as it is on a bad day: the named operations of the named functions fail until they are mended."""

    def __init__(self, runtime: Runtime) -> None:
        self._left: Counter[tuple[str, str]] = Counter()
        runtime.recorder.fault = self._fault

    def first(self, times: int, function: str, operation: str) -> None:
        self._left[function, operation] = times

    @contextlib.contextmanager
    def operation(self, function: str, operation: str) -> Iterator[None]:
        self.first(1_000_000, function, operation)
        yield
        del self._left[function, operation]

    def _fault(self, call: Call, when: Literal["before", "after"]) -> None:
        what = (call.function, call.operation)
        if when == "before" and self._left[what] > 0:
            self._left[what] -= 1
            raise ConnectionError(f"{call.operation} is out of order")


def sample(name: str) -> Sample:
    return next(one for one in samples() if one.id == name)


def journey(runtime: Runtime) -> None:
    """Every function on its way and on its detours: lost facts, late people, a channel that fails, recall."""
    broken = Broken(runtime)
    always_cold(runtime)
    runtime.advance(until_ten(prepare()))
    with broken.operation("RelayEvents", "PutEvents"):
        heron = submit(runtime, sample("heron-picture"))
    runtime.advance(timedelta(minutes=10))  # the sweep finds the facts that are not on the bus
    with broken.operation("RouteStory", "GetItem"):
        climate = submit(runtime, sample("climate-goal"))
    runtime.advance(timedelta(minutes=10))  # and the step that did not come
    school = submit(runtime, sample("open-school"))
    submit(runtime, sample("empty"))
    unsure = submit(runtime, sample("something"))
    see_pictures(runtime, heron.story_id or "")
    runtime.advance(timedelta(hours=25))  # nobody answers: reminders
    broken.first(6, "PublishStory", "PutObject")  # more often than a message is tried
    play(runtime, [heron, climate, school])
    runtime.advance(timedelta(minutes=10))  # the sweep rings for the publication whose alarm was in vain
    assert [one.ended_as for one in (heron, climate, school, unsure)] == ["published"] * 3 + ["routed"]
    for played in (heron, climate):
        work_at_the_desk(runtime, played.story_id or "")
    runtime.settle()
    assert {one.ended_as for one in (heron, climate)} == {"retracted"}
    known = len(asked_letters(runtime))
    oven = submit(runtime, sample("bread-oven"))
    runtime.advance(timedelta(hours=12))
    if oven.ended_as == "routed":  # Lyspunkt was unsure: a communicator sends it
        at_desk(runtime, oven.story_id or "", "send")
        runtime.settle()
    for letter in asked_letters(runtime)[known:]:
        approve(runtime, letter)  # at night: it is to go out in the morning
    runtime.settle()
    assert oven.ended_as == "scheduled"
    say_otherwise(runtime)
    change_ones_mind(runtime, oven.story_id or "")
    assert oven.ended_as == "withdrawn"
    fill_in_the_form(runtime)
    send_a_file(runtime)
    take_in_what_was_set_aside(runtime)
    place(runtime, unsure.story_id or "")


def place(runtime: Runtime, story_id: str) -> None:
    """The central desk says what a story is about, which teaches."""
    person = next(person for person in prepare().people if person.id == prepare().central_desk.people[0])
    visitor = sign_in(runtime, person.address)
    page = visitor.open(f"/desk/stories/{story_id}")
    form = next(form for form in page.forms if form.action.endswith("/place"))
    assert visitor.submit(page, form, area="social", kind="good-story").status == 200
    runtime.settle()
    learned = visitor.open("/desk/learning?rehearse=yes")
    lesson = next(form for form in learned.forms if form.action == "/desk/learning")
    assert visitor.submit(learned, lesson, choice="undo").status == 200


def take_in_what_was_set_aside(runtime: Runtime) -> None:
    """A newsletter with a picture and a file, which the central desk makes a story of."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "nyt@skole.example", f"historie@{settings().mail_domain}", "Nyhedsbrev"
    mail["Message-ID"], mail["List-Id"] = "<list@skole.example>", "<nyt.skole.example>"
    mail.set_content("Skolen har fået en ny skolehave, som eleverne selv har anlagt.")
    mail.add_attachment(photo(), maintype="image", subtype="jpeg", filename="have.jpg")
    mail.add_attachment(PDF, maintype="application", subtype="pdf", filename="plan.pdf")
    runtime.mail(mail.as_bytes(), mail["From"], mail["To"])
    runtime.settle()
    central = prepare().central_desk.people[0]
    visitor = sign_in(runtime, next(person.address for person in prepare().people if person.id == central))
    page = visitor.open("/desk/incoming")
    [form] = [form for form in page.forms if form.action == "/desk/incoming" and "Nyhedsbrev" in page.text][:1]
    assert visitor.submit(page, form).status == 200


def send_a_file(runtime: Runtime) -> None:
    """By mail, and fetched at the desk."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "laerer@skole.example", f"historie@{settings().mail_domain}", "Referat"
    mail["Message-ID"] = "<file@skole.example>"
    mail.set_content("Her er referatet fra mødet om den nye skolegård.")
    mail.add_attachment(PDF, maintype="application", subtype="pdf", filename="referat.pdf")
    runtime.mail(mail.as_bytes(), mail["From"], mail["To"])
    runtime.settle()
    listed = runtime.world.client("s3").list_objects_v2(Bucket=settings().raw_bucket, Prefix="attachments/")
    [key] = [item["Key"] for item in listed["Contents"]]
    path = f"/desk/stories/{key.split('/')[1]}/attachments/1"
    assert sign_in(runtime, prepare().people[0].address).open(path).status == 200
    answer_the_letter(runtime, key.split("/")[1], to=mail["From"])


def answer_the_letter(runtime: Runtime, story_id: str, *, to: str) -> None:
    """The sender of a mail answers its acknowledgement."""
    letter = next(one for one in reversed(runtime.letters()) if one.kind == "acknowledgement" and to in one.to)
    answer = EmailMessage()
    answer["From"], answer["To"], answer["Subject"] = to, letter.message["Reply-To"], "SV: Referat"
    answer["Message-ID"] = "<answer@skole.example>"
    answer.set_content("Mødet var i går.")
    runtime.mail(answer.as_bytes(), to, str(letter.message["Reply-To"]))
    runtime.settle()
    assert len(ledger.story(story_id).additions) == 1


def fill_in_the_form(runtime: Runtime) -> None:
    """Once with a picture and to the end, once only half: the sweep sends that one."""
    phone = Phone(runtime)
    path, page = phone.begin()
    assert phone.upload(page, photo()).status == 303
    assert phone.describe(path, alt="Children with spades").status == 303
    left, page = phone.begin()
    assert phone.upload(page, photo()).status == 303
    runtime.advance(timedelta(hours=2))
    assert "/thanks/" in phone.get(left).headers["location"]


def change_ones_mind(runtime: Runtime, story_id: str) -> None:
    """By the link in the acknowledgement: add something, then take the story back."""
    [letter] = [
        one
        for one in runtime.letters()
        if one.kind == "acknowledgement" and f" {story_id}." in str(one.message["X-Lyspunkt"])
    ]
    [link] = [url for url in letter.links if "/submissions/" in url]
    visitor = Visitor(runtime, settings().address)
    for action, given in (("additions", {"about": "new", "text": "Still open"}), ("withdrawal", {"sure": "yes"})):
        page = visitor.open(link)
        form = next(form for form in page.forms if form.action.endswith(f"/{action}"))
        assert visitor.submit(page, form, **given).status == 200
        runtime.settle()


def say_otherwise(runtime: Runtime) -> None:
    """One delivery of a form product comes twice, the second time with other words."""
    for body in (b'{"story": "Vi synger."}', b'{"story": "Vi synger hver onsdag."}'):
        headers = webhook.headers("staff-form", body, delivery="m")
        answer = runtime.request("POST", "/webhooks/staff-form", headers, body)
        assert answer.status == 202


def asked_letters(runtime: Runtime) -> list[SentLetter]:
    return [one for one in runtime.letters() if one.kind == "approval-asked"]


def always_cold(runtime: Runtime) -> None:
    """On AWS each function asks for itself; here one process would remember for all."""
    invoke = runtime.functions.invoke

    def cold(name: str, event: Any) -> Any:
        kept.forget()
        secrets.forget()
        return invoke(name, event)

    runtime.functions.invoke = cold  # type: ignore[method-assign]


def until_ten(where: Organisation) -> timedelta:
    """Till the next ten o'clock there: within every channel's hours, whenever the test runs."""
    now = clock.now().astimezone(where.zone)
    ten = now.replace(hour=10, minute=0, second=0, microsecond=0)
    return (ten if ten > now else ten + timedelta(days=1)) - now


def see_pictures(runtime: Runtime, story_id: str) -> None:
    letter = next(
        one for one in reversed(runtime.letters()) if one.kind == "approval-asked" and "planchef" in one.to[0]
    )
    [link] = [url for url in letter.links if url.startswith(settings().address)]
    story = ledger.story(story_id)
    picture = story.pictures[0]
    name = f"{picture.number}-{picture.widths[0]}.jpg"
    answer = runtime.request("GET", f"{link.removeprefix(settings().address)}/pictures/{name}")
    assert answer.status == 200


def at_desk(runtime: Runtime, story_id: str, action: str) -> None:
    """Send the form for this action as the story's communicator, with its boxes ticked."""
    story = ledger.story(story_id)
    visitor = sign_in(runtime, next(p.address for p in prepare().people if p.id == story.communicator))
    page = visitor.open(f"/desk/stories/{story_id}")
    form = next(form for form in page.forms if form.action.endswith(f"/{action}"))
    boxes = {control.name: control.value for control in form.controls if control.kind == "checkbox"}
    assert visitor.submit(page, form, **boxes).status == 200


def work_at_the_desk(runtime: Runtime, story_id: str) -> None:
    """Sign in, look at what waits, at a picture and the story; take it back; sign out."""
    story = ledger.story(story_id)
    person = next(p for p in prepare().people if p.id == story.communicator)
    visitor = sign_in(runtime, person.address)
    queue = visitor.open("/desk")
    page = visitor.open(f"/desk/stories/{story_id}")
    for picture in story.pictures:
        shown = visitor.open(f"/desk/stories/{story_id}/pictures/{picture.number}-{picture.widths[0]}.jpg")
        assert shown.status == 200
    recall = next(form for form in page.forms if form.action.endswith("/recall"))
    boxes = {control.name: control.value for control in recall.controls if control.kind == "checkbox"}
    assert visitor.submit(page, recall, **boxes).status == 200
    out = next(form for form in queue.forms if form.action.endswith("/sign-out"))
    visitor.submit(queue, out)


def needed(runtime: Runtime, call: Call) -> list[Granted]:
    """What IAM asks for one call: an action on a resource, in its own words."""
    given = call.parameters
    match call.service, call.operation:
        case "dynamodb", "TransactWriteItems":
            kinds = {
                "Put": "PutItem",
                "Delete": "DeleteItem",
                "Update": "UpdateItem",
                "ConditionCheck": "ConditionCheckItem",
            }
            return [
                (f"dynamodb:{kinds[kind]}", table_arn(runtime, action["TableName"]))
                for item in given["TransactItems"]
                for kind, action in item.items()
            ]
        case "dynamodb", "BatchGetItem" | "BatchWriteItem":
            return [(f"dynamodb:{call.operation}", table_arn(runtime, name)) for name in given["RequestItems"]]
        case "dynamodb", operation:
            index = f"/index/{given['IndexName']}" if "IndexName" in given else ""
            return [(f"dynamodb:{operation}", table_arn(runtime, given["TableName"]) + index)]
        case "s3", "CopyObject":
            source = given["CopySource"]
            target = ("s3:PutObject", f"arn:aws:s3:::{given['Bucket']}/{given['Key']}")
            if isinstance(source, str):  # boto3 puts the two parts together before anyone can look
                return [("s3:GetObject", f"arn:aws:s3:::{source}"), target]
            return [("s3:GetObject", f"arn:aws:s3:::{source['Bucket']}/{source['Key']}"), target]
        case "s3", "ListObjectsV2":
            return [("s3:ListBucket", f"arn:aws:s3:::{given['Bucket']}")]
        case "s3", operation:
            action = {"HeadObject": "GetObject"}.get(operation, operation)
            return [(f"s3:{action}", f"arn:aws:s3:::{given['Bucket']}/{given['Key']}")]
        case "sesv2", "SendEmail":
            # SES asks for both where the content is raw
            identity = runtime.world.arn("ses", f"identity/{given['FromEmailAddress'].split('@')[1]}")
            return [("ses:SendEmail", identity), ("ses:SendRawEmail", identity)]
        case "secrets-manager", operation:
            return [(f"secretsmanager:{operation}", given["SecretId"])]
        case "eventbridge", "PutEvents":
            buses = {entry["EventBusName"] for entry in given["Entries"]}
            return [("events:PutEvents", runtime.world.arn("events", f"event-bus/{bus}")) for bus in buses]
        case "sqs", operation:
            return [(f"sqs:{operation}", runtime.world.arn("sqs", given["QueueUrl"].rsplit("/", 1)[1]))]
        case "scheduler", "CreateSchedule":
            name = runtime.world.arn("scheduler", f"schedule/{given['GroupName']}/{given['Name']}")
            return [("scheduler:CreateSchedule", name), ("iam:PassRole", given["Target"]["RoleArn"])]
    raise AssertionError(f"say in this test what IAM asks for {call.service}.{call.operation}")


def table_arn(runtime: Runtime, name: str) -> str:
    return runtime.world.arn("dynamodb", f"table/{name}")


def as_iam_names(arn: str, runtime: Runtime) -> str:
    """A secret's Ref is its ARN on AWS, its name in some of what stands for AWS."""
    return arn if ":" in arn else runtime.world.arn("secretsmanager", f"secret:{arn}")


def granted(runtime: Runtime, function: str) -> list[Granted]:
    """What the template itself gives a function; what SAM adds for queues, streams and logs is SAM's."""
    role = runtime.world.template.resources[f"{function}Role"].properties
    found: list[Granted] = []
    for policy in role["Policies"]:
        if not policy["PolicyName"].startswith(f"{function}RolePolicy"):
            continue
        for statement in runtime.world.value(policy["PolicyDocument"])["Statement"]:
            assert statement["Effect"] == "Allow"
            found += [
                (action, resource)
                for action in listed(statement["Action"])
                for resource in listed(statement["Resource"])
            ]
    return found


def listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def covers(grant: Granted, need: Granted) -> bool:
    return grant[0] == need[0] and fnmatchcase(need[1], grant[1])


def test_each_function_may_do_what_it_does_and_nothing_else() -> None:
    """Bar H1. What is missing fails on AWS alone, what is too much fails nowhere: so both are compared here."""
    with started() as runtime:
        journey(runtime)
        did: dict[str, set[Granted]] = {name: set() for name in runtime.world.functions}
        for call in runtime.calls:
            if call.function:
                did[call.function] |= set(needed(runtime, call))
        missing: dict[str, set[Granted]] = {}
        unused: dict[str, set[Granted]] = {}
        for function, needs in did.items():
            assert needs, f"the journey never came by {function}"
            grants = granted(runtime, function)
            missing[function] = {need for need in needs if not any(covers(grant, need) for grant in grants)}
            spare = {grant for grant in grants if not any(covers(grant, need) for need in needs)}
            unused[function] = {grant for grant in spare if grant[0] not in NOT_ON_THE_WAY.get(function, {})}
            stale = set(NOT_ON_THE_WAY.get(function, {})) - {action for action, _ in spare}
            assert not stale, f"{function} does use {stale} on the way"
        assert {name: found for name, found in missing.items() if found} == {}
        assert not {name: found for name, found in unused.items() if found}


def test_no_role_gives_all_actions_or_all_resources() -> None:
    """Bar H1: the written list of exceptions is empty."""
    with started() as runtime:
        roles = {setup.role for setup in runtime.world.functions.values()}
        assert len(roles) == len(runtime.world.functions), "one role for each function"
        for function in runtime.world.functions:
            for action, resource in granted(runtime, function):
                assert "*" not in action
                assert not resource.startswith("*")
                assert resource.count("*") <= 1
                assert resource.endswith("*") or "*" not in resource


def test_relay_alone_may_speak_on_the_bus() -> None:
    """Bar D1: a fact reaches the bus by way of the table, or not at all."""
    with started() as runtime:
        may = {
            function
            for function in runtime.world.functions
            for action, _ in granted(runtime, function)
            if action == "events:PutEvents"
        }
    assert may == {"RelayEvents"}
