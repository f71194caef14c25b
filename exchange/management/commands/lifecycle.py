"""Write docs/lifecycle.md from the tables of data that drive the software."""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from exchange.lifecycle import Lifecycle
from exchange.trips.lifecycle import ORDER, OVERDUE, PHASE_RULES, RETURN_PHASE, Phase

PAGE = settings.ROOT / "docs" / "lifecycle.md"
INTRODUCTION = """# Life cycles

Written by `manage.py lifecycle` from the tables in each `lifecycle.py`; change those, not this page. `make check` fails
when the two differ.

A status changes only through `exchange.transitions.perform`: on the condition that the row is still in one of the
states it starts from, by somebody wearing one of the hats, with an entry in the history.
"""


def lifecycles() -> Iterator[tuple[str, Lifecycle]]:
    """Every life cycle, with the app it belongs to."""
    for config in apps.get_app_configs():
        name = f"{config.name}.lifecycle"
        if config.name == "exchange" or find_spec(name) is None:
            continue
        module = import_module(name)
        for value in vars(module).values():
            if isinstance(value, Lifecycle):
                yield config.name, value


def phases() -> list[str]:
    """The phase of a trip: stored decisions and the calendar."""
    lines = ["## Phases of a trip", ""]
    lines += ["A trip stores what people decide; its phase follows. The first rule that holds gives the phase.", ""]
    lines += ["| phase | when |", "|---|---|"]
    lines += [f"| {phase.label} | {rule} |" for phase, rule in PHASE_RULES]
    lines += ["", f"The timeline: {' → '.join(str(phase.label) for phase in ORDER)}.", ""]
    lines += [
        f"Today is the date in Europe/Amsterdam. The return phase lasts until {RETURN_PHASE.days} days after the",
        f"return meeting. Told as overdue: a follow-up not completed {OVERDUE.days} days after the follow-up day,",
        f"and a {Phase.SELECTION.label.lower()} not published on the day of departure.",
        "",
    ]
    return lines


def table(app: str, life: Lifecycle) -> list[str]:
    """One life cycle: its drawing, its states, its transitions."""
    lines = [f"## {life.name.replace('_', ' ').capitalize()}", "", f"`{app}.lifecycle`", "", "```mermaid"]
    lines += ["stateDiagram-v2"]
    for step in life.transitions:
        lines += [f"    {source} --> {step.target}: {step.label}" for source in step.sources]
    lines += ["```", "", "| state | label | what follows |", "|---|---|---|"]
    for state in life.states:
        leaving = [str(step.label) for step in life.transitions if state.value in step.sources]
        lines.append(f"| `{state.value}` | {state.label} | {', '.join(leaving) or state.final or '–'} |")
    lines += ["", "| transition | from | to | by |", "|---|---|---|---|"]
    for step in life.transitions:
        sources = ", ".join(f"`{source}`" for source in step.sources)
        lines.append(f"| {step.label} (`{step.name}`) | {sources} | `{step.target}` | {', '.join(sorted(step.by))} |")
    return [*lines, ""]


def page() -> str:
    """The whole page, in English."""
    with translation.override("en"):
        lines = [INTRODUCTION, *phases()]
        for app, life in sorted(lifecycles(), key=lambda pair: (pair[0], pair[1].name)):
            lines += table(app, life)
    return "\n".join(lines).rstrip() + "\n"


class Command(BaseCommand):
    requires_system_checks: list[str] = []
    help = "Write docs/lifecycle.md from the tables; --check only says whether it is up to date."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="fail when the page differs, write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        text = page()
        if options["check"]:
            if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
                raise CommandError("docs/lifecycle.md is out of date. Run: manage.py lifecycle")
            self.stdout.write("docs/lifecycle.md is up to date.")
            return
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(text, encoding="utf-8")
        self.stdout.write(f"Wrote {PAGE.relative_to(settings.ROOT)}.")
