"""The history of plans (包片沿革): who covered which unit on which day, by which plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from grid.coverage import Assignment, AssignmentKind, CoveragePlan, Leader, PlanState, Unit
from grid.planning.lifecycle import PlanStep, is_in_force


@dataclass(frozen=True, slots=True)
class Span:
    """Days from ``since`` to the day before ``until``; none where no end is set."""

    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Cover:
    """Who covered a unit on a day: ``plan`` in force, none where there was none, and its rows about the unit.

    ``by_unit_id`` is the unit that the plan names for it: itself, or the county above it where a plan gives
    whole counties; none where the plan leaves it out. ``rows`` of a county given out by towns are the towns'.
    """

    plan: CoveragePlan | None
    by_unit_id: int | None = None
    rows: tuple[Assignment, ...] = ()


@dataclass(frozen=True, slots=True)
class CoverSpan:
    """A stretch of days over which the same leaders answered for a unit, by one plan after another."""

    span: Span
    plans: tuple[CoveragePlan, ...]
    rows: tuple[Assignment, ...]


@dataclass(frozen=True, slots=True)
class PlanHistory:
    """All plans, the newest first, with the steps of each and what they name.

    ``counties`` gives for a unit the units above it, the nearest first; ``gaps`` the days between two
    published plans that belong to neither, ``overlaps`` those that belong to two.
    """

    today: date
    plans: tuple[CoveragePlan, ...]
    steps: Mapping[int, tuple[PlanStep, ...]]
    units: tuple[Unit, ...]
    leaders: tuple[Leader, ...]
    counties: Mapping[int, tuple[int, ...]] = field(default_factory=dict)

    @property
    def published(self) -> tuple[CoveragePlan, ...]:
        """The published plans with a day of their own, in the order of their days."""
        lasting = (one for one in self.plans if one.state is PlanState.PUBLISHED)
        return tuple(
            sorted((one for one in lasting if one.valid_from != one.valid_to), key=lambda one: one.valid_from)
        )

    @property
    def gaps(self) -> tuple[Span, ...]:
        """Days on which nobody covered anything, between the first plan and the last."""
        return tuple(_gaps(self.published))

    @property
    def overlaps(self) -> tuple[Span, ...]:
        """Days that two published plans claim; the database refuses such, so that there should be none."""
        return tuple(_overlaps(self.published))


def plan_on(plans: Iterable[CoveragePlan], on: date) -> CoveragePlan | None:
    """Return the plan in force on a day, none where there was none."""
    return next((plan for plan in plans if is_in_force(plan, on)), None)


def covered_on(history: PlanHistory, unit_id: int, on: date) -> Cover:
    """Return who covered a unit on a day."""
    plan = plan_on(history.plans, on)
    if plan is None:
        return Cover(None)
    for unit in (unit_id, *history.counties.get(unit_id, ())):
        rows = _answering(plan, {unit})
        if rows:
            return Cover(plan, unit, rows)
    inside = {one for one, above in history.counties.items() if unit_id in above}
    rows = _answering(plan, inside)
    return Cover(plan, unit_id if rows else None, rows)


def unit_line(history: PlanHistory, unit_id: int) -> tuple[CoverSpan, ...]:
    """Return who covered a unit over the years; plans that changed nothing for it are one stretch.

    A stretch without rows is one on which nobody did.
    """
    return tuple(_joined(_unit_spans(history, unit_id)))


def leader_line(history: PlanHistory, leader_id: int) -> tuple[CoverSpan, ...]:
    """Return what a leader answered for over the years: leads, help, cases and links."""
    spans = (
        CoverSpan(
            Span(plan.valid_from, plan.valid_to),
            (plan,),
            tuple(one for one in plan.assignments if one.leader_id == leader_id),
        )
        for plan in history.published
    )
    return tuple(one for one in _joined(spans) if one.rows)


def _unit_spans(history: PlanHistory, unit_id: int) -> Iterator[CoverSpan]:
    last: CoveragePlan | None = None
    for plan in history.published:
        if last is not None and last.valid_to is not None and last.valid_to < plan.valid_from:
            yield CoverSpan(Span(last.valid_to, plan.valid_from), (), ())
        cover = covered_on(history, unit_id, plan.valid_from)
        yield CoverSpan(Span(plan.valid_from, plan.valid_to), (plan,), cover.rows)
        last = plan


def _joined(spans: Iterable[CoverSpan]) -> Iterator[CoverSpan]:
    held: CoverSpan | None = None
    for one in spans:
        if held is None:
            held = one
        elif one.span.since == held.span.until and _who(one) == _who(held) and one.plans and held.plans:
            held = CoverSpan(Span(held.span.since, one.span.until), (*held.plans, *one.plans), one.rows)
        else:
            yield held
            held = one
    if held is not None:
        yield held


def _who(span: CoverSpan) -> frozenset[tuple[int, int | None, AssignmentKind]]:
    return frozenset((one.unit_id, one.leader_id, one.kind) for one in span.rows)


def _answering(plan: CoveragePlan, units: set[int]) -> tuple[Assignment, ...]:
    return tuple(one for one in plan.assignments if one.unit_id in units)


def _gaps(plans: tuple[CoveragePlan, ...]) -> Iterator[Span]:
    covered: date | None = None
    for plan in plans:
        if covered is not None and covered < plan.valid_from:
            yield Span(covered, plan.valid_from)
        if plan.valid_to is None:
            return
        covered = plan.valid_to if covered is None else max(covered, plan.valid_to)


def _overlaps(plans: tuple[CoveragePlan, ...]) -> Iterator[Span]:
    for one, other in pairwise(plans):
        if one.valid_to is None or one.valid_to > other.valid_from:
            ends = [end for end in (one.valid_to, other.valid_to) if end is not None]
            yield Span(other.valid_from, min(ends, default=None))
