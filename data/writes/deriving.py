"""What is made of all matters and kept: made anew where stale, by one process at a time and of one snapshot.

Stale is what was made on another day, with another digest (of the program and of what else it is made from),
or before a change of a matter. The watermark of a state is from before anything was read: what is written
later is read again the next time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, select, text
from sqlalchemy.orm import Session

from data import models
from data.clocks.gathering import any_changed
from data.reads import city

_LOG = logging.getLogger("fengtu.deriving")


@dataclass(frozen=True, slots=True)
class Derived:
    """What is kept under ``name``; ``make`` is given the day and the watermark of what is there of the day.

    No watermark: what is there is of another day or program, or nothing is, and all of it is to be made anew.
    """

    name: str
    digest: Callable[[Session], str]
    make: Callable[[Session, date, int | None], None]

    def make_if_stale(self, engine: Engine) -> bool:
        """Make it anew where stale; tell whether that was so."""
        with Session(engine) as session:
            if not self._is_stale(session):
                return False
        with engine.begin() as alone:
            # A connection of its own: what is read must begin after the lock is held.
            alone.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"fengtu.{self.name}"))))
            snapshot = engine.execution_options(isolation_level="REPEATABLE READ")
            with Session(snapshot) as session, session.begin():
                if stale := self._is_stale(session):
                    self._make(session)
        return stale

    def try_to_make(self, engine: Engine) -> bool:
        """Make it anew where stale, but only log what goes wrong; tell whether it was done."""
        try:
            return self.make_if_stale(engine)
        except Exception as error:
            # What was made before stays; type only, since a message may quote data.
            _LOG.error("%s: not made anew: %s", self.name, type(error).__name__)
            return False

    def _is_stale(self, session: Session) -> bool:
        former = self._former(session)
        return former is None or any_changed(session, former)

    def _former(self, session: Session) -> int | None:
        """Return the watermark of what was made today of what holds today, else none."""
        state = state_of(session, self.name)
        if state is None or state.as_of != city.today(session) or state.digest != self.digest(session):
            return None
        watermark: int = state.watermark
        return watermark

    def _make(self, session: Session) -> None:
        watermark, as_of = read_watermark(session), city.today(session)
        self.make(session, as_of, self._former(session))
        keep_state(session, self.name, self.digest(session), watermark, as_of)


def read_watermark(session: Session | Connection) -> int:
    """Return the oldest transaction that may still write: what it and later ones write is not yet read."""
    found: int = session.execute(
        text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
    ).scalar_one()
    return found


def state_of(session: Session, name: str) -> Any:
    """Return ``digest``, ``watermark`` and ``as_of`` of what was made last, or none."""
    state = models.DerivedState
    return session.execute(
        select(state.digest, state.watermark, state.as_of).where(state.name == name)
    ).one_or_none()


def keep_state(session: Session, name: str, digest: str, watermark: int, as_of: date) -> None:
    """Write of what and of which day something was made."""
    state = models.DerivedState
    session.execute(delete(state).where(state.name == name))
    session.execute(insert(state).values(name=name, digest=digest, watermark=watermark, as_of=as_of))
