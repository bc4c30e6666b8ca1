"""Keeping a migrated database's access as declared: whatever was changed by hand is applied anew."""

from __future__ import annotations

from sqlalchemy import Connection

from data.access.applying import applied_mark, apply_access, declared_mark
from data.access.lint import lint

_MENDED_BY_APPLYING = frozenset(
    f"access_{name}"
    for name in ("row_security", "policies", "permissive", "grants", "functions", "schemas", "audit")
)
"""What lies with the cluster's superuser is not among them: applying would not mend it and lock each time."""


def keep_access(connection: Connection) -> None:
    """Apply the declared access unless the catalog has it already; raises ``Refused('roles_missing')``.

    Where it is so nothing is locked: commands migrate while the server serves.
    """
    if applied_mark(connection) == declared_mark(connection) and _is_sound(connection):
        return
    apply_access(connection)


def _is_sound(connection: Connection) -> bool:
    return all(check.passed or check.code not in _MENDED_BY_APPLYING for check in lint(connection))
