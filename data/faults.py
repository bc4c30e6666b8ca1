"""What a database's faults are to whoever asked: down, slow, not allowed, unstorable, or a bug."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg import DataError
from psycopg.errors import InsufficientPrivilege, NotNullViolation, NumericValueOutOfRange, QueryCanceled
from sqlalchemy.exc import DBAPIError, OperationalError

from grid.refusals import Refused


@contextmanager
def refusing() -> Iterator[None]:
    """Raise ``Refused``: ``database_down``, ``database_slow``, ``not_allowed`` or ``value_unstorable``."""
    try:
        yield
    except UnicodeEncodeError:
        raise Refused("value_unstorable") from None
    except DBAPIError as error:
        refused = refusal_of(error)
        if refused is None:
            raise
        raise refused from None


def refusal_of(error: DBAPIError) -> Refused | None:
    """Return the refusal that a fault is, none for a bug."""
    if _is_not_allowed(error.orig):
        return Refused("not_allowed")
    if _is_unstorable(error.orig):
        return Refused("value_unstorable")
    if isinstance(error, OperationalError):
        return Refused("database_slow" if isinstance(error.orig, QueryCanceled) else "database_down")
    return None


def _is_not_allowed(error: BaseException | None) -> bool:
    if isinstance(error, NotNullViolation):
        # The audit's principal: the session ended while the transaction was open.
        return error.diag.table_name == "audit"
    return isinstance(error, InsufficientPrivilege)


def _is_unstorable(error: BaseException | None) -> bool:
    """Return whether a value that somebody gave is none that PostgreSQL has: too large, or with a NUL."""
    # The driver's own error, not the server's: other classes of it may be our mistakes.
    return isinstance(error, NumericValueOutOfRange) or type(error) is DataError
