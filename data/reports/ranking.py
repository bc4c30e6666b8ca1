"""The section of the quarter's ranking (一季一排名), from its frozen snapshot where there is one."""

from __future__ import annotations

from sqlalchemy.orm import Session

from data.reads import rectification
from data.reports.asked import Asked, Row
from grid.listings import Quarter
from grid.rectification import RankedUnit, Ranking
from grid.reports.content import Column, ColumnKind, Section, Table
from grid.reports.templates import SectionKind

_WORST = 3


def ranking_of(session: Session, asked: Asked) -> Ranking:
    """Return the quarter's frozen ranking, else a live one of today, as its page does."""
    quarter = Quarter.of(asked.period.since)
    frozen = rectification.ranking(session, quarter)
    return frozen or rectification.live_ranking(session, quarter, asked.city.today)


def ranked(session: Session, asked: Asked) -> Section:
    """Return ranks and scores with what they are made of; says whether they are frozen, by what scheme."""
    found = ranking_of(session, asked)
    weights = found.scheme.weights
    told = [row for row in found.rows if any(part.denominator for part in row.parts)]
    columns = (
        asked.column("rank", width=0.6),
        asked.column("unit_name", ColumnKind.TEXT, width=2.0),
        asked.column("score", ColumnKind.SCORE, width=0.8),
        asked.column("previous_rank", width=0.7),
        asked.column("state", ColumnKind.TEXT, width=1.0),
        *(column for weight in weights for column in _columns(weight.indicator, asked)),
        asked.column("remark", ColumnKind.TEXT, width=1.2),
    )
    table = Table(
        "ranking",
        asked.words("table.ranking", quarter=str(found.quarter)),
        columns,
        tuple(_row(row, asked) for row in told),
        notes=_notes(found, len(told), asked),
    )
    section = asked.words("section.ranking")
    return Section(
        SectionKind.RANKING, section, _sentences(found, asked), (table,), warnings=_warnings(found, asked)
    )


def _columns(code: str, asked: Asked) -> tuple[Column, Column]:
    group = asked.say(f"indicators.{code}.name")
    return (
        Column(f"{code}.rate", asked.words("column.rate"), ColumnKind.RATE, group, 0.9),
        Column(f"{code}.n", asked.words("column.n"), ColumnKind.COUNT, group, 0.7),
    )


def _row(row: RankedUnit, asked: Asked) -> Row:
    cells = [
        cell
        for part in row.parts
        for cell in (None if part.untold else part.numerator / part.denominator, part.denominator)
    ]
    return (
        row.rank,
        row.subject.name,
        None if row.score is None else float(row.score),
        row.previous_rank,
        row.listing and asked.say(f"listing_state.{row.listing}"),
        *cells,
        _remark(row, asked),
    )


def _remark(row: RankedUnit, asked: Asked) -> str | None:
    """Return why a unit has no rank, or that it shares one."""
    if row.not_ranked:
        return asked.words("ranking.not_ranked")
    return asked.words("ranking.tied") if row.tied else None


def _sentences(found: Ranking, asked: Asked) -> tuple[str, ...]:
    placed = [row for row in found.rows if row.rank is not None]
    facts = {"units": len(found.rows), "ranked": len(placed), "scheme": found.scheme.name}
    told = asked.words("ranking.told", **facts)
    if placed:
        names = asked.words("separator").join(row.subject.name for row in placed[:_WORST])
        told += asked.words("ranking.worst", names=names)
    return (told,)


def _notes(found: Ranking, told: int, asked: Asked) -> tuple[str, ...]:
    scheme = asked.words(
        "note.scheme", name=found.scheme.name, version=found.scheme.version, minimum=found.scheme.minimum_n
    )
    empty = len(found.rows) - told
    left_out = (asked.words("note.empty", count=empty),) if empty else ()
    notes = (asked.words("note.ranks"), asked.words("note.minimum"), *left_out, scheme)
    if not found.is_frozen:
        return (*notes, asked.words("note.as_of", as_of=found.as_of.isoformat()))
    facts = {"revision": found.revision, "as_of": found.as_of.isoformat(), "checksum": found.checksum}
    return (*notes, asked.words("note.frozen", **facts))


def _warnings(found: Ranking, asked: Asked) -> tuple[str, ...]:
    said = (("visits", found.with_visits), ("live", not found.is_frozen))
    return tuple(asked.words(f"warning.{name}") for name, is_so in said if is_so)
