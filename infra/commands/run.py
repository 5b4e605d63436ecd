"""`lyspunkt run`: all of Lyspunkt on this machine, with its doors open, until Ctrl-C."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from infra.commands.carrier import Carrier
from infra.commands.play import LYNGVIG, prepare, submit
from infra.commands.samples import samples
from infra.local import snapshot, story_site, upload_door
from infra.local.endpoint import SERVER
from infra.local.requests import Request, Response
from infra.local.runtime import ENDPOINT, Runtime, started
from infra.local.smtp import mail_door
from infra.local.template import TemplateFault
from infra.local.web import PortTaken, door
from infra.local.workbench import Places, Workbench
from lyspunkt.settings import settings

FOLDER = Path(".lyspunkt")
Say = Callable[[str], None]


@dataclass(frozen=True)
class Options:
    """Ports on 127.0.0.1. `keep`: the state is there again next time; `with_samples`: the desk is not empty."""

    workbench: int = 8600
    pages: int = 8601
    site: int = 8602
    uploads: int = 8603
    smtp: int = 8625
    keep: bool = False
    with_samples: bool = True
    organisation: Path = LYNGVIG


def run(options: Options, stop: threading.Event | None = None) -> int:
    """Run until Ctrl-C (or `stop`); 1 where a port is taken or the template cannot be run."""
    FOLDER.mkdir(exist_ok=True)
    out = sys.stdout

    def say(text: str) -> None:
        print(text, file=out, flush=True)

    if stop is None:
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
    environment = {
        "LYSPUNKT_ADDRESS": f"http://localhost:{options.pages}",
        "LYSPUNKT_SITE_ADDRESS": f"http://localhost:{options.site}",
        "LYSPUNKT_UPLOAD_ADDRESS": f"http://localhost:{options.uploads}",
    }
    where = os.environ.get(ENDPOINT) or SERVER
    try:
        with (FOLDER / "run.log").open("a", encoding="utf-8") as log, contextlib.redirect_stdout(log):
            say("Starting ...")
            with started(endpoint=where, environment=environment) as runtime:
                _serve(runtime, options, stop, say)
    except (PortTaken, TemplateFault) as wrong:
        say(str(wrong))
        return 1
    return 0


def _serve(runtime: Runtime, options: Options, stop: threading.Event, say: Say) -> None:
    runtime.functions.check()
    restored = options.keep and snapshot.load(runtime, FOLDER)
    organisation = prepare(options.organisation)
    carrier = Carrier(runtime, FOLDER if options.keep else None)
    places = Places(
        workbench=f"http://localhost:{options.workbench}",
        pages=settings().address,
        site=settings().site_address,
        smtp_port=options.smtp,
        mail_domain=settings().mail_domain,
        zone=organisation.municipality.time_zone,
    )
    bucket = settings().site_bucket
    bench = Workbench(runtime, places, carrier.wake)

    def uploads(request: Request) -> Response:
        return upload_door.serve(runtime.world, request, datetime.now(UTC), places.pages)

    with (
        door(options.workbench, bench.answer, "--port"),
        door(options.pages, carrier.answer, "--pages-port"),
        door(options.site, lambda request: story_site.serve(runtime.world, bucket, request), "--site-port"),
        door(options.uploads, uploads, "--uploads-port", largest=upload_door.LARGEST),
        mail_door(runtime, options.smtp, carrier.wake),
        carrier,
    ):
        if options.with_samples and not restored:
            say(f"Sending in {len(samples())} samples ...")
            for sample in samples():
                submit(runtime, sample)
        say(_welcome(places, kept=options.keep))
        stop.wait()
        say("\nStopping ..." + (f" the state is kept in {FOLDER}/" if options.keep else ""))


def _welcome(places: Places, *, kept: bool) -> str:
    return f"""
Lyspunkt runs. Begin here:  {places.workbench}

  Workbench     {places.workbench}   mailbox, each story's trail, the clock, samples
  Tell a story  {places.pages}/submit
  The desk      {places.pages}/desk
  Story site    {places.site}
  Mail in       localhost:{places.smtp_port}, to historier@{places.mail_domain}
  Logs          {FOLDER / "run.log"}

Ctrl-C stops it{"; the state is kept" if kept else ", and everything is forgotten (`make run KEEP=1` keeps it)"}."""
