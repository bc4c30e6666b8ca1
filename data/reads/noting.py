"""Readings that leave a trace: one transaction for what is read and the audit row that says so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from data.sessions import STATEMENT_TIMEOUT_MS, act_for, note
from grid.audits import Action
from grid.principals import Principal


@contextmanager
def noting(
    engine: Engine, principal: Principal, action: Action, subject: str
) -> Iterator[tuple[Session, dict[str, object]]]:
    """Open a transaction that ends with an audit row of the facts that its block fills in.

    Unlike ``data.sessions.writing`` it keeps the time limit of a reading, and what there is to say may be
    known only by reading. Without the audit row nothing is answered: they commit together.
    """
    facts: dict[str, object] = {}
    with Session(engine) as session, session.begin():
        act_for(session, principal, timeout_ms=STATEMENT_TIMEOUT_MS)
        yield session, facts
        note(session, principal, action, subject, facts)
