"""The matters behind a frozen number: as they were counted then, with what is known of them now."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session

from data import models
from data.reads.indicator_cohorts import to_matter
from data.reads.indicator_rules import rule_of
from data.reads.matters import petition
from grid.indicators.cohorts import COHORT_ROWS, CohortPage
from grid.indicators.definitions import Definition
from grid.rectification import Ranking

_kept = models.SnapshotMatter


def page_of(session: Session, frozen: Ranking, unit_id: int, definition: Definition, page: int) -> CohortPage:
    """Return a page of a unit's frozen cohort, those not met first, of the matters that the reader sees."""
    inside = (
        _kept.snapshot_id == frozen.snapshot_id,
        _kept.unit_id == unit_id,
        _kept.indicator == definition.code,
    )
    sums = select(func.count(), func.sum(_kept.met), func.sum(_kept.counted))
    joined = sums.select_from(_kept).join(petition, petition.id == _kept.petition_id).where(*inside)
    total, met, counted = session.execute(joined).one()
    page = min(max(1, page), max(1, -(-total // COHORT_ROWS)))
    rows = session.execute(
        _select(definition, frozen.as_of).where(*inside).limit(COHORT_ROWS).offset((page - 1) * COHORT_ROWS)
    )
    return CohortPage(tuple(to_matter(row) for row in rows), total, met or 0, counted or 0, page)


def _select(definition: Definition, as_of: date) -> Select[*tuple[Any, ...]]:
    """Return the statement of frozen matters; a day that was taken away since is that of registration."""
    rule, unit = rule_of(definition, as_of), models.Unit
    day: ColumnElement[Any] = func.coalesce(rule.day, petition.registered_on)
    return (
        select(
            petition.id, petition.matter_no, petition.category, petition.stage, petition.registered_on,
            unit.name.label("unit"), day.label("cohort_on"), rule.done_on.label("met_on"),
            _kept.counted, _kept.met,
        )
        .select_from(_kept)
        .join(petition, petition.id == _kept.petition_id)
        .outerjoin(unit, unit.id == _kept.unit_id)
        .order_by(case((_kept.met < _kept.counted, 0), else_=1), "cohort_on", petition.id)
    )  # fmt: skip
