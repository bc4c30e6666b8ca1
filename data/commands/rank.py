"""``fengtu rank``: units of a quarter with rank, score and indicators, as frozen; freezing and verifying."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from unicodedata import east_asian_width

import click
from sqlalchemy import Engine

from data.commands.context import Context
from data.reads import city
from data.reads import rectification as reads
from data.sessions import reading
from data.writes import freezing
from grid.indicators.figures import Figure
from grid.listings import Quarter
from grid.principals import COMMAND_LINE
from grid.rectification.ranking import RankedUnit, Ranking
from grid.refusals import Refused


@click.command(name="rank")
@click.option("--quarter", "quarter_text", required=True, metavar="2026Q3")
@click.option("--revision", type=click.IntRange(min=1), default=None)
@click.option("--json", "as_json", is_flag=True)
@click.option("--freeze", "freeze_anew", is_flag=True)
@click.option("--verify", is_flag=True)
@click.pass_obj
def command(
    context: Context,
    /,
    *,
    quarter_text: str,
    revision: int | None,
    as_json: bool,
    freeze_anew: bool,
    verify: bool,
) -> None:
    """Print a quarter's ranking: a table, or JSON; one that is over and was never frozen is frozen first."""
    quarter, engine = Quarter.parse(quarter_text), context.open_engine()
    if freeze_anew:
        freezing.freeze(engine, quarter, progress=_Teller(context))
    if verify:
        _verify(context, engine, quarter, revision, as_json)
        return
    found = _ranking(context, engine, quarter, revision)
    if as_json:
        click.echo(json.dumps(_answer(context, engine, found), ensure_ascii=False))
        return
    for line in _lines(context, found):
        click.echo(line)


class _Teller:
    """Tells on stderr how far a freezing is."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def __call__(self, step: str, done: int, total: int | None) -> None:
        """Print one line a step."""
        click.echo(f"· {self._context.say(f'rank.{step}', done=done, total=total)}", err=True)


def _ranking(context: Context, engine: Engine, quarter: Quarter, revision: int | None) -> Ranking:
    with reading(engine, COMMAND_LINE) as session:
        found, today = reads.ranking(session, quarter, revision), city.today(session)
    if found is not None:
        return found
    if revision is not None:
        raise Refused("rank_revision_unknown", quarter=str(quarter), revision=revision)
    if quarter.last_day >= today:
        return freezing.try_out(engine, quarter, progress=_Teller(context))
    click.echo(context.say("rank.first", quarter=quarter), err=True)
    freezing.freeze(engine, quarter, progress=_Teller(context))
    return _ranking(context, engine, quarter, None)


def _verify(context: Context, engine: Engine, quarter: Quarter, revision: int | None, as_json: bool) -> None:
    with reading(engine, COMMAND_LINE) as session:
        found = freezing.verify(session, quarter, revision)
    if found is None:
        raise Refused("quarter_not_frozen", quarter=str(quarter))
    facts = {
        "quarter": str(quarter),
        "revision": found.ranking.revision,
        "checksum": found.ranking.checksum,
        "again": found.again,
        "stored": found.stored_again,
    }
    if as_json:
        click.echo(json.dumps({**facts, "same": found.is_same}, ensure_ascii=False))
    else:
        click.echo(context.say("rank.same" if found.is_same else "rank.differs", **facts))
    if not found.is_same:
        click.get_current_context().exit(1)


def _answer(context: Context, engine: Engine, found: Ranking) -> dict[str, Any]:
    with reading(engine, COMMAND_LINE) as session:
        place = city.city(session)
    scheme = found.scheme
    return {
        "city": place.name,
        "synthetic": place.synthetic,
        "source": place.source,
        "quarter": str(found.quarter),
        "as_of": found.as_of.isoformat(),
        "snapshot": _snapshot(found),
        "checksum": found.checksum,
        "scheme": {
            "version": scheme.version,
            "name": scheme.name,
            "minimum_n": scheme.minimum_n,
            "with_visits": scheme.with_visits,
        },
        "rank_1_is": "lowest_score",
        "definition": [*_means(context, found)],
        "units": [_unit(row) for row in found.rows],
    }


def _snapshot(found: Ranking) -> dict[str, Any] | None:
    if not found.is_frozen:
        return None
    taken_at: datetime | None = found.taken_at
    return {
        "revision": found.revision,
        "as_of": found.as_of.isoformat(),
        "taken_at": taken_at and taken_at.isoformat(),
        "taken_by": found.taken_by,
    }


def _unit(row: RankedUnit) -> dict[str, Any]:
    subject = row.subject
    return {
        "rank": row.rank,
        "tied": row.tied,
        "previous_rank": row.previous_rank,
        "score": None if row.score is None else float(row.score),
        "code": subject.code,
        "name": subject.name,
        "level": subject.level and subject.level.value,
        "listing": row.listing and row.listing.value,
        "not_ranked": [
            {"indicator": one.weight.indicator, "reason": one.untold, "n": one.denominator}
            for one in row.not_ranked
        ],
        "indicators": [_indicator(row, figure) for figure in row.figures.figures],
    }


def _indicator(row: RankedUnit, figure: Figure) -> dict[str, Any]:
    part = next((one for one in row.parts if one.weight.indicator == figure.indicator), None)
    return {
        "indicator": figure.indicator,
        "version": figure.version,
        "numerator": figure.numerator,
        "n": figure.denominator,
        "rate": figure.rate,
        "interval": figure.interval,
        "target": figure.target,
        "standing": figure.standing.value,
        "points": None if part is None else part.weight.points,
        "earned": None if part is None or part.earned is None else float(part.earned),
    }


def _lines(context: Context, found: Ranking) -> list[str]:
    """Return a table of the scored indicators, and below it what the numbers are."""
    weights = found.scheme.weights
    names = [context.say(f"indicators.{weight.indicator}.name") for weight in weights]
    head = [context.say(f"rank.column.{name}") for name in ("rank", "previous", "unit", "score")]
    table = [[*head, *names, context.say("rank.column.why")]]
    table += [_cells(context, row) for row in found.rows]
    widths = [max(map(_width, column)) for column in zip(*table, strict=True)]
    lines = ["  ".join(map(_padded, cells, widths)).rstrip() for cells in table]
    return [*lines, *_means(context, found)]


def _cells(context: Context, row: RankedUnit) -> list[str]:
    rank = context.say("rank.not_ranked") if row.rank is None else str(row.rank)
    if row.tied:
        rank = context.say("rank.tied", rank=row.rank)
    rates = [
        f"{part.numerator / part.denominator:.1%} n={part.denominator}" if part.denominator else "—"
        for part in row.parts
    ]
    previous, score = str(row.previous_rank or "—"), "—" if row.score is None else str(row.score)
    return [rank, previous, row.subject.name, score, *rates, _why(context, row)]


def _why(context: Context, row: RankedUnit) -> str:
    told = (
        (f"rank.{part.untold}", context.say(f"indicators.{part.weight.indicator}.name"), part.denominator)
        for part in row.not_ranked
    )
    return " ".join(context.say(key, name=name, n=n) for key, name, n in told)


def _means(context: Context, found: Ranking) -> list[str]:
    scheme = found.scheme
    facts = {"quarter": found.quarter, "revision": found.revision, "checksum": found.checksum}
    lines = [
        context.say("rank.frozen" if found.is_frozen else "rank.live", as_of=found.as_of, **facts),
        context.say("rank.scheme", name=scheme.name, version=scheme.version, n=scheme.minimum_n),
    ]
    return [*lines, context.say("rank.with_visits")] if scheme.with_visits else lines


def _width(text: str) -> int:
    return sum(2 if east_asian_width(one) in "WF" else 1 for one in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
