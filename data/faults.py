"""What a database's faults are to whoever asked: down, slow, or not allowed; anything else is a bug."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg.errors import InsufficientPrivilege, NotNullViolation, QueryCanceled
from sqlalchemy.exc import DBAPIError, OperationalError

from grid.refusals import Refused


@contextmanager
def refusing() -> Iterator[None]:
    """Raise ``Refused`` for ``database_down``, ``database_slow`` and ``not_allowed``."""
    try:
        yield
    except DBAPIError as error:
        refused = refusal_of(error)
        if refused is None:
            raise
        raise refused from None


def refusal_of(error: DBAPIError) -> Refused | None:
    """Return the refusal that a fault is, none for a bug."""
    if _is_not_allowed(error.orig):
        return Refused("not_allowed")
    if isinstance(error, OperationalError):
        return Refused("database_slow" if isinstance(error.orig, QueryCanceled) else "database_down")
    return None


def _is_not_allowed(error: BaseException | None) -> bool:
    if isinstance(error, NotNullViolation):
        # The audit's principal: the session ended while the transaction was open.
        return error.diag.table_name == "audit"
    return isinstance(error, InsufficientPrivilege)
