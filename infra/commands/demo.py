"""`lyspunkt demo`: every sample from its door to its end, without a person, and each story's trail as a table."""

from __future__ import annotations

import contextlib
import json
import sys
import time
from collections import Counter
from pathlib import Path

from infra.commands import trail
from infra.commands.play import Played, play, prepare, submit
from infra.commands.samples import samples
from infra.local.runtime import started
from lyspunkt.aws.organisation import organisation

LOGS = Path(".lyspunkt")


def demo(*, as_json: bool = False) -> int:
    """Play the demo; 0 where each sample reached the end that it should."""
    began = time.perf_counter()
    LOGS.mkdir(exist_ok=True)
    out = sys.stdout
    with (LOGS / "demo.log").open("w", encoding="utf-8") as log, contextlib.redirect_stdout(log), started() as runtime:
        runtime.functions.check()
        prepare()
        played = [submit(runtime, sample) for sample in samples()]
        play(runtime, played)
        text = _as_json(played) if as_json else _as_text(played)
        letters = Counter(letter.kind for letter in runtime.letters())
        failed = Counter(run.function for run in runtime.functions.runs if run.error)
        calls = len(runtime.calls)
        wrong = [(one.sample, one.ended_as) for one in played if not one.as_expected]
    print(text, file=out)
    if not as_json:
        stories = sum(one.story_id is not None for one in played)
        seconds = time.perf_counter() - began
        print(f"\n{stories} stories, {letters.total()} letters, {calls} AWS calls, {seconds:.1f} s", file=out)
        print(f"Letters: {', '.join(f'{count} {kind}' for kind, count in sorted(letters.items()))}", file=out)
        if failed:
            told = ", ".join(f"{name} {count} times" for name, count in failed.items())
            print(f"Functions failed and were tried again: {told}; see {LOGS / 'demo.log'}", file=out)
        for sample, ended_as in wrong:
            print(f"{sample.id} should have ended {sample.end} and is {ended_as}", file=out)
        if not wrong:
            print("Each reached the end that it should.", file=out)
    return 1 if wrong else 0


def _as_text(played: list[Played]) -> str:
    zone = organisation().zone
    parts: list[str] = []
    for one in played:
        mark = "✓" if one.as_expected else "✗"
        parts.append(f"\n{mark} {one.sample.file}: {one.ended_as}\n  {one.sample.shows}")
        if one.story_id is None:
            continue
        steps = trail.steps(one.story_id)
        rows = [[f"  {step.at.astimezone(zone):%d.%m. %H:%M}", step.what, step.why] for step in steps]
        parts.append(trail.table(rows))
    return "\n".join(parts).lstrip("\n")


def _as_json(played: list[Played]) -> str:
    found = [
        {
            "sample": one.sample.id,
            "expected": one.sample.end,
            "ended": one.ended_as,
            "story": one.story_id,
            "trail": [step.model_dump(mode="json") for step in trail.steps(one.story_id)] if one.story_id else [],
        }
        for one in played
    ]
    return json.dumps(found, indent=2, ensure_ascii=False)
