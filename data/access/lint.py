"""The catalog lint: whether a database's access is exactly what is declared, leak by leak.

It reads catalogs that any login may read, so that the server checks itself before it serves and ``fengtu
doctor`` prints each check. A test plants each leak and sees it caught.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, text

from data.access.applying import LEFT_ALONE, OF_FUNCTION, OF_POLICY, REVISION_TABLE, importer_grants
from data.access.functions import FUNCTIONS
from data.access.policies import GRANTS, POLICIES
from data.access.roles import GROUPS, IMPORTER, SERVER, STATISTICS_FUNCTIONS

SAFE_VERSION = 150014
"""PostgreSQL 15.14 mended leaks of statistics past row level security (CVE-2025-8713)."""
_OURS = (*GROUPS.values(), SERVER, IMPORTER)
_APPLICATION = (*GROUPS.values(), SERVER)


@dataclass(frozen=True, slots=True)
class Check:
    """One check of the lint: its code has words under ``doctor``; ``found`` names what is wrong."""

    code: str
    found: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Return whether nothing was found."""
        return not self.found


def lint(connection: Connection) -> Iterator[Check]:
    """Return every check of a migrated database."""
    for code, look in _CHECKS.items():
        yield Check(code, tuple(sorted(set(look(connection)))))


def check_login(connection: Connection) -> Iterator[Check]:
    """Return the checks of the login itself: what serves must be neither superuser nor owner nor past RLS."""
    yield Check("access_login", tuple(_powers(connection)))


def _powers(connection: Connection) -> Iterator[str]:
    row = connection.execute(
        text(
            "SELECT rolname, rolsuper, rolbypassrls, rolinherit, rolcreaterole, EXISTS ("
            "SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname IN ('public', 'access')"
            " AND c.relkind IN ('r', 'p', 'v', 'm') AND pg_has_role(r.oid, c.relowner, 'MEMBER')) AS owns"
            " FROM pg_roles r WHERE rolname = session_user"
        )
    ).one()
    powers = {"superuser": row.rolsuper, "bypassrls": row.rolbypassrls, "inherit": row.rolinherit}
    powers |= {"createrole": row.rolcreaterole, "owner": row.owns}
    return (f"{row.rolname}: {power}" for power, has in powers.items() if has)


def _version(connection: Connection) -> Iterable[str]:
    number = int(connection.execute(text("SHOW server_version_num")).scalar_one())
    return () if number >= SAFE_VERSION else (str(number),)


def _roles(connection: Connection) -> Iterator[str]:
    rows = connection.execute(
        text(
            "SELECT rolname, rolsuper, rolbypassrls, rolcanlogin, rolinherit, rolcreaterole, rolcreatedb,"
            " rolreplication, ARRAY(SELECT g.rolname::text FROM pg_auth_members m"
            " JOIN pg_roles g ON g.oid = m.roleid WHERE m.member = r.oid ORDER BY 1) AS member_of"
            " FROM pg_roles r WHERE rolname = ANY (:names)"
        ),
        {"names": list(_OURS)},
    ).all()
    yield from (f"{name}: missing" for name in set(_OURS) - {row.rolname for row in rows})
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


def _row_security(connection: Connection) -> Iterator[str]:
    rows = connection.execute(
        text(
            "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity AS guarded FROM pg_class c"
            " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'f')"
        )
    )
    unguarded = {row.relname for row in rows if not row.guarded}
    return iter(unguarded - LEFT_ALONE - {REVISION_TABLE})


def _policies(connection: Connection) -> Iterator[str]:
    rows = connection.execute(
        text(
            f"SELECT c.relname || '.' || p.polname AS name, {OF_POLICY} AS mark,"  # noqa: S608
            " obj_description(p.oid, 'pg_policy') AS applied FROM pg_policy p JOIN pg_class c"
            " ON c.oid = p.polrelid"
        )
    ).all()
    declared = {f"{policy.table}.{policy.name}" for policy in POLICIES}
    found = {row.name for row in rows}
    yield from (f"{name}: undeclared" for name in found - declared)
    yield from (f"{name}: missing" for name in declared - found)
    yield from (f"{row.name}: changed" for row in rows if row.mark != row.applied)


def _permissive(connection: Connection) -> Iterator[str]:
    """Two permissive policies for one role add up: the wider one wins unseen."""
    rows = connection.execute(
        text(
            "SELECT tablename, cmd, role FROM (SELECT tablename, unnest(CASE cmd WHEN 'ALL' THEN"
            " ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE'] ELSE ARRAY[cmd] END) AS cmd,"
            " unnest(roles)::text AS role FROM pg_policies"
            " WHERE schemaname = 'public' AND permissive = 'PERMISSIVE') one"
            " WHERE role = ANY (:roles) OR role = 'public'"
            " GROUP BY 1, 2, 3 HAVING count(*) > 1 OR role = 'public'"
        ),
        {"roles": list(_OURS)},
    )
    return (f"{row.tablename} {row.cmd} {row.role}" for row in rows)


def _grants(connection: Connection) -> Iterator[str]:
    """Compare the grants to our roles and to everyone with the declared ones, columns included."""
    found = set(connection.execute(text(_FOUND_GRANTS), {"roles": list(_OURS)}).scalars())
    tables = connection.execute(
        text("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'")
    ).scalars()
    ours = sorted(set(tables) - LEFT_ALONE - {REVISION_TABLE})
    declared = {f"{REVISION_TABLE} SELECT {role}" for role in (SERVER, IMPORTER)}
    for grant in (*GRANTS, *importer_grants(ours)):
        things = [f"{grant.table}.{column}" for column in grant.columns] or [grant.table]
        commands = grant.commands.split(", ")
        declared |= {
            f"{thing} {command} {role}" for thing in things for command in commands for role in grant.roles
        }
    yield from (f"{grant}: undeclared" for grant in found - declared)
    yield from (f"{grant}: missing" for grant in declared - found)


_FOUND_GRANTS = """
SELECT format('%s %s %s', c.relname, a.privilege_type, coalesce(r.rolname, 'PUBLIC'))
FROM pg_class c, aclexplode(c.relacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
  AND (a.grantee = 0 OR r.rolname = ANY (:roles))
  AND c.relname NOT IN ('spatial_ref_sys', 'geometry_columns', 'geography_columns')
UNION ALL
SELECT format('%s.%s %s %s', c.relname, t.attname, a.privilege_type, coalesce(r.rolname, 'PUBLIC'))
FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid, aclexplode(t.attacl) a
LEFT JOIN pg_roles r ON r.oid = a.grantee
WHERE c.relnamespace = 'public'::regnamespace AND (a.grantee = 0 OR r.rolname = ANY (:roles))
"""


def _functions(connection: Connection) -> Iterator[str]:
    rows = connection.execute(
        text(
            f"SELECT p.oid::regprocedure::text AS name, p.proname, {OF_FUNCTION} AS mark,"  # noqa: S608
            " obj_description(p.oid, 'pg_proc') AS applied, p.prosecdef, p.proconfig::text AS config,"
            " ARRAY(SELECT coalesce(r.rolname, 'PUBLIC')::text FROM aclexplode(coalesce(p.proacl,"
            " acldefault('f', p.proowner))) a LEFT JOIN pg_roles r ON r.oid = a.grantee"
            " WHERE a.grantee <> p.proowner ORDER BY 1) AS callers"
            " FROM pg_proc p WHERE p.pronamespace = 'access'::regnamespace"
        )
    ).all()
    declared = {function.name: sorted(function.callers) for function in FUNCTIONS}
    yield from (f"{name}: missing" for name in declared.keys() - {row.proname for row in rows})
    for row in rows:
        if row.proname not in declared:
            yield f"{row.name}: undeclared"
        elif row.callers != declared[row.proname]:
            yield f"{row.name}: callers {', '.join(row.callers)}"
        elif row.mark != row.applied or "search_path" not in (row.config or ""):
            yield f"{row.name}: changed"


def _definers(connection: Connection) -> Iterable[str]:
    """SECURITY DEFINER functions outside our schema run as somebody else for whoever calls them."""
    return connection.execute(
        text(
            "SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
            " WHERE p.prosecdef AND n.nspname NOT IN ('access', 'pg_catalog', 'information_schema')"
            " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
        )
    ).scalars()


def _views(connection: Connection) -> Iterable[str]:
    """Materialised views keep rows past any policy; views read with their owner's rights unless told."""
    return connection.execute(
        text(
            "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND (c.relkind = 'm'"
            " OR c.relkind = 'v'"
            " AND NOT coalesce(c.reloptions::text ~ 'security_invoker=(true|on|1)', false))"
            " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')"
        )
    ).scalars()


def _side_doors(connection: Connection) -> Iterable[str]:
    """Functions that read statistics past policies, or change whose the transaction is."""
    return connection.execute(
        text(
            "SELECT r.rolname || ' ' || p.oid::regprocedure FROM pg_proc p"
            " JOIN pg_roles r ON r.rolname = ANY (:roles)"
            " WHERE (p.proname = ANY (:statistics) OR p.proname = 'set_config' AND r.rolname <> :server)"
            " AND has_function_privilege(r.oid, p.oid, 'EXECUTE')"
        ),
        {"roles": list(_APPLICATION), "statistics": list(STATISTICS_FUNCTIONS), "server": SERVER},
    ).scalars()


def _schemas(connection: Connection) -> Iterable[str]:
    """A role that may create objects could put its own function before ours."""
    return connection.execute(
        text(
            "SELECT r.rolname || ' ' || n.nspname FROM pg_namespace n"
            " JOIN pg_roles r ON r.rolname = ANY (:roles)"
            " WHERE n.nspname IN ('public', 'access') AND has_schema_privilege(r.oid, n.oid, 'CREATE')"
        ),
        {"roles": list(_OURS)},
    ).scalars()


def _triggers(connection: Connection) -> Iterator[str]:
    """The audit's chain and its guard against changes."""
    found = connection.execute(
        text("SELECT tgname FROM pg_trigger WHERE tgrelid = 'audit'::regclass AND tgenabled IN ('O', 'A')")
    ).scalars()
    return iter({"chain_audit", "insert_only"} - set(found))


_CHECKS: dict[str, Callable[[Connection], Iterable[str]]] = {
    "access_version": _version,
    "access_roles": _roles,
    "access_row_security": _row_security,
    "access_policies": _policies,
    "access_permissive": _permissive,
    "access_grants": _grants,
    "access_functions": _functions,
    "access_definers": _definers,
    "access_views": _views,
    "access_side_doors": _side_doors,
    "access_schemas": _schemas,
    "access_audit": _triggers,
}
