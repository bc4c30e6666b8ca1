"""Sessions: every read in a READ ONLY transaction and every write audited, both on behalf of a principal.

A principal with a token is somebody's: the transaction becomes the database role of their product role and
carries the token's hash, from which row level security works out what is theirs. One without a token is this
program's own work, and gets what the engine's login may do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from psycopg.types.json import Jsonb
from sqlalchemy import Engine, create_engine, event, func, select, text, update
from sqlalchemy.orm import Session

from data import models
from data.access.roles import GROUPS
from data.access.tokens import token_hash
from grid.audits import Action
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
    """Open a READ ONLY transaction.

    For the program's own work all statements see one snapshot. For a token each statement sees its own, so
    that a session that was ended or narrowed meanwhile has no effect from the next statement on.
    """
    with Session(engine) as session, session.begin():
        if principal.token is None:
            session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        act_for(session, principal, timeout_ms=STATEMENT_TIMEOUT_MS, read_only=True)
        yield session


@contextmanager
def writing(
    engine: Engine,
    principal: Principal,
    action: Action,
    subject: str,
    *,
    changes_data: bool = True,
    **facts: object,
) -> Iterator[Session]:
    """Open a writing transaction that leaves one audit row and, where data changes, a new data version.

    A reading that must leave a trace, such as of a matter's details, is one that changes no data.
    """
    with Session(engine) as session, session.begin():
        act_for(session, principal, timeout_ms=0)
        yield session
        note(session, principal, action, subject, facts)
        if changes_data:
            bump_version(session)


def note(
    session: Session, principal: Principal, action: Action, subject: str, facts: Mapping[str, object]
) -> None:
    """Write an audit row; whose it is the database takes from the token, where there is one."""
    what = (Action(action).value, subject, Jsonb(dict(facts)))
    if principal.token is not None:
        session.execute(select(func.access.note(*what)))
    else:
        session.execute(select(func.access.note_as(principal.id, principal.role.value, *what)))


def bump_version(session: Session) -> None:
    """Tell every screen that the data changed; last in a transaction, since it locks the one row."""
    version = models.DataVersion
    session.execute(update(version).values(number=version.number + 1, changed_at=func.clock_timestamp()))


def act_for(session: Session, principal: Principal, *, timeout_ms: int, read_only: bool = False) -> None:
    """Make the transaction the principal's, in one statement: settings are LOCAL to it."""
    settings = {"statement_timeout": str(timeout_ms)}
    if read_only:
        settings["transaction_read_only"] = "on"
    if principal.token is not None:
        # The role comes last: what it becomes may not change settings any more.
        settings |= {"fengtu.token": token_hash(principal.token).hex(), "role": GROUPS[principal.role]}
    session.execute(select(*(func.set_config(name, value, True) for name, value in settings.items())))


def _forget_session_state(dbapi_connection: object, record: object, state: object) -> None:
    # Settings are LOCAL to a transaction already; this also drops prepared plans and temporary tables.
    if not getattr(state, "terminate_only", False):
        dbapi_connection.rollback()  # type: ignore[attr-defined]
        dbapi_connection.autocommit = True  # type: ignore[attr-defined]
        dbapi_connection.execute("DISCARD ALL")  # type: ignore[attr-defined]
        dbapi_connection.autocommit = False  # type: ignore[attr-defined]
