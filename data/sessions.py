"""Sessions: every read in a READ ONLY transaction and every write audited, both on behalf of a principal.

Row level security will read the principal from the transaction; this is the one place that sets it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, create_engine, event, func, insert, select, text, update
from sqlalchemy.orm import Session

from data import models
from grid.principals import Principal

STATEMENT_TIMEOUT_MS = 15_000


def make_engine(url: str) -> Engine:
    """Return a pooled engine; parameters never reach logs or errors."""
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=4,
        max_overflow=8,
        # DISCARD ALL between transactions drops prepared statements that psycopg would go on using.
        connect_args={"connect_timeout": 5, "prepare_threshold": None},
    )
    event.listen(engine, "reset", _forget_session_state)
    return engine


@contextmanager
def reading(engine: Engine, principal: Principal) -> Iterator[Session]:
    """Open a READ ONLY transaction with one snapshot for all its statements."""
    with Session(engine) as session, session.begin():
        session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        _act_for(session, principal, STATEMENT_TIMEOUT_MS)
        yield session


@contextmanager
def writing(
    engine: Engine,
    principal: Principal,
    action: str,
    subject: str,
    *,
    changes_data: bool = True,
    **facts: object,
) -> Iterator[Session]:
    """Open a writing transaction that leaves one audit row and, where data changes, a new data version."""
    with Session(engine) as session, session.begin():
        _act_for(session, principal, 0)
        yield session
        row = {"principal": principal.id, "role": principal.role.value, "action": action, "subject": subject}
        session.execute(insert(models.Audit).values(**row, facts=facts))
        if changes_data:
            bump_version(session)


def bump_version(session: Session) -> None:
    """Tell every screen that the data changed; last in a transaction, since it locks the one row."""
    version = models.DataVersion
    session.execute(update(version).values(number=version.number + 1, changed_at=func.clock_timestamp()))


def _act_for(session: Session, principal: Principal, timeout_ms: int) -> None:
    settings = {"fengtu.principal": principal.id, "fengtu.role": principal.role.value}
    for name, value in (settings | {"statement_timeout": str(timeout_ms)}).items():
        session.execute(select(func.set_config(name, value, True)))


def _forget_session_state(dbapi_connection: object, record: object, state: object) -> None:
    # Settings are LOCAL to a transaction already; this also drops prepared plans and temporary tables.
    if not getattr(state, "terminate_only", False):
        dbapi_connection.rollback()  # type: ignore[attr-defined]
        dbapi_connection.autocommit = True  # type: ignore[attr-defined]
        dbapi_connection.execute("DISCARD ALL")  # type: ignore[attr-defined]
        dbapi_connection.autocommit = False  # type: ignore[attr-defined]
