"""Bars (不宜安排): which leader may not be given which unit, from when to when; made and ended."""

from __future__ import annotations

from sqlalchemy import Engine, exists, func, insert, select
from sqlalchemy.orm import Session

from data import models
from data.access.plan_functions import PLANS_LOCK
from data.reads import city
from data.sessions import writing
from grid.audits import Action
from grid.coverage import Bar
from grid.ids import LARGEST_ID
from grid.planning.lifecycle import read_words
from grid.principals import Principal
from grid.refusals import Refused

_SUBJECT = "leader_bar"


def bar(engine: Engine, principal: Principal, asked: Bar) -> int:
    """Write a bar and return its id; the id of ``asked`` is not looked at.

    Raises ``Refused``: ``bar_pair_unknown``, ``bar_days_wrong``, ``bar_exists`` where one holds over some of
    its days already, and what ``grid.planning.lifecycle.read_words`` raises.
    """
    words, table = read_words(asked.words), models.LeaderBar
    if asked.until is not None and asked.until <= asked.since:
        raise Refused("bar_days_wrong")
    facts: dict[str, object] = {"bar_reason": asked.reason.value, "since": asked.since.isoformat()}
    with writing(engine, principal, Action.BAR_ADD, _SUBJECT, changes_data=False, saved=facts) as session:
        # One after the other: two bars of a pair made at once must not share a day, nor a plan miss one.
        session.execute(select(func.pg_advisory_xact_lock(PLANS_LOCK)))
        facts |= _named(session, asked)
        pair = (table.leader_id == asked.leader_id) & (table.unit_id == asked.unit_id)
        ends_after = table.valid_to.is_(None) | (table.valid_to > asked.since)
        begins_before = table.valid_from < asked.until if asked.until is not None else table.id > 0
        if session.scalar(select(exists().where(pair, ends_after, begins_before))):
            raise Refused("bar_exists")
        values = {
            "leader_id": asked.leader_id, "unit_id": asked.unit_id, "reason": asked.reason.value,
            "words": words, "valid_from": asked.since, "valid_to": asked.until, "principal": principal.id,
        }  # fmt: skip
        made: int = session.execute(insert(table).values(**values).returning(table.id)).scalar_one()
        facts["id"] = made
        return made


def unbar(engine: Engine, principal: Principal, bar_id: int) -> None:
    """End a bar today, or before it begins; raises ``Refused('bar_unknown')`` for one that is over, too."""
    table = models.LeaderBar
    with writing(
        engine, principal, Action.BAR_LIFT, _SUBJECT, changes_data=False, saved={"id": bar_id}
    ) as session:
        today = city.today(session)
        row = session.get(table, bar_id) if 0 < bar_id <= LARGEST_ID else None
        if row is None or (row.valid_to is not None and row.valid_to <= today):
            raise Refused("bar_unknown")
        row.valid_to = max(today, row.valid_from)


def _named(session: Session, asked: Bar) -> dict[str, object]:
    """Return the names of a bar's leader and unit, for the audit."""
    known = all(0 < key <= LARGEST_ID for key in (asked.leader_id, asked.unit_id))
    leader = session.get(models.Leader, asked.leader_id) if known else None
    unit = session.get(models.Unit, asked.unit_id) if known else None
    if leader is None or unit is None:
        raise Refused("bar_pair_unknown")
    return {"leader": leader.name or leader.post, "unit_name": unit.name}
