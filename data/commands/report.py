"""``fengtu report``: daily, weekly, monthly and quarterly reports as Word or Excel, on this machine."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from data.commands.context import Context
from data.commands.worded import WordedGroup
from data.reports.keeping import check_file, put_file
from data.reports.making import make_report
from grid.principals import COMMAND_LINE
from grid.reports.periods import read_period
from grid.reports.templates import TEMPLATES, ReportKind, SectionKind

PERIOD_OPTIONS = {
    ReportKind.DAILY: "day",
    ReportKind.WEEKLY: "week",
    ReportKind.MONTHLY: "month",
    ReportKind.QUARTERLY: "quarter",
}
_BYTES_A_KB = 1024


@click.group(cls=WordedGroup, name="report")
def commands() -> None:
    """Hold one command for each kind of report."""


def _command(kind: ReportKind) -> click.Command:
    option = PERIOD_OPTIONS[kind]

    @click.pass_obj
    def run(context: Context, /, out: Path, **given: str) -> None:
        _make(context, kind, given[option], out)

    params: list[click.Parameter] = [
        click.Option([f"--{option}"], required=True),
        click.Option(["--out"], required=True, type=click.Path(path_type=Path), metavar="FILE"),
    ]
    return click.Command(kind.value, callback=run, params=params)


def _make(context: Context, kind: ReportKind, text: str, out: Path) -> None:
    """Make one report; what is wrong with the period or the file is told before the database is asked."""
    asked = read_period(kind, text)
    check_file(out)
    engine = context.open_engine()
    steps = len(TEMPLATES[kind].sections) + 1
    label = context.say("reports.progress", kind=context.say(f"reports.kind.{kind}"), code=asked.code)
    with click.progressbar(length=steps, label=label, file=sys.stderr) as bar:

        def told(_: SectionKind) -> None:
            bar.update(1)

        body = make_report(engine, COMMAND_LINE, asked, out.suffix.lower(), context.say, told=told)
        put_file(out, body)
        bar.update(1)
    click.echo(context.say("reports.done", file=str(out), size=max(1, len(body) // _BYTES_A_KB)))


for _kind in ReportKind:
    commands.add_command(_command(_kind))
