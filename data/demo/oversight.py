"""The demo city's supervision: cases of each procedure with the steps that were taken, some of them late."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

import numpy as np
from sqlalchemy import Engine, insert, text
from sqlalchemy.orm import Session

from data import models
from data.supervision.book import procedure_book
from grid.clocks.rules import Counting
from grid.listings import Quarter
from grid.principals import COMMAND_LINE
from grid.supervision.procedures import OPENING, Field, Owner, Procedure, Step

_ZONE = timezone(timedelta(hours=8))
_LATE_SHARE, _STUCK_SHARE, _ENDED_SHARE = 0.16, 0.12, 0.85
_MONTHS_OF_RECEPTIONS, _RECEIVING_SHARE = 8, 0.9
_MATTERS = """
SELECT id, unit_id, greatest(registered_on, accepted_on) AS begun_on FROM petition
WHERE unit_id IS NOT NULL AND purpose = 'claim' AND track = 'ordinary' AND {condition}
ORDER BY md5(matter_no) LIMIT :count
"""
_CONDITIONS = {
    "warning": ("submissions = 3 AND replied_on IS NULL", 6),
    "warning_head": ("submissions >= 4 AND replied_on IS NULL", 4),
    "three_meetings": ("accepted_on IS NOT NULL AND submissions > 1", 8),
    "clear_and_settle": ("is_backlog", 5),
    "gates": ("accepted_on IS NOT NULL AND heads >= 5", 6),
    "double_check": ("evaluation = 'unsatisfied' AND submissions > 1", 3),
    "urge": ("due_on < coalesce(replied_on, :until)", 8),
    "listed_matter": ("backlog_tier IN ('nation', 'province')", 5),
}
"""Which matters a procedure is for, and how many cases of it the demo has."""
_LISTED_UNITS = """
SELECT unit_id FROM listing WHERE quarter = :quarter AND state IN ('listed', 'rectifying')
ORDER BY rank LIMIT :count
"""
_DEPARTMENTS = "SELECT id FROM unit WHERE kind = 'department' ORDER BY id"
_LEADERS = "SELECT id, post FROM leader ORDER BY id"
_CALLS, _CALL_INS, _SUGGESTIONS = 14, 5, 3
_CALL_REASONS = (
    "小区停工项目业主聚集，请派员到场",
    "企业欠薪引发纠纷，请到场核查工资台账",
    "征地补偿标准争议，请到场说明政策",
    "学位分配意见集中，请到场答疑",
)
_OFFICIALS = {
    Owner.BUREAU: "市信访局督查科科长",
    Owner.UNIT: "单位分管负责人",
    Owner.UNIT_HEAD: "单位主要负责人",
    Owner.TOWN: "乡镇综合治理中心主任",
    Owner.DEPARTMENT: "部门现场负责人",
    Owner.LEADER: "市领导",
    Owner.APPROVER: "市信访工作联席会议召集人",
}
_WORDS = {
    Owner.BUREAU: "经核对，办理过程和依据齐全，予以确认。",
    Owner.UNIT: "已核实情况，明确了承办人和时限，正在按方案办理。",
    Owner.UNIT_HEAD: "已听取汇报，到现场协调，责成专班限期办结。",
    Owner.TOWN: "现场问题已处置，同意办结。",
    Owner.DEPARTMENT: "已到场处置，后续事项列入办理清单。",
    Owner.LEADER: "已约请有关单位当面研究，提出了整改要求。",
    Owner.APPROVER: "同意。",
}


@dataclass(frozen=True, slots=True)
class _Asked:
    """A case to be made: its procedure, when it was opened, what it is about and why."""

    procedure: Procedure
    opened_at: datetime
    subject: dict[str, int]
    reason: str


def oversee(engine: Engine, until: date, seed: int) -> int:
    """Make cases of the last months up to ``until``, with their steps; returns how many cases there are."""
    rng = np.random.default_rng([seed, until.toordinal()])
    with Session(engine) as session, session.begin():
        asked = [
            *_of_matters(session, until, rng),
            *_of_units(session, until, rng),
            *_calls(session, until, rng),
        ]
        for one in asked:
            _keep(session, one, until, rng)
        return len(asked) + _receptions(session, until, rng)


def _of_matters(session: Session, until: date, rng: np.random.Generator) -> Iterator[_Asked]:
    book = procedure_book()
    for code, (condition, count) in _CONDITIONS.items():
        statement = text(_MATTERS.format(condition=condition))
        facts = {"count": count} | ({"until": until} if ":until" in condition else {})
        for row in session.execute(statement, facts):
            day = until - timedelta(days=int(rng.integers(1, 75)))
            opened = _moment(min(max(day, row.begun_on + timedelta(days=1)), until), rng)
            subject = {"petition_id": row.id, "unit_id": row.unit_id}
            yield _Asked(book.procedure(code), opened, subject, "市信访局在例行核查中提出")


def _of_units(session: Session, until: date, rng: np.random.Generator) -> Iterator[_Asked]:
    book, quarter = procedure_book(), str(Quarter.of(until))
    listed = session.scalars(text(_LISTED_UNITS), {"quarter": quarter, "count": _CALL_INS}).all()
    for code, units in (("call_in", listed), ("suggestion", listed[:_SUGGESTIONS])):
        for unit in units:
            opened = _moment(until - timedelta(days=int(rng.integers(5, 60))), rng)
            yield _Asked(book.procedure(code), opened, {"unit_id": unit}, "挂牌整治期间主要指标仍未好转")


def _calls(session: Session, until: date, rng: np.random.Generator) -> Iterator[_Asked]:
    """Yield whistle calls (吹哨报到): one open call a department at most, the latest."""
    departments = session.scalars(text(_DEPARTMENTS)).all()
    for number in range(_CALLS if departments else 0):
        opened = _moment(until - timedelta(days=4 + 20 * (_CALLS - number - 1)), rng)
        unit = departments[number % len(departments)]
        reason = _CALL_REASONS[number % len(_CALL_REASONS)]
        yield _Asked(procedure_book().procedure("whistle"), opened, {"unit_id": unit}, reason)


def _keep(session: Session, asked: _Asked, until: date, rng: np.random.Generator) -> None:
    steps = list(_steps(asked, until, rng))
    done = {step["step"] for step in steps}
    owed = {step.code for step in asked.procedure.steps if not (step.optional or step.monthly)}
    # What waits for an optional step is owed only once that was taken.
    owed -= {step.code for step in asked.procedure.steps if _waits_for_optional(asked, step)}
    is_call = asked.procedure.code == "whistle"
    ended = owed <= done and (is_call or rng.random() < _ENDED_SHARE)
    last = max((step["done_at"] for step in steps), default=asked.opened_at)
    ending = {"ended_at": last + timedelta(minutes=20), "outcome": "步骤完成，予以结案"} if ended else {}
    if is_call and not ended and asked.opened_at.date() < until - timedelta(days=20):
        ending = {"ended_at": last + timedelta(hours=2), "outcome": "已由乡镇自行处置", "withdrawn": True}
    _insert(session, asked, steps, ending)


def _waits_for_optional(asked: _Asked, step: Step) -> bool:
    return step.after != OPENING and asked.procedure.step(step.after).optional


def _insert(session: Session, asked: _Asked, steps: Sequence[dict[str, Any]], ending: dict[str, Any]) -> None:
    case = {
        "procedure": asked.procedure.code,
        "version": asked.procedure.version,
        "opened_on": asked.opened_at.date(),
        "opened_at": asked.opened_at,
        "opened_by": COMMAND_LINE.id,
        "reason": asked.reason,
        **asked.subject,
        **ending,
    }
    table = models.SupervisionCase
    case_id = session.execute(insert(table).values(case).returning(table.id)).scalar_one()
    rows = [{**step, "case_id": case_id, "principal": COMMAND_LINE.id} for step in steps]
    if rows:
        session.execute(insert(models.SupervisionStep), rows)


def _steps(asked: _Asked, until: date, rng: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Yield the steps that were taken, each after the one it waits for."""
    moments = {OPENING: asked.opened_at}
    for step in asked.procedure.steps:
        start = moments.get(step.after)
        if start is None or step.optional or step.monthly or rng.random() < _STUCK_SHARE:
            continue
        at = _taken_at(step, start, rng)
        if at.date() <= until:
            moments[step.code] = at
            yield _step(step, at)


def _taken_at(step: Step, start: datetime, rng: np.random.Generator) -> datetime:
    if step.measured and step.after == OPENING:
        return start + timedelta(hours=float(np.clip(rng.lognormal(1.0, 0.8), 0.3, 60)))
    days = (step.days or 5) * (1.4 if step.counting is Counting.WORKING else 1)
    share = rng.uniform(1.1, 1.8) if rng.random() < _LATE_SHARE else rng.uniform(0.15, 0.8)
    day = (start + timedelta(days=max(1, int(days * share)))).date()
    # Nobody works at weekends; a holiday more or less does not matter here.
    return _moment(day + timedelta(days=max(0, 8 - day.isoweekday()) % 8 if day.isoweekday() > 5 else 0), rng)


def _step(step: Step, at: datetime, official: str = "") -> dict[str, Any]:
    return {
        "step": step.code,
        "turn": 1,
        "done_on": at.date(),
        "done_at": at,
        "official": (official or _OFFICIALS[step.owner]) if Field.OFFICIAL in step.needs else "",
        "words": _WORDS[step.owner] if Field.WORDS in step.needs else "",
    }


def _moment(day: date, rng: np.random.Generator) -> datetime:
    return datetime.combine(day, time(9), _ZONE) + timedelta(minutes=int(rng.integers(0, 480)))


def _receptions(session: Session, until: date, rng: np.random.Generator) -> int:
    """Make the reception roster: a case a leader, the first ones on fixed days, and the days kept."""
    book, leaders = procedure_book(), session.execute(text(_LEADERS)).all()
    for number, leader in enumerate(leaders):
        procedure = book.procedure("reception_days" if number < 3 else "reception")
        first = _months_before(until, _MONTHS_OF_RECEPTIONS)
        asked = _Asked(procedure, _moment(first, rng), {"leader_id": leader.id}, "")
        step = procedure.steps[0]
        days = [day for day in _reception_days(step, first, until, rng) if first < day <= until]
        kept = [
            {**_step(step, _moment(day, rng), leader.post), "turn": turn} for turn, day in enumerate(days, 1)
        ]
        _insert(session, asked, kept, {})
    return len(leaders)


def _reception_days(step: Step, first: date, until: date, rng: np.random.Generator) -> Iterator[date]:
    month = first
    while month <= until:
        fixed = step.month_days or (int(rng.integers(2, 27)),)
        for day in fixed:
            if rng.random() < _RECEIVING_SHARE:
                yield month.replace(day=day)
        month = _months_before(month, -1)


def _months_before(day: date, count: int) -> date:
    months = day.year * 12 + day.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)
