"""The part of the catalog lint that looks at who logs in: version, roles, memberships and their settings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, text

from data.access.roles import GROUPS, IMPORTER, SERVER

SAFE_VERSION = 150014
"""PostgreSQL 15.14 mended leaks of statistics past row level security (CVE-2025-8713)."""
OURS = (*GROUPS.values(), SERVER, IMPORTER)


def powers_of_login(connection: Connection) -> Iterator[str]:
    """Return what the login itself may do that no server may: superuser, owner, or past RLS."""
    row = connection.execute(
        text(
            "SELECT rolname, rolsuper, rolbypassrls, rolinherit, rolcreaterole, EXISTS ("
            "SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname IN ('public', 'access')"
            " AND c.relkind IN ('r', 'p', 'v', 'm') AND pg_has_role(r.oid, c.relowner, 'MEMBER')) AS owns"
            " FROM pg_roles r WHERE rolname = session_user"
        )
    ).one()
    powers = {"superuser": row.rolsuper, "bypassrls": row.rolbypassrls, "inherit": row.rolinherit}
    powers |= {"createrole": row.rolcreaterole, "owner": row.owns}
    return (f"{row.rolname}: {power}" for power, has in powers.items() if has)


def version(connection: Connection) -> Iterable[str]:
    """Return the version of PostgreSQL where it is too old."""
    number = int(connection.execute(text("SHOW server_version_num")).scalar_one())
    return () if number >= SAFE_VERSION else (str(number),)


def database_roles(connection: Connection) -> Iterator[str]:
    """Return in what our roles, who may become them and their settings differ from the declaration."""
    rows = connection.execute(
        text(
            "SELECT rolname, rolsuper, rolbypassrls, rolcanlogin, rolinherit, rolcreaterole, rolcreatedb,"
            " rolreplication, ARRAY(SELECT g.rolname::text FROM pg_auth_members m"
            " JOIN pg_roles g ON g.oid = m.roleid WHERE m.member = r.oid ORDER BY 1) AS member_of"
            " FROM pg_roles r WHERE rolname = ANY (:names)"
        ),
        {"names": list(OURS)},
    ).all()
    yield from (f"{name}: missing" for name in set(OURS) - {row.rolname for row in rows})
    for row in rows:
        groups = sorted(GROUPS.values()) if row.rolname == SERVER else []
        wrong = {
            "superuser": row.rolsuper,
            "bypassrls": row.rolbypassrls != (row.rolname == IMPORTER),
            "login": row.rolcanlogin != (row.rolname in {SERVER, IMPORTER}),
            "inherit": row.rolinherit and row.rolname != IMPORTER,
            "powers": row.rolcreaterole or row.rolcreatedb or row.rolreplication,
            "member_of": row.member_of != groups,
        }
        yield from (f"{row.rolname}: {power}" for power, is_wrong in wrong.items() if is_wrong)
    yield from connection.execute(text(_STRANGERS), {"names": list(OURS), "server": SERVER}).scalars()
    yield from connection.execute(text(_SETTINGS), {"names": list(OURS)}).scalars()


_STRANGERS = """
SELECT m.member::regrole || ': may become ' || m.roleid::regrole FROM pg_auth_members m
JOIN pg_roles g ON g.oid = m.roleid JOIN pg_roles r ON r.oid = m.member
WHERE NOT r.rolsuper AND (m.admin_option AND r.rolname = ANY (:names)
  OR r.rolname <> :server AND (g.rolname = ANY (:names)
    OR g.oid = (SELECT relowner FROM pg_class WHERE oid = 'public.petition'::regclass)))
"""
_SETTINGS = """
SELECT coalesce(d.setrole::regrole::text, 'database') || ': ' || one FROM pg_db_role_setting s
CROSS JOIN unnest(s.setconfig) one CROSS JOIN LATERAL (SELECT nullif(s.setrole, 0) AS setrole) d
WHERE s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
  AND (s.setrole = 0 OR s.setrole IN (SELECT oid FROM pg_roles WHERE rolname = ANY (:names)))
  AND one ~ '^(fengtu[.]|role=|search_path=|row_security=|session_replication_role=|session_authorization=)'
"""
"""Settings that ``RESET ALL`` goes back to: whose the transaction is, and whether triggers fire."""
