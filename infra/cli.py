"""The lyspunkt command. Each subcommand imports what it needs when it runs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TypeAlias

Command = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand; its exit code: 0 done, 1 not done and said why, 2 not understood."""
    parser = _parser()
    given, rest = parser.parse_known_args(arguments)
    if rest and not getattr(given, "reads_the_rest", False):
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    given.rest = rest
    run: Command = given.run
    try:
        return run(given)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lyspunkt", description="Lyspunkt, the story desk for municipal communicators"
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _run(commands)
    _demo(commands)
    _stories(commands)
    _webhook(commands)
    _mail(commands)
    _organisation(commands)
    _classify(commands)
    for name, module, what in (
        ("evaluate", "infra.evaluate", "measure classification on labelled stories, beside its bars and peers"),
        ("benchmark", "infra.benchmark", "count AWS calls per story, time imports and steps"),
        ("screenshots", "infra.screenshots", "take pictures of every page with Chromium"),
    ):
        _elsewhere(commands, name, module, what)
    return parser


Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def _add(commands: Commands, name: str, what: str, run: Command) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=what, description=what[0].upper() + what[1:] + ".")
    parser.set_defaults(run=run)
    return parser


def _run(commands: Commands) -> None:
    def run(given: argparse.Namespace) -> int:
        from infra.commands.run import Options
        from infra.commands.run import run as start

        options = Options(
            workbench=given.port,
            pages=given.pages_port,
            site=given.site_port,
            uploads=given.uploads_port,
            smtp=given.smtp_port,
            keep=given.keep,
            with_samples=not given.no_samples,
        )
        return start(replace(options, organisation=given.organisation) if given.organisation else options)

    parser = _add(commands, "run", "run all of Lyspunkt here, with its samples, until Ctrl-C", run)
    parser.add_argument("--port", type=int, default=8600, metavar="N", help="of the workbench (default 8600)")
    parser.add_argument(
        "--pages-port", type=int, default=8601, metavar="N", help="of Lyspunkt's own pages (default 8601)"
    )
    parser.add_argument("--site-port", type=int, default=8602, metavar="N", help="of the story site (default 8602)")
    parser.add_argument(
        "--uploads-port", type=int, default=8603, metavar="N", help="that takes the form's pictures (default 8603)"
    )
    parser.add_argument("--smtp-port", type=int, default=8625, metavar="N", help="that takes mail (default 8625)")
    parser.add_argument("--keep", action="store_true", help="keep the state in .lyspunkt/ for next time")
    parser.add_argument("--no-samples", action="store_true", help="start with an empty desk")
    parser.add_argument("--organisation", type=Path, metavar="FILE", help="the municipality (default: Lyngvig)")


def _demo(commands: Commands) -> None:
    def run(given: argparse.Namespace) -> int:
        from infra.commands.demo import demo

        return demo(as_json=given.json)

    parser = _add(commands, "demo", "play every sample from submission to its end, without a person", run)
    parser.add_argument("--json", action="store_true", help="print the trails as JSON")


def _stories(commands: Commands) -> None:
    def stories(given: argparse.Namespace) -> int:
        from infra.commands import trail
        from infra.commands.connection import connected

        with connected(given.stack):
            return trail.list_stories(days=given.days, as_json=given.json)

    def show(given: argparse.Namespace) -> int:
        from infra.commands import trail
        from infra.commands.connection import connected

        with connected(given.stack):
            return trail.show(given.story, as_json=given.json)

    parser = _add(commands, "stories", "list the stories that changed lately", stories)
    parser.add_argument("--days", type=int, default=7, metavar="N", help="how far back (default 7)")
    _common(parser)
    parser = _add(commands, "trail", "show what happened to one story: each step, when and why", show)
    parser.add_argument("story", metavar="STORY", help="the story's id")
    _common(parser)


def _webhook(commands: Commands) -> None:
    def sign(given: argparse.Namespace) -> int:
        from infra.commands import webhook
        from infra.commands.connection import connected

        with connected(given.stack):
            return webhook.sign(given.source, given.file)

    def attempt(given: argparse.Namespace) -> int:
        from infra.commands import webhook

        return webhook.attempt(
            given.source, given.file, content_type=given.content_type, organisation=given.organisation
        )

    inner = commands.add_parser("webhook", help="deliveries of form products").add_subparsers(
        metavar="WHAT", required=True
    )
    parser = _add(inner, "try", "say what each field of a delivery in FILE would become, and store nothing", attempt)
    parser.add_argument("source", metavar="SOURCE", help="as in the organisation file")
    parser.add_argument("file", metavar="FILE", type=Path, help="what the form product posted: the body")
    parser.add_argument("--content-type", metavar="TYPE", help="of the body (default: what it looks like)")
    parser.add_argument(
        "--organisation",
        type=Path,
        metavar="FILE",
        default=Path(__file__).parent / "lyngvig.yaml",
        help="whose `sources` are meant (default: Lyngvig)",
    )
    parser = _add(inner, "sign", "print the curl line that posts FILE as SOURCE would, signed now", sign)
    parser.add_argument("source", metavar="SOURCE", help="as in the organisation file")
    parser.add_argument("file", metavar="FILE", type=Path)
    _stack(parser)


def _mail(commands: Commands) -> None:
    def attempt(given: argparse.Namespace) -> int:
        from infra.commands import mail

        return mail.attempt(given.paths, as_json=given.json, organisation=given.organisation)

    inner = commands.add_parser("mail", help="mail that comes in").add_subparsers(metavar="WHAT", required=True)
    parser = _add(inner, "try", "say what raw mails would become, and store nothing", attempt)
    parser.add_argument(
        "paths", metavar="DIR|FILE", type=Path, nargs="+", help="raw messages, mailbox files, or folders of them"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON line for each message, the totals last")
    parser.add_argument(
        "--organisation",
        type=Path,
        metavar="FILE",
        default=Path(__file__).parent / "lyngvig.yaml",
        help="whose limits are meant (default: Lyngvig)",
    )


def _organisation(commands: Commands) -> None:
    def check(given: argparse.Namespace) -> int:
        from infra.commands import organisation

        return organisation.check(given.file)

    def apply(given: argparse.Namespace) -> int:
        from infra.commands import organisation
        from infra.commands.connection import connected

        with connected(given.stack):
            return organisation.apply(given.file, replace=given.replace, by="command")

    inner = commands.add_parser("organisation", help="the municipality as data").add_subparsers(
        metavar="WHAT", required=True
    )
    parser = _add(inner, "check", "say what is wrong with an organisation file, line by line", check)
    parser.add_argument("file", metavar="FILE", type=Path)
    parser = _add(inner, "apply", "put an organisation file in place, after showing what changes", apply)
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument("--replace", action="store_true", help="also over what was put in place before")
    _stack(parser)


def _classify(commands: Commands) -> None:
    def classify(given: argparse.Namespace) -> int:
        from infra.commands import classify

        return classify.classify(given.file, as_json=given.json)

    def explain(given: argparse.Namespace) -> int:
        from infra.commands import classify

        return classify.explain(given.file, organisation=given.organisation, at=given.at or datetime.now(UTC))

    parser = _add(commands, "classify", "say what each story of a file is about, and store nothing", classify)
    parser.add_argument("file", metavar="FILE", type=Path, help="one JSON object a line, with id, subject and body")
    parser.add_argument("--json", action="store_true", help="print one JSON line for each story, with the reasons")
    parser = _add(commands, "explain", "say what one text is about and each rule that sends it on its way", explain)
    parser.add_argument(
        "file", metavar="FILE", type=Path, help="a text, the subject first if an empty line follows; or -"
    )
    parser.add_argument(
        "--at", metavar="TIME", type=_moment, help="as if it came then, such as 2026-12-24 (default: now)"
    )
    parser.add_argument(
        "--organisation",
        type=Path,
        metavar="FILE",
        default=Path(__file__).parent / "lyngvig.yaml",
        help="whose rules are meant (default: Lyngvig)",
    )


def _moment(written: str) -> datetime:
    """A time as people write it, in this machine's zone where none is said."""
    try:
        return datetime.fromisoformat(written).astimezone()
    except ValueError:
        raise argparse.ArgumentTypeError(f"{written} is no time: write it as 2026-12-24 or 2026-12-24T09:00") from None


def _elsewhere(commands: Commands, name: str, module: str, what: str) -> None:
    """A command whose module reads its own arguments."""

    def run(given: argparse.Namespace) -> int:
        return int(import_module(module).main(given.rest) or 0)

    parser = commands.add_parser(name, help=what, add_help=False)
    parser.set_defaults(run=run, reads_the_rest=True)


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON")
    _stack(parser)


def _stack(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--stack", metavar="NAME", help="a deployed stack (default: what runs here by `lyspunkt run`)")


if __name__ == "__main__":
    sys.exit(main())
