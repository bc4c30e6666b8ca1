"""The matters behind a number: which are in its cohort, and which of them met what was asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row, Select, case, func, literal, select
from sqlalchemy.orm import Session

from data import models
from data.access.policies import DETAILS
from data.access.roles import GROUPS
from data.reads.indicator_rules import Rule, base, members_of, rule_of, successes_of
from data.reads.indicator_subjects import reader_of
from data.reads.indicator_tallies import Condition, belongs
from data.reads.matters import petition
from grid.indicators.cohorts import COHORT_ROWS, CohortMatter, CohortPage
from grid.indicators.definitions import Definition, asked_for
from grid.indicators.figures import FigureQuestion
from grid.matters import Category, Stage
from grid.refusals import Refused

CohortRow = tuple[str, int, int, int, int]
"""Indicator, matter, unit, counted and met: a row of ``snapshot_matter``."""


def refuse_others(session: Session) -> None:
    """Raise ``Refused('not_allowed')`` where the reader may not see matters one by one."""
    role = reader_of(session).role
    if role is not None and GROUPS[role] not in DETAILS:
        raise Refused("not_allowed")


def page_of(
    session: Session,
    definition: Definition,
    question: FigureQuestion,
    conditions: Sequence[Condition],
    page: int,
) -> CohortPage:
    """Return a page of a cohort, those not met first, and the sums of all of it."""
    rule, inside = _cohort(definition, question)
    within = (*inside, *conditions)
    sums = select(func.count(), func.sum(successes_of(rule)), func.sum(members_of(rule)))
    total, met, counted = session.execute(sums.select_from(petition).where(*within)).one()
    page = min(max(1, page), max(1, -(-total // COHORT_ROWS)))
    found = session.execute(
        _select_matters(rule).where(*within).limit(COHORT_ROWS).offset((page - 1) * COHORT_ROWS)
    )
    return CohortPage(tuple(to_matter(row) for row in found), total, met or 0, counted or 0, page)


def cohort_rows(session: Session, question: FigureQuestion) -> Iterator[CohortRow]:
    """Yield every matter in every cohort of the units, indicator by indicator: what a quarter is frozen of.

    The program's own work alone asks this: a reader would get what they may see.
    """
    for definition in asked_for(question.versions):
        rule, inside = _cohort(definition, question)
        chosen = select(
            literal(definition.code), petition.id, petition.unit_id, members_of(rule), successes_of(rule)
        )
        counted = chosen.where(*inside, petition.unit_id.is_not(None)).order_by(petition.id)
        for code, matter_id, unit_id, by, met in session.execute(counted):
            yield code, matter_id, unit_id or 0, by, met


def _cohort(definition: Definition, question: FigureQuestion) -> tuple[Rule, list[Condition]]:
    until = min(question.period.until, question.as_of)
    rule = rule_of(definition, until if definition.is_stock else question.as_of)
    inside = [base(), belongs(rule, question.period.since, until)]
    if question.category is not None:
        inside.append(petition.category == question.category.value)
    return rule, inside


def _select_matters(rule: Rule) -> Select[*tuple[Any, ...]]:
    unit, counted, met = models.Unit, members_of(rule), successes_of(rule)
    return (
        select(
            petition.id, petition.matter_no, petition.category, petition.stage, petition.registered_on,
            unit.name.label("unit"), rule.day.label("cohort_on"), rule.done_on.label("met_on"),
            counted.label("counted"), met.label("met"),
        )
        .outerjoin(unit, unit.id == petition.unit_id)
        .order_by(case((met < counted, 0), else_=1), "cohort_on", petition.id)
    )  # fmt: skip


def to_matter(row: Row[*tuple[Any, ...]]) -> CohortMatter:
    """Return the matter of a row that has its fields by their names."""
    return CohortMatter(
        id=row.id,
        matter_no=row.matter_no,
        unit=row.unit or "",
        category=Category(row.category),
        stage=Stage(row.stage),
        registered_on=row.registered_on,
        cohort_on=row.cohort_on,
        met_on=row.met_on,
        counted=row.counted,
        met=row.met,
    )
