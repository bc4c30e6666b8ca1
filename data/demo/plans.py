"""The demo city's plans besides the one in force: two of the year before, a draft, a proposal, and bars.

As they would be after a year of use: units went from leader to leader, and there is something to decide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Engine, insert
from sqlalchemy.orm import Session

from data import models
from data.reads import coverage, plan_history
from grid.coverage import Assignment, AssignmentKind, BarReason, CoverageBook, PlanState
from grid.planning.lifecycle import PlanStepKind
from grid.principals import COMMAND_LINE

_FORMER = (("上半年", 1, 7, 4), ("下半年", 7, 13, 2))
"""Halves of the year before: name, first month, the month after it, and by how many places leaders moved."""
_PLANNER, _APPROVER = "市信访局督查科", "市信访工作联席会议召集人"
_HELPED = {
    "临枫区": (("荀嘉树", 12), ("简书宁", 10)),
    "砚湖区": (("简书宁", 6), ("卓明澈", 10), ("祁云起", 4)),
}
"""What the draft gives to helpers: by unit, leaders with 件."""
_FILLED = {"竹坞县": "简书宁"}
"""Whom the proposal gives what nobody had."""
_BARS = (
    ("温予安", "砚湖区", BarReason.RECUSAL, "近亲属在该区任职，按任职回避规定不宜包片。"),
    ("荀嘉树", "市住房和城乡建设局", BarReason.PORTFOLIO, "分管该部门业务，由其他领导包案督办。"),
)


@dataclass(frozen=True, slots=True)
class _Made:
    """A plan to be kept: its days, its state, who has what, and which steps it has gone."""

    name: str
    state: PlanState
    since: date
    until: date | None
    assignments: Sequence[Assignment]
    made_on: date
    base_id: int | None = None
    steps: tuple[tuple[PlanStepKind, str, str], ...] = ()


def add_plans(engine: Engine, until: date) -> int:
    """Write the plans and bars around the one in force on a day; returns how many plans there are then."""
    with Session(engine) as session, session.begin():
        book = coverage.published_book(session, until)
        if book is None:
            return 0
        units = {unit.name: unit.id for unit in book.units}
        leaders = {leader.label: leader.id for leader in plan_history.leaders(session)}
        made = [*_former(book), _draft(book, units, leaders, until), _proposal(book, units, leaders, until)]
        for one in made:
            _keep(session, one)
        for leader, unit, reason, words in _BARS:
            values = {"leader_id": leaders[leader], "unit_id": units[unit], "reason": reason.value}
            days = {"valid_from": book.plan.valid_from, "principal": COMMAND_LINE.id, "words": words}
            session.execute(insert(models.LeaderBar).values(**values, **days))
        return 1 + len(made)


def _former(book: CoverageBook) -> list[_Made]:
    """Return the plans of the year before, in which others led."""
    year, title = book.plan.valid_from.year - 1, book.plan.name.partition("安排表")[0]
    known = [one.leader_id for one in book.plan.assignments if one.leader_id is not None]
    steps = (
        (PlanStepKind.PROPOSE, _PLANNER, "按半年度轮换意见拟订。"),
        (PlanStepKind.PUBLISH, _APPROVER, ""),
    )
    return [
        _Made(
            f"{title}安排表（{year}年{half}）",
            PlanState.PUBLISHED,
            date(year, first, 1),
            date(year + end // 13, (end - 1) % 12 + 1, 1),
            [_elsewhere(one, at, known, places) for at, one in enumerate(book.plan.assignments)],
            date(year, first, 1),
            steps=steps,
        )
        for half, first, end, places in _FORMER
    ]


def _elsewhere(one: Assignment, at: int, leaders: Sequence[int], places: int) -> Assignment:
    """Return an assignment as it was before: led by another, with a few more cases."""
    cases = None if one.cases is None else one.cases + places + at % 3
    return replace(one, leader_id=leaders[(at + places) % len(leaders)], cases=cases)


def _draft(book: CoverageBook, units: Mapping[str, int], leaders: Mapping[str, int], until: date) -> _Made:
    """Return a draft in which helpers take part of the two busiest counties' cases."""
    parts = {units[unit]: [(leaders[who], cases) for who, cases in given] for unit, given in _HELPED.items()}
    rows: list[Assignment] = []
    for one in book.plan.assignments:
        given = parts.get(one.unit_id, [])
        less = sum(cases for _, cases in given)
        rows.append(replace(one, cases=one.cases - less) if given and one.cases else one)
        rows += [Assignment(one.unit_id, who, AssignmentKind.HELPER, cases) for who, cases in given]
    return _Made(
        "减轻临枫、砚湖两区", PlanState.DRAFT, until, None, rows, until - timedelta(days=6), book.plan.id
    )


def _proposal(book: CoverageBook, units: Mapping[str, int], leaders: Mapping[str, int], until: date) -> _Made:
    """Return a proposal in which every unit has a leader."""
    filled = {units[unit]: leaders[who] for unit, who in _FILLED.items()}
    rows = [replace(one, leader_id=filled.get(one.unit_id, one.leader_id)) for one in book.plan.assignments]
    words = "竹坞县原无包片领导，请审定。"
    steps = ((PlanStepKind.PROPOSE, _PLANNER, words),)
    day = until - timedelta(days=2)
    return _Made("明确竹坞县包片领导", PlanState.PROPOSED, until, None, rows, day, book.plan.id, steps)


def _keep(session: Session, made: _Made) -> None:
    at = datetime.combine(made.made_on, time(1, 30), UTC)
    plan, step = models.CoveragePlan, models.PlanStep
    values = {"name": made.name, "state": made.state.value, "valid_from": made.since, "valid_to": made.until}
    kept = {"base_id": made.base_id, "created_by": COMMAND_LINE.id, "created_at": at}
    plan_id = session.scalars(insert(plan).values(**values, **kept).returning(plan.id)).one()
    for one in made.assignments:
        row = {"unit_id": one.unit_id, "leader_id": one.leader_id, "kind": one.kind.value, "cases": one.cases}
        session.execute(insert(models.Assignment).values(plan_id=plan_id, **row))
    for later, (kind, official, words) in enumerate(((PlanStepKind.SAVE, _PLANNER, ""), *made.steps)):
        said = {"kind": kind.value, "words": words, "principal": COMMAND_LINE.id, "official": official}
        day = made.since if kind is PlanStepKind.PUBLISH else None
        session.execute(
            insert(step).values(plan_id=plan_id, **said, on_day=day, created_at=at + timedelta(hours=later))
        )
