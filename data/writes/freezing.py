"""Freezing a quarter: the matters of every cohort, the ranking worked out from them, and its checksum.

It is done over all matters by the importer's login, never in a screen's transaction: nobody who may not see a
matter changes a number by being the one who works it out.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Engine, func, insert, select, text
from sqlalchemy.orm import Session

from data import models
from data.reads import city, frozen_rankings
from data.reads.indicator_cohorts import cohort_rows
from data.sessions import act_for, bump_version, note, reading
from data.writes.copying import copy_rows
from grid.areas import Level
from grid.audits import Action
from grid.indicators.definitions import Definition, asked_for
from grid.indicators.figures import FigureQuestion, Period, Subject
from grid.listings import Quarter
from grid.principals import BACKGROUND, COMMAND_LINE, Principal
from grid.rectification.frozen import (
    FrozenIndicator,
    FrozenQuarter,
    MatterRow,
    QuarterInputs,
    checksum,
    freeze_quarter,
    read_inputs,
)
from grid.rectification.ranking import Ranking
from grid.rectification.schemes import Scheme
from grid.refusals import Refused

_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('fengtu.freeze'))"
_COLUMNS = ("snapshot_id", "indicator", "petition_id", "unit_id", "counted", "met")
_QUIET_HOURS = 1
_WAITS = text("""
    SELECT NOT EXISTS (SELECT FROM petition) OR EXISTS (
        SELECT FROM import_batch
        WHERE created_at > now() - make_interval(hours => :hours) AND NOT dry_run)""")
_LOG = logging.getLogger("fengtu.freezing")
Progress = Callable[[str, int, int | None], None]


def _silent(step: str, done: int, total: int | None) -> None:
    """Tell nobody."""


def freeze(
    engine: Engine, quarter: Quarter, principal: Principal = COMMAND_LINE, *, progress: Progress = _silent
) -> Ranking:
    """Freeze a quarter anew from all matters as of today, and return its ranking.

    Raises ``Refused('quarter_not_over')``: of a quarter that goes on nobody is ranked.
    """
    with Session(engine) as session, session.begin():
        act_for(session, principal, timeout_ms=0)
        session.execute(text(_ONE_AT_A_TIME))
        # Read in one snapshot that begins now; written apart from it, since the audit's head and the data
        # version are everybody's rows, and what is REPEATABLE READ must not touch what others changed.
        with reading(engine, principal) as snapshot:
            if quarter.last_day >= city.today(snapshot):
                raise Refused("quarter_not_over", quarter=str(quarter))
            read = _read(snapshot, quarter, progress)
        snapshot_id = _write(session, read, principal, progress)
        bump_version(session)
        return _stored(session, snapshot_id)


def try_out(engine: Engine, quarter: Quarter, *, progress: Progress = _silent) -> Ranking:
    """Return a quarter's ranking as it would be frozen today, and keep nothing; also while it goes on."""
    with reading(engine, COMMAND_LINE) as session:
        return _read(session, quarter, progress).frozen.ranking


def freeze_when_due(engine: Engine) -> tuple[Quarter, ...]:
    """Freeze the last quarter where its scheme's days are over and nobody did; return what was frozen.

    While files come in it waits: of a city half imported nothing is frozen.
    """
    with reading(engine, BACKGROUND) as session:
        on = city.today(session)
        last = Quarter.of(on).previous
        days = frozen_rankings.scheme_in_force(session, last.last_day).terms.freeze_after_days
        done = last in frozen_rankings.frozen_quarters(session)
        waits = session.execute(_WAITS, {"hours": _QUIET_HOURS}).scalar_one()
    if done or waits or on <= last.last_day + timedelta(days=days):
        return ()
    freeze(engine, last, BACKGROUND)
    return (last,)


def try_to_freeze(engine: Engine) -> None:
    """Freeze what is due, but only log what goes wrong: the worker tries again."""
    try:
        freeze_when_due(engine)
    except Exception as error:
        # Type only, since a message may quote data.
        _LOG.error("a quarter was not frozen: %s", type(error).__name__)


@dataclass(frozen=True, slots=True)
class Verified:
    """A quarter worked out again from its frozen cohorts, beside what was stored of it."""

    ranking: Ranking
    again: str
    """The checksum that comes out now."""
    stored_again: str
    """The checksum of what is stored now."""

    @property
    def is_same(self) -> bool:
        """Whether both are the checksum that was noted when it was frozen."""
        return self.again == self.stored_again == self.ranking.checksum


def verify(session: Session, quarter: Quarter, revision: int | None = None) -> Verified | None:
    """Work a frozen quarter out again from its cohorts and its scheme; none where it is not frozen."""
    ranking = frozen_rankings.stored(session, quarter, revision)
    if ranking is None or ranking.snapshot_id is None:
        return None
    result = session.scalars(
        select(models.QuarterSnapshot.result).where(models.QuarterSnapshot.id == ranking.snapshot_id)
    ).one()
    again = rework(session, ranking.snapshot_id, result, ranking.scheme)
    return Verified(ranking, again.checksum, checksum(result))


def rework(session: Session, snapshot_id: int, result: dict[str, Any], scheme: Scheme) -> FrozenQuarter:
    """Return a frozen quarter as it comes out of its cohorts now."""
    table = models.SnapshotMatter
    wanted = select(table.indicator, table.petition_id, table.unit_id, table.counted, table.met)
    rows = session.execute(wanted.where(table.snapshot_id == snapshot_id))
    return freeze_quarter(
        read_inputs(result, scheme), [(row[0], row[1], row[2], row[3], row[4]) for row in rows]
    )


@dataclass(frozen=True, slots=True)
class _Read:
    """What one snapshot of the database says of a quarter."""

    frozen: FrozenQuarter
    matters: list[MatterRow]
    data_version: int


def _read(session: Session, quarter: Quarter, progress: Progress) -> _Read:
    on = city.today(session)
    scheme = frozen_rankings.scheme_in_force(session, quarter.last_day)
    definitions = _definitions(scheme)
    versions = tuple(one.key for one in definitions)
    question = FigureQuestion(Period(quarter.first_day, quarter.last_day), on, versions=versions)
    matters: list[MatterRow] = []
    for done, (_, rows) in enumerate(groupby(cohort_rows(session, question), itemgetter(0))):
        progress("freezing", done, len(definitions))
        matters += rows
    progress("freezing", len(definitions), len(definitions))
    indicators = tuple(FrozenIndicator.of(one, scheme) for one in definitions)
    units = _units(session, {row[2] for row in matters})
    frozen = freeze_quarter(QuarterInputs(quarter, on, scheme, indicators, units), matters)
    return _Read(frozen, matters, city.version(session).number)


def _write(session: Session, read: _Read, principal: Principal, progress: Progress) -> int:
    table, ranking = models.QuarterSnapshot, read.frozen.ranking
    quarter = str(ranking.quarter)
    newest = session.scalar(select(func.max(table.revision)).where(table.quarter == quarter))
    scheme = models.ScoreScheme
    facts = {"quarter": quarter, "revision": (newest or 0) + 1, "checksum": read.frozen.checksum}
    values = {
        **facts,
        "scheme_id": select(scheme.id).where(scheme.version == ranking.scheme.version).scalar_subquery(),
        "as_of": ranking.as_of,
        "data_version": read.data_version,
        "result": read.frozen.result,
        "taken_by": principal.id,
    }
    snapshot_id: int = session.execute(insert(table).values(values).returning(table.id)).scalar_one()
    progress("writing", len(read.matters), len(read.matters))
    rows = ((snapshot_id, *row) for row in read.matters)
    copy_rows(session, models.SnapshotMatter.__tablename__, _COLUMNS, rows)
    note(session, principal, Action.QUARTER_FREEZE, "quarter_snapshot", facts)
    return snapshot_id


def _stored(session: Session, snapshot_id: int) -> Ranking:
    table = models.QuarterSnapshot
    row = session.execute(select(table.quarter, table.revision).where(table.id == snapshot_id)).one()
    found = frozen_rankings.stored(session, Quarter.parse(row.quarter), row.revision)
    if found is None:
        raise LookupError("what was written is not there")
    return found


def _definitions(scheme: Scheme) -> tuple[Definition, ...]:
    """Return the definitions in force, in the versions that the scheme weighs."""
    weighed = [one for one in scheme.weights if not one.counts_visits]
    return asked_for(tuple((one.indicator, one.version) for one in weighed))


def _units(session: Session, answering: set[int]) -> tuple[Subject, ...]:
    """Return the units of today's areas, departments, and whoever else answers for a matter of a cohort."""
    unit, area = models.Unit, models.Area
    wanted = (
        select(unit.id, unit.area_id, unit.name, area.code, area.level, area.valid_to)
        .outerjoin(area, area.id == unit.area_id)
        .order_by(unit.id)
    )
    rows = [row for row in session.execute(wanted) if row.valid_to is None or row.id in answering]
    return tuple(
        Subject(row.id, row.area_id, None, row.name, row.code or f"d{row.id}", row.level and Level(row.level))
        for row in rows
    )
