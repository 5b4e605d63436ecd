"""What loading costs, measured in fresh processes: milliseconds until a first text is read, and memory."""

import os
import statistics
import subprocess
import sys

from pydantic import BaseModel, ConfigDict

from infra.evaluation.stories import SAMPLES

PROCESSES = 5
LYSPUNKT = "from lyspunkt.newsroom.classification import classify; read = lambda text: classify('', text)"
COUNTED = (
    f"Loading and memory: medians of {PROCESSES} fresh processes in which pydantic is at hand, as in every function, "
    "and a model made with it. Loading is from there to the end of the first text, import and all; memory is the most "
    "that was resident until a text of each language was read, less what was resident before the import."
)

# Linux counts a process's peak by itself (VmHWM); elsewhere memory stays unknown
_CODE = """
import json, re, time
def memory(name):
    try:
        return int(re.search(name + r":\\s+(\\d+)", open("/proc/self/status").read())[1]) / 1024
    except OSError:
        return None
seconds = []
def tick(): seconds.append(time.perf_counter())
tick()
import pydantic
class Ready(pydantic.BaseModel): here: bool = True
before = memory("VmRSS")
tick()
{how}
tick()
for text in {texts!r}:
    read(text)
    tick()
grown = None if before is None else memory("VmHWM") - before
print(json.dumps({{"seconds": seconds, "megabytes": grown}}))
"""


class Loading(BaseModel):
    """Milliseconds, each from before the import but `pydantic`, and megabytes; medians of PROCESSES processes."""

    model_config = ConfigDict(frozen=True)

    pydantic: float
    """What pydantic itself takes, before."""
    imported: float
    """Until the import is done."""
    first_text: float
    every_language: float
    """Until one text is read in each language."""
    megabytes: float | None


def measure(how: str = LYSPUNKT) -> Loading:
    """Run `how`, which must make a function `read` that takes a text, and read the samples with it."""
    code = _CODE.format(how=how, texts=list(SAMPLES.values()))
    runs = [_run(code) for _ in range(PROCESSES + 1)][1:]  # the first only fills the disk's cache
    grown = [run.megabytes for run in runs if run.megabytes is not None]

    def between(start: int, end: int) -> float:
        return round(statistics.median((run.seconds[end] - run.seconds[start]) * 1000 for run in runs), 1)

    return Loading(
        pydantic=between(0, 1),
        imported=between(1, 2),
        first_text=between(1, 3),
        every_language=between(1, -1),
        megabytes=round(statistics.median(grown), 1) if grown else None,
    )


class _Run(BaseModel):
    seconds: list[float]
    """When pydantic was sought, when it was there, when the import was done, and after each text."""
    megabytes: float | None


def _run(code: str) -> _Run:
    environment = {"PATH": os.environ.get("PATH", "")}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    return _Run.model_validate_json(done.stdout.strip().splitlines()[-1])
