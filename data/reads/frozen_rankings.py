"""Readings of schemes and of quarters as they were frozen, with nothing from beside them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from data import models
from grid.listings import Quarter
from grid.rectification.frozen import read_ranking
from grid.rectification.ranking import Ranking
from grid.rectification.schemes import Scheme, read_scheme


def schemes(session: Session) -> tuple[Scheme, ...]:
    """Return every version of the scheme, newest first."""
    table = models.ScoreScheme
    return tuple(scheme_of(row) for row in session.scalars(select(table).order_by(table.version.desc())))


def scheme_in_force(session: Session, on: date) -> Scheme:
    """Return the scheme in force on a day: of those begun by then the latest version."""
    found = next((one for one in schemes(session) if one.valid_from <= on), None)
    if found is None:
        raise LookupError("no scheme is in force: a database is made with one")
    return found


def frozen_quarters(session: Session) -> tuple[Quarter, ...]:
    """Return the quarters that are frozen, newest first."""
    texts = session.scalars(select(models.QuarterSnapshot.quarter).distinct())
    return tuple(sorted(map(Quarter.parse, texts), reverse=True))


def stored(session: Session, quarter: Quarter, revision: int | None = None) -> Ranking | None:
    """Return a quarter as it was frozen, its latest revision unless one is named; none where not frozen."""
    table = models.QuarterSnapshot
    wanted = _select().where(table.quarter == str(quarter))
    if revision is not None:
        wanted = wanted.where(table.revision == revision)
    return _one(session, wanted)


def latest(session: Session) -> Ranking | None:
    """Return the last quarter that was frozen, none before the first."""
    return _one(session, _select())


def scheme_of(row: models.ScoreScheme) -> Scheme:
    """Return the scheme of a row."""
    return read_scheme(
        row.version, row.name, row.valid_from, row.minimum_n, row.content, with_visits=row.with_visits
    )


def _select() -> Select[*tuple[Any, ...]]:
    table, scheme = models.QuarterSnapshot, models.ScoreScheme
    return (
        select(table, scheme)
        .join(scheme, scheme.id == table.scheme_id)
        .order_by(table.quarter.desc(), table.revision.desc())
        .limit(1)
    )


def _one(session: Session, wanted: Select[*tuple[Any, ...]]) -> Ranking | None:
    row = session.execute(wanted).one_or_none()
    return None if row is None else _ranking(row)


def _ranking(row: Row[*tuple[Any, ...]]) -> Ranking:
    snapshot, scheme = row
    return replace(
        read_ranking(snapshot.result, scheme_of(scheme)),
        revision=snapshot.revision,
        checksum=snapshot.checksum,
        snapshot_id=snapshot.id,
        taken_at=snapshot.taken_at,
        taken_by=snapshot.taken_by,
    )
