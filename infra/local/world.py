"""The template's resources, made by API calls at one endpoint; what it does not know, it refuses.

Nothing here names a resource of the template: what exists stands in template.yaml alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.config import Config

from infra.local.template import Resource, Template, TemplateFault


class UnknownResource(TemplateFault):
    """The template has a resource or a property that the local runtime neither makes nor knows to leave out."""


@dataclass(frozen=True)
class Made:
    """What a resource is called: the value of its Ref and of its attributes."""

    ref: str
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FunctionSetup:
    """One function as the template describes it. `folder` is relative to the template; `timeout` in seconds."""

    name: str
    arn: str
    folder: str
    handler: str
    environment: Mapping[str, str]
    timeout: int
    memory: int
    role: str


@dataclass(frozen=True)
class ReaderSetup:
    """What reads a queue or a stream for a function (an event source mapping)."""

    name: str
    function: str
    source: str
    """The ARN of the queue or stream."""
    batch_size: int
    patterns: tuple[str, ...]
    partial: bool
    bisect: bool
    retries: int
    """-1: until the record is too old."""
    on_failure: str | None
    """ARN of the queue that hears of what was given up."""


@dataclass(frozen=True)
class RouteSetup:
    """A route of the HTTP API: `ANY /desk/{proxy+}`, or `$default`."""

    method: str
    path: str
    function: str


@dataclass(frozen=True)
class TickSetup:
    """A scheduled rule of the default bus."""

    name: str
    expression: str
    function: str
    input: str | None


@dataclass(frozen=True)
class MailRule:
    """What SES does with a mail to these recipients: keep it in a bucket and tell a topic."""

    name: str
    recipients: tuple[str, ...]
    bucket: str
    prefix: str
    topic: str | None


@dataclass
class World:
    """Everything that the template describes, once `make` has run."""

    template: Template
    endpoint: str | None = None
    """None: moto in this process."""
    foreign: bool = False
    """Whether the endpoint may carry messages or fire schedules by itself; then schedules are made disabled."""
    made: dict[str, Made] = field(default_factory=dict)
    functions: dict[str, FunctionSetup] = field(default_factory=dict)
    readers: list[ReaderSetup] = field(default_factory=list)
    routes: list[RouteSetup] = field(default_factory=list)
    ticks: list[TickSetup] = field(default_factory=list)
    mail_rules: list[MailRule] = field(default_factory=list)
    buckets: list[str] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    queues: list[str] = field(default_factory=list)
    """URLs."""
    left_out: list[str] = field(default_factory=list)
    """Resources that are known and have no part here, such as alarms: `TYPE NAME`."""
    _clients: dict[str, Any] = field(default_factory=dict)
    _session: Any = None

    def client(self, service: str) -> Any:
        """A client of the runtime's own: not recorded, no function's."""
        if service not in self._clients:
            if self._session is None:
                self._session = boto3.Session()
            config = Config(account_id_endpoint_mode="disabled", retries={"total_max_attempts": 3, "mode": "standard"})
            self._clients[service] = self._session.client(service, config=config, endpoint_url=self.endpoint)
        return self._clients[service]

    def value(self, value: Any) -> Any:
        """`value` of the template with its references resolved; raises TemplateFault on one that leads nowhere."""
        return self.template.resolve(value, self._named)

    @property
    def region(self) -> str:
        return str(self.template.values["AWS::Region"])

    @property
    def account(self) -> str:
        return str(self.template.values["AWS::AccountId"])

    def arn(self, service: str, rest: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account}:{rest}"

    def name(self, resource: str) -> str:
        """The physical name of a resource that the template does not name."""
        return f"{self.template.values['AWS::StackName']}-{resource}"

    def function_at(self, arn: str) -> str:
        """The logical id of the function with this ARN."""
        for function in self.functions.values():
            if function.arn == arn:
                return function.name
        raise TemplateFault(f"no function of the template has the ARN {arn}")

    def queue_url(self, arn: str) -> str:
        """The URL of the queue with this ARN."""
        return str(self.client("sqs").get_queue_url(QueueName=arn.rsplit(":", 1)[1])["QueueUrl"])

    def _named(self, resource: str, attribute: str) -> Any:
        if resource not in self.made:
            raise TemplateFault(f"{resource} is referred to and not in the template")
        made = self.made[resource]
        if not attribute:
            return made.ref
        if attribute not in made.attributes:
            kind = self.template.resources[resource].type
            raise UnknownResource(f"{resource}.{attribute}: the local runtime knows no such attribute of {kind}")
        return made.attributes[attribute]


Maker = Callable[[World, Resource, dict[str, Any]], Made]


def make(template: Template, *, endpoint: str | None = None, foreign: bool = False) -> World:
    """Make every resource of the template at the endpoint and say what came of it.

    Raises UnknownResource on a type that is not known, before anything is made.
    """
    from infra.local.makers import MAKERS

    unknown = sorted({f"{r.type} ({r.name})" for r in template.resources.values() if r.type not in MAKERS})
    if unknown:
        raise UnknownResource(
            f"the local runtime does not know {', '.join(unknown)}: teach it in infra/local/makers.py"
        )
    world = World(template, endpoint=endpoint, foreign=foreign)
    template.values["AWS::AccountId"] = world.client("sts").get_caller_identity()["Account"]
    for resource in template.in_order():
        world.made[resource.name] = MAKERS[resource.type](world, resource, world.value(resource.properties))
    return world
