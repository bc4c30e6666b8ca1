"""Runs (运算): started on somebody's behalf in a child, told in the database, stopped when they ask for it.

Whatever process of the server a page asks, it reads the same row. A thread of the process that started the
run writes that row as whom it runs for, so that the database refuses it as soon as their session ends.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Engine, func, insert, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from data import models
from data.sessions import STATEMENT_TIMEOUT_MS, act_for, writing
from data.suggesting.process import Child, Limits, running
from grid.audits import Action
from grid.ids import LARGEST_ID
from grid.principals import Principal
from grid.refusals import Refused
from grid.suggesting.runs import Run, RunKind, RunStatus

LOST_AFTER_S = 15
"""A run that said nothing for so long has lost its process."""
_BEAT_S = 0.5
"""How often a run's row is written, and whether it is to stop is asked."""
_SLOTS = (7_410_001, 7_410_002)
"""Advisory locks: as many runs at once on a database, whatever process of the server they are of."""

_log = logging.getLogger(__name__)


def start(
    engine: Engine,
    principal: Principal,
    kind: RunKind,
    asked: Mapping[str, Any],
    payload: Mapping[str, Any],
    *,
    limits: Limits,
) -> int:
    """Start a run and return its id; ``asked`` is kept for the page, ``payload`` goes to the child alone.

    Raises ``Refused('suggest_busy')`` when two are at work already.
    """
    slot = _take_slot(engine)
    try:
        with writing(
            engine, principal, Action.PLAN_SUGGEST, "planning_run", changes_data=False, run_kind=kind.value
        ) as session:
            table = models.PlanningRun
            values = {"kind": kind.value, "status": RunStatus.RUNNING.value, "principal": principal.id}
            made = insert(table).values(**values, asked=dict(asked)).returning(table.id)
            run_id = session.scalars(made).one()
        follower = _Follower(slot, principal, run_id)
        # The child is to be started in the thread that follows it: it dies with that thread.
        threading.Thread(target=follower.follow, args=(kind, payload, limits), daemon=True).start()
    except BaseException:
        slot.close()
        raise
    return run_id


def run(session: Session, run_id: int) -> Run:
    """Return how one's own run stands; raises ``Refused('run_unknown')``."""
    table = models.PlanningRun
    ended = func.coalesce(table.ended_at, func.clock_timestamp())
    seconds = func.extract("epoch", ended - table.started_at)
    silent = func.extract("epoch", func.clock_timestamp() - table.seen_at)
    found = (
        session.execute(select(table, seconds, silent).where(table.id == run_id)).one_or_none()
        if 0 < run_id <= LARGEST_ID
        else None
    )
    if found is None:
        raise Refused("run_unknown", run=run_id)
    row, lasted, silence = found
    status, error = RunStatus(row.status), row.state.get("error")
    if status is RunStatus.RUNNING and silence > LOST_AFTER_S:
        status, error = RunStatus.FAILED, "run_lost"
    result = row.state.get("result") or {}
    return Run(row.id, RunKind(row.kind), status, row.asked, result, error, round(float(lasted), 1))


def stop(engine: Engine, principal: Principal, run_id: int) -> None:
    """Ask for one's own run to be stopped; what it found stays. Raises ``Refused('run_unknown')``."""
    table = models.PlanningRun
    with Session(engine) as session, session.begin():
        act_for(session, principal, timeout_ms=STATEMENT_TIMEOUT_MS)
        asked = update(table).where(table.id == run_id).values(stop_asked=True).returning(table.id)
        if not 0 < run_id <= LARGEST_ID or session.scalars(asked).one_or_none() is None:
            raise Refused("run_unknown", run=run_id)


class _Stopped(Exception):  # noqa: N818  somebody asked for it
    """The run was asked to stop, or whoever asked for it is signed out."""


class _Follower:
    """Follows one child to its end and tells the database, on a connection that holds the run's slot."""

    def __init__(self, slot: Connection, principal: Principal, run_id: int) -> None:
        self._slot, self._principal, self._run_id = slot, principal, run_id
        self._state: dict[str, Any] = {}
        self._told_at = 0.0

    def follow(self, kind: RunKind, payload: Mapping[str, Any], limits: Limits) -> None:
        """Run the child to its end, which is told too; whatever happens the slot is free again."""
        try:
            self._tell(self._end_of(kind, payload, limits))
        except SQLAlchemyError:
            _log.warning("a run could not be told: for those who look it is lost")
        finally:
            _free(self._slot)

    def _end_of(self, kind: RunKind, payload: Mapping[str, Any], limits: Limits) -> RunStatus:
        try:
            with running(kind, payload, limits) as child:
                self._attend(child)
        except _Stopped:
            return RunStatus.STOPPED
        except Refused as refused:
            self._state |= {"error": refused.code}
            return RunStatus.FAILED
        return RunStatus.DONE

    def _attend(self, child: Child) -> None:
        for state in child.states(_BEAT_S):
            if state is not None:
                self._state = {"result": state}
            if time.monotonic() - self._told_at >= _BEAT_S and self._tell(RunStatus.RUNNING):
                raise _Stopped

    def _tell(self, status: RunStatus) -> bool:
        """Write how the run stands; return whether it is to stop, as when nobody is signed in for it."""
        self._told_at = time.monotonic()
        table, now = models.PlanningRun, func.clock_timestamp()
        ended = None if status is RunStatus.RUNNING else now
        told = (
            update(table)
            .where(table.id == self._run_id, table.status == RunStatus.RUNNING.value)
            .values(status=status.value, state=self._state, seen_at=now, ended_at=ended)
            .returning(table.stop_asked)
        )
        with Session(self._slot) as session, session.begin():
            act_for(session, self._principal, timeout_ms=STATEMENT_TIMEOUT_MS)
            return session.scalars(told).one_or_none() is not False


def _take_slot(engine: Engine) -> Connection:
    """Return a connection that holds one of the slots, to be kept for as long as a run is at work."""
    connection = engine.connect()
    try:
        for number in _SLOTS:
            if connection.scalar(select(func.pg_try_advisory_lock(number))):
                connection.commit()
                return connection
    except BaseException:
        connection.close()
        raise
    connection.close()
    raise Refused("suggest_busy", most=len(_SLOTS))


def _free(slot: Connection) -> None:
    """Give a slot's connection back to the pool, which forgets its locks."""
    try:
        slot.close()
    except SQLAlchemyError:
        slot.invalidate()
