"""``fengtu import KIND FILE``: the intake from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import click

from data.commands.context import Context
from data.geocode.placing_tables import PlacingTables
from data.intake.outcome import write_outcome
from data.intake.run import run_import
from grid.areas import LEVELS
from grid.findings import Finding, ImportKind, ImportReport
from grid.inspection import Inspection
from grid.principals import COMMAND_LINE
from grid.refusals import Refused

_MOST_SHOWN = 40
"""Findings printed; the outcome workbook holds all."""
_UNANSWERED = 3
"""Exit code where something must be answered before the file can be imported."""


@dataclass(frozen=True, slots=True)
class Output:
    """How an import is run and told."""

    dry_run: bool
    as_json: bool
    outcome: Path | None


@click.group(name="import")
def commands() -> None:
    """Import a file; with ``--dry-run`` see first what it would do and what it asks."""


def _import(context: Context, kind: ImportKind, file: Path, options: dict[str, str], output: Output) -> None:
    engine = context.open_engine()
    try:
        tables = PlacingTables(context.settings.placing_dir)
        run = partial(run_import, engine, COMMAND_LINE, kind, file, options=options, table_of=tables)
        report = _run(run, dry_run=output.dry_run)
    finally:
        engine.dispose()
    _tell(context, report, output)
    if report.inspection.open_questions:
        raise click.exceptions.Exit(_UNANSWERED)


def _run(run: Callable[..., ImportReport], *, dry_run: bool) -> ImportReport:
    """Import a file; where questions are open, try it out instead, so that they can be told."""
    try:
        return run(dry_run=dry_run)
    except Refused as refused:
        if refused.code != "questions_open":
            raise
        return run(dry_run=True)


def _tell(context: Context, report: ImportReport, output: Output) -> None:
    if output.outcome is not None:
        output.outcome.write_bytes(write_outcome(report, context.say))
    if output.as_json:
        click.echo(json.dumps(asdict(report), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_lines(report, context.say)))


def _make_command(kind: ImportKind) -> click.Command:
    @click.pass_obj
    def command(context: Context, /, file: Path, **given: Any) -> None:
        options = _pairs(given["option"])
        options |= {f"leader_row_{row}": who for row, who in _pairs(given.get("answer", ())).items()}
        if "level" in given:
            options["level"] = given["level"]
        output = Output(given["dry_run"], given["as_json"], given["outcome"])
        _import(context, kind, file, options, output)

    return click.Command(
        kind.value, callback=command, params=_params(kind), help=f"Import {kind.value} from FILE."
    )


def _params(kind: ImportKind) -> list[click.Parameter]:
    path = click.Path(path_type=Path, dir_okay=False)
    params: list[click.Parameter] = [
        click.Argument(["file"], type=path),
        click.Option(["--dry-run"], is_flag=True),
        click.Option(["--json", "as_json"], is_flag=True),
        click.Option(["--outcome"], type=path, metavar="XLSX"),
        click.Option(["--option"], multiple=True, metavar="NAME=VALUE"),
    ]
    if kind is ImportKind.BOUNDARIES:
        params.append(click.Option(["--level"], type=click.Choice(list(map(str, LEVELS))), required=True))
    if kind is ImportKind.COVERAGE:
        params.append(click.Option(["--answer"], multiple=True, metavar="ROW=NAME"))
    return params


def _pairs(texts: Iterable[str]) -> dict[str, str]:
    pairs = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign:
            raise Refused("option_unreadable", option=text)
        pairs[name.strip()] = value.strip()
    return pairs


def _lines(report: ImportReport, say: Callable[..., str]) -> list[str]:
    kind = say(f"import_kind.{report.kind}")
    counts = {name: getattr(report, name) for name in ("rows", "accepted", "review", "refused", "seconds")}
    lines = [say("intake.summary", kind=kind, file=report.file_name, **counts)]
    lines += [say("intake.unchanged")] * report.unchanged + [say("intake.dry_run")] * report.dry_run
    lines += [f"  {say(f'figure.{name}')} {value}" for name, value in report.figures.items()]
    lines += [_sentence(finding, say) for finding in report.findings[:_MOST_SHOWN]]
    if len(report.findings) > _MOST_SHOWN:
        lines.append(say("intake.more", count=len(report.findings) - _MOST_SHOWN))
    return lines + list(_questions(report.inspection, say))


def _questions(inspection: Inspection, say: Callable[..., str]) -> Iterator[str]:
    """Tell what is not answered yet, with the option that each answer is given as."""
    unanswered = [question for question in inspection.questions if not question.answer]
    if unanswered:
        yield say("asked.title", count=len(inspection.open_questions))
    for question in unanswered:
        yield "  " + say(f"questions.{question.code}", **question.facts)
        for choice in question.choices:
            key = "asked.proposed" if choice.value == question.proposed else "asked.choice"
            words = say(f"choices.{choice.code}", **choice.facts)
            yield "    " + say(key, option=question.option, value=choice.value, words=words)
        if not question.choices:
            yield "    " + say("asked.text", option=question.option)


def _sentence(finding: Finding, say: Callable[..., str]) -> str:
    row = say("intake.row", row=finding.row) if finding.row else ""
    where = " · ".join(filter(None, (say(f"severity.{finding.severity}"), row, finding.column)))
    line = say("intake.finding", where=where, sentence=say(f"findings.{finding.code}", **finding.facts))
    return "  " + line + (say("intake.original", original=finding.original) if finding.original else "")


for _kind in ImportKind:
    commands.add_command(_make_command(_kind))
