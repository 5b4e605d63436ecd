"""Random commands, each maybe twice and late, against what must always hold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from lyspunkt.newsroom import decide, placing, publishing
from lyspunkt.newsroom.events import EVENT, Event, StoryApproved, StoryPublished
from lyspunkt.newsroom.refusals import REASONS, Refused
from lyspunkt.newsroom.story import replay
from tests.support.lyngvig import NOON, Desk, approved, classification, in_review, lyngvig, out, routed, submitted

LEASE = timedelta(minutes=1)
PEOPLE = [
    "roads-head",
    "roads-communicator",
    "press-officer",
    "chief-of-communications",
    "municipal-director",
    "nobody",
]
Command = Callable[[], list[Event]]


class LifeOfAStory(RuleBasedStateMachine):
    """Each rule is one command of one step; `_give` hands it in once or twice, as queues do."""

    @initialize(
        submitter=st.sampled_from([None, "roads-head", "roads-communicator"]),
        begun=st.sampled_from([submitted, routed, in_review, approved, approved, out]),
        kind=st.sampled_from(["good-story", "experience"]),
        strategic=st.booleans(),
    )
    def begin(self, submitter: str | None, begun: Callable[..., Desk], kind: str, strategic: bool) -> None:
        """At any height of the way, for random walks from its foot seldom see the top."""
        self.at = NOON
        self.organisation = lyngvig()
        about = {} if begun is submitted else {"kind": kind, "strategic": strategic}
        self.desk: Desk = begun(at=self.at, submitter=submitter, **about)
        self.refused: list[str] = []
        self.posts: dict[str, int] = {}

    def _give(self, command: Command, *, twice: bool) -> None:
        for time in range(2 if twice else 1):
            try:
                events = command()
            except Refused as refused:
                self.refused.append(refused.reason)
                return
            taken = self.desk.take(events)
            if time == 1:
                assert taken == [], f"a repeated message did something: {[event.type for event in taken]}"

    @rule(minutes=st.sampled_from([1, 30, 60 * 9, 60 * 30, 60 * 80]))
    def time_passes(self, minutes: int) -> None:
        self.at += timedelta(minutes=minutes)

    @rule(
        area=st.sampled_from(["roads-property", "central", "health-care"]),
        kind=st.sampled_from(["good-story", "experience", "criticism", "not-a-story"]),
        confidence=st.sampled_from([0.2, 0.9]),
        strategic=st.booleans(),
        sensitive=st.sampled_from([(), ("health",), ("id-number",)]),
        twice=st.booleans(),
    )
    def classify(
        self, area: str, kind: str, confidence: float, strategic: bool, sensitive: tuple[str, ...], twice: bool
    ) -> None:
        found = classification(area, kind, confidence=confidence, strategic=strategic, sensitive=sensitive)
        self._give(lambda: decide.classify(self.desk.now, classification=found, at=self.at), twice=twice)

    @rule(delivery=st.sampled_from(["d1", "d2"]), twice=st.booleans())
    def more_comes(self, delivery: str, twice: bool) -> None:
        given = {"because": "reply", "source": "mail", "delivery_digest": delivery, "by": "submitter", "at": self.at}
        self._give(lambda: decide.add_material(self.desk.now, **given), twice=twice)  # type: ignore[arg-type]

    @rule(twice=st.booleans())
    def merge(self, twice: bool) -> None:
        other = routed().now.model_copy(update={"id": "s0"})
        self._give(lambda: decide.merge(self.desk.now, into=other, by="press-officer", at=self.at), twice=twice)

    @rule(area=st.sampled_from(["roads-property", "nowhere"]), twice=st.booleans())
    def place(self, area: str, twice: bool) -> None:
        command = {"area": area, "kind": "good-story", "by": "press-officer", "at": self.at}
        self._give(lambda: placing.place(self.desk.now, **command), twice=twice)  # type: ignore[arg-type]

    @rule(twice=st.booleans())
    def route(self, twice: bool) -> None:
        self._give(lambda: placing.route(self.desk.now, organisation=self.organisation, at=self.at), twice=twice)

    @rule(to=st.sampled_from([*PEOPLE, "central-desk"]), twice=st.booleans())
    def pass_on(self, to: str, twice: bool) -> None:
        command = {"to": to, "by": "press-officer", "organisation": self.organisation, "at": self.at}
        self._give(lambda: placing.hand_story_over(self.desk.now, **command), twice=twice)  # type: ignore[arg-type]

    @rule(twice=st.booleans())
    def give_back(self, twice: bool) -> None:
        command = {"by": "roads-communicator", "organisation": self.organisation, "at": self.at}
        self._give(lambda: placing.not_mine(self.desk.now, **command), twice=twice)  # type: ignore[arg-type]

    @rule(done=st.booleans(), twice=st.booleans())
    def answer_criticism(self, done: bool, twice: bool) -> None:
        step = placing.answered if done else placing.answer_overdue
        command = {"by": "press-officer"} if done else {}
        self._give(lambda: step(self.desk.now, at=self.at, **command), twice=twice)

    @rule(words=st.integers(0, 3), from_version=st.integers(1, 3), twice=st.booleans())
    def edit(self, words: int, from_version: int, twice: bool) -> None:
        command = {"from_version": from_version, "text_digest": f"w{words}", "id_number": words == 3}
        self._give(lambda: decide.edit(self.desk.now, **command, by="press-officer", at=self.at), twice=twice)  # type: ignore[arg-type]

    @rule(reviewed=st.booleans(), version=st.integers(1, 3), twice=st.booleans())
    def send(self, reviewed: bool, version: int, twice: bool) -> None:
        command = {"version": version, "by": "press-officer", "flags_reviewed": reviewed, "at": self.at}
        self._give(lambda: decide.send_for_approval(self.desk.now, **command), twice=twice)  # type: ignore[arg-type]

    @rule(twice=st.booleans())
    def request(self, twice: bool) -> None:
        self._give(
            lambda: decide.request_approvals(self.desk.now, organisation=self.organisation, at=self.at), twice=twice
        )

    @rule(
        choice=st.sampled_from(["approve", "approve", "approve", "changes", "reject", "hand-over"]),
        which=st.integers(0, 3),
        version=st.sampled_from([None, None, None, None, 1, 2]),
        to=st.sampled_from(PEOPLE),
        stranger=st.sampled_from([False, False, False, False, True]),
        twice=st.booleans(),
    )
    def answer(self, choice: str, which: int, version: int | None, to: str, stranger: bool, twice: bool) -> None:
        round_ = self.desk.now.round
        approval = round_.approvals[which % len(round_.approvals)] if round_ else None
        given = {
            "approval_id": approval.id if approval else "r1a1",
            "version": version or self.desk.now.version.number,
            "approver": "nobody" if stranger or approval is None else approval.approver,
            "at": self.at,
        }
        story = self.desk
        commands: dict[str, Command] = {
            "approve": lambda: decide.approve(story.now, **given),  # type: ignore[arg-type]
            "changes": lambda: decide.request_changes(story.now, **given),  # type: ignore[arg-type]
            "reject": lambda: decide.reject(story.now, **given),  # type: ignore[arg-type]
            "hand-over": lambda: decide.hand_over(story.now, **given, to=to, organisation=self.organisation),  # type: ignore[arg-type]
        }
        self._give(commands[choice], twice=twice)

    @rule(which=st.integers(0, 3), twice=st.booleans())
    def chase(self, which: int, twice: bool) -> None:
        round_ = self.desk.now.round
        if round_:
            approval_id = round_.approvals[which % len(round_.approvals)].id
            command = {"approval_id": approval_id, "organisation": self.organisation, "at": self.at}
            self._give(lambda: decide.chase(self.desk.now, **command), twice=twice)  # type: ignore[arg-type]

    @rule(twice=st.booleans())
    def schedule(self, twice: bool) -> None:
        self._give(lambda: publishing.schedule(self.desk.now, organisation=self.organisation, at=self.at), twice=twice)

    @rule(which=st.integers(0, 2), end=st.sampled_from(["out", "out", "doubt", "park", "later", "crash"]))
    def publish(self, which: int, end: str) -> None:
        if not self.desk.now.publications:
            return
        id_ = self.desk.now.publications[which % len(self.desk.now.publications)].id
        claim = f"c{len(self.desk.events)}"
        self._give(
            lambda: publishing.claim(self.desk.now, publication_id=id_, claim=claim, lease=LEASE, at=self.at),
            twice=True,
        )
        held = publishing.holds(self.desk.now, id_, claim)
        if held is None or held.status != "publishing":
            return
        wanted = publishing.may_publish(self.desk.now, held, self.at)
        assert wanted or held.repeated
        if end == "crash":
            return
        if end == "out" and not wanted:
            end = "off"
        if end == "out" and not held.repeated:
            self.posts[f"{id_}"] = self.posts.get(id_, 0) + 1
        about: dict[str, Any] = {"publication_id": id_, "at": self.at}
        commands: dict[str, Command] = {
            "out": lambda: publishing.published(self.desk.now, **about, where="there"),
            "doubt": lambda: publishing.doubt(self.desk.now, **about, because="time-out"),
            "off": lambda: publishing.call_off(self.desk.now, **about),
            "park": lambda: publishing.park(self.desk.now, **about, because="refused"),
            "later": lambda: publishing.try_later(
                self.desk.now, **about, because="throttled", organisation=self.organisation
            ),
        }
        self._give(commands[end], twice=True)

    @rule(which=st.integers(0, 2), end=st.sampled_from(["down", "doubt", "crash"]))
    def retract(self, which: int, end: str) -> None:
        if not self.desk.now.publications or self.desk.now.phase not in {"recalled", "withdrawn"}:
            return
        id_ = self.desk.now.publications[which % len(self.desk.now.publications)].id
        claim = f"c{len(self.desk.events)}"
        about = {"publication_id": id_, "at": self.at}
        self._give(
            lambda: publishing.start_retraction(self.desk.now, **about, claim=claim, lease=LEASE),  # type: ignore[arg-type]
            twice=True,
        )
        if end == "down":
            self._give(lambda: publishing.retracted(self.desk.now, **about), twice=True)  # type: ignore[arg-type]
        if end == "doubt":
            self._give(
                lambda: publishing.doubt_retraction(self.desk.now, **about, because="time-out"),  # type: ignore[arg-type]
                twice=True,
            )

    @rule(seldom=st.integers(0, 3), by_submitter=st.booleans(), twice=st.booleans())
    def take_back(self, seldom: int, by_submitter: bool, twice: bool) -> None:
        if seldom:
            return
        rule_ = decide.withdraw if by_submitter else decide.recall
        self._give(lambda: rule_(self.desk.now, by="press-officer", at=self.at), twice=twice)

    @invariant()
    def history_replays_to_the_same_story(self) -> None:
        if hasattr(self, "desk"):
            again = [EVENT.validate_json(event.model_dump_json()) for event in self.desk.events]
            assert replay(again) == self.desk.now

    @invariant()
    def revision_counts_the_events(self) -> None:
        if hasattr(self, "desk"):
            assert self.desk.now.revision == len(self.desk.events)

    @invariant()
    def each_publication_goes_out_once_and_only_when_approved(self) -> None:
        if not hasattr(self, "desk"):
            return
        out = [event for event in self.desk.events if isinstance(event, StoryPublished)]
        assert len({event.publication_id for event in out}) == len(out)
        approved = {event.version for event in self.desk.events if isinstance(event, StoryApproved)}
        assert {int(event.publication_id.rsplit("v", 1)[1]) for event in out} <= approved

    @invariant()
    def criticism_is_never_out_by_the_ordinary_way(self) -> None:
        if hasattr(self, "desk") and self.desk.now.phase == "answered":
            assert not any(publication.status == "published" for publication in self.desk.now.publications)

    @invariant()
    def nothing_stays_scheduled_in_a_story_that_was_taken_back(self) -> None:
        if hasattr(self, "desk") and self.desk.now.ended:
            assert not any(publication.status == "scheduled" for publication in self.desk.now.publications)

    @invariant()
    def refusals_have_names(self) -> None:
        if hasattr(self, "desk"):
            assert set(self.refused) <= set(REASONS)


TestLifeOfAStory = LifeOfAStory.TestCase
