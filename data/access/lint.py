"""The catalog lint: whether a database's access is exactly what is declared, leak by leak.

It reads catalogs that any login may read, so that the server checks itself before it serves and ``fengtu
doctor`` prints each check. A test plants each leak and sees it caught.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, text

from data.access.applying import LEFT_ALONE, OF_FUNCTION, OF_POLICY, REVISION_TABLE, importer_grants
from data.access.declared import GRANTS, POLICIES
from data.access.function import SEARCH_PATH, Function
from data.access.functions import FUNCTIONS
from data.access.logins import OURS, database_roles, powers_of_login, version
from data.access.roles import GROUPS, IMPORTER, SERVER, STATISTICS_FUNCTIONS

_APPLICATION = (*GROUPS.values(), SERVER)
_NOT_SYSTEM = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
_NOT_EXTENSION = "NOT EXISTS (SELECT FROM pg_depend e WHERE e.objid = {} AND e.deptype = 'e')"


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
    yield Check("access_login", tuple(powers_of_login(connection)))


def _row_security(connection: Connection) -> Iterator[str]:
    rows = connection.execute(
        text(
            "SELECT c.oid::regclass::text AS name, c.relrowsecurity AND c.relforcerowsecurity AS guarded,"  # noqa: S608
            " c.relowner = ANY (SELECT oid FROM pg_roles WHERE rolname = ANY (:roles)) AS is_ours"
            " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            f" WHERE {_NOT_SYSTEM} AND c.relkind IN ('r', 'p', 'f') AND {_NOT_EXTENSION.format('c.oid')}"
        ),
        {"roles": list(OURS)},
    ).all()
    unguarded = {row.name for row in rows if not row.guarded} - LEFT_ALONE - {REVISION_TABLE}
    yield from unguarded
    yield from (f"{row.name}: owned by a login" for row in rows if row.is_ours)


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
        {"roles": list(OURS)},
    )
    return (f"{row.tablename} {row.cmd} {row.role}" for row in rows)


def _grants(connection: Connection) -> Iterator[str]:
    """Compare the grants to our roles and to everyone with the declared ones, columns included."""
    found = set(connection.execute(text(_FOUND_GRANTS), {"roles": list(OURS)}).scalars())
    tables = connection.execute(
        text("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'")
    ).scalars()
    sequences = connection.execute(
        text("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'S'")
    ).scalars()
    ours = sorted(set(tables) - LEFT_ALONE - {REVISION_TABLE})
    declared = {f"{REVISION_TABLE} SELECT {role}" for role in (SERVER, IMPORTER)}
    declared |= {f"{sequence} USAGE {IMPORTER}" for sequence in sequences}
    for grant in (*GRANTS, *importer_grants(ours)):
        things = [f"{grant.table}.{column}" for column in grant.columns] or [grant.table]
        commands = grant.commands.split(", ")
        declared |= {
            f"{thing} {command} {role}" for thing in things for command in commands for role in grant.roles
        }
    yield from (f"{grant}: undeclared" for grant in found - declared)
    yield from (f"{grant}: missing" for grant in declared - found)


_FOUND_GRANTS = f"""
SELECT format('%s %s %s', c.oid::regclass, a.privilege_type, coalesce(r.rolname, 'PUBLIC'))
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, aclexplode(c.relacl) a
LEFT JOIN pg_roles r ON r.oid = a.grantee
WHERE {_NOT_SYSTEM} AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
  AND {_NOT_EXTENSION.format("c.oid")} AND (a.grantee = 0 OR r.rolname = ANY (:roles))
UNION ALL
SELECT format('%s.%s %s %s', c.oid::regclass, t.attname, a.privilege_type, coalesce(r.rolname, 'PUBLIC'))
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute t ON t.attrelid = c.oid, aclexplode(t.attacl) a
LEFT JOIN pg_roles r ON r.oid = a.grantee
WHERE {_NOT_SYSTEM} AND (a.grantee = 0 OR r.rolname = ANY (:roles))
UNION ALL
SELECT format('default %s %s', a.privilege_type, coalesce(r.rolname, 'PUBLIC'))
FROM pg_default_acl d, aclexplode(d.defaclacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
WHERE d.defaclobjtype IN ('r', 'S') AND (a.grantee = 0 OR r.rolname = ANY (:roles))
"""  # noqa: S608


def _functions(connection: Connection) -> Iterator[str]:
    rows = connection.execute(
        text(
            f"SELECT p.oid::regprocedure::text AS name, p.proname, {OF_FUNCTION} AS mark, p.prosrc,"  # noqa: S608
            " obj_description(p.oid, 'pg_proc') AS applied, p.prosecdef, p.proconfig, p.provolatile,"
            " p.proowner = (SELECT relowner FROM pg_class WHERE oid = 'petition'::regclass) AS is_owners,"
            " ARRAY(SELECT coalesce(r.rolname, 'PUBLIC')::text FROM aclexplode(coalesce(p.proacl,"
            " acldefault('f', p.proowner))) a LEFT JOIN pg_roles r ON r.oid = a.grantee"
            " WHERE a.grantee <> p.proowner ORDER BY 1) AS callers"
            " FROM pg_proc p WHERE p.pronamespace = 'access'::regnamespace"
        )
    ).all()
    declared = {function.name: function for function in FUNCTIONS}
    names = [row.proname for row in rows]
    yield from (f"{name}: missing" for name in declared.keys() - set(names))
    for row in rows:
        if row.proname not in declared or names.count(row.proname) > 1:
            yield f"{row.name}: undeclared"
        elif row.callers != sorted(declared[row.proname].callers):
            yield f"{row.name}: callers {', '.join(row.callers)}"
        elif row.mark != row.applied or not _is_as_declared(row, declared[row.proname]):
            yield f"{row.name}: changed"


def _is_as_declared(row: Row[*tuple[Any, ...]], function: Function) -> bool:
    """Compare with the declaration itself: whoever changes a function can change the mark on it as well."""
    as_declared: bool = (
        row.prosrc.strip() == function.body.strip()
        and row.provolatile == function.volatility[0].lower()
        and row.proconfig == [f"search_path={SEARCH_PATH}"]
        and row.prosecdef
        and row.is_owners
    )
    return as_declared


def _definers(connection: Connection) -> Iterable[str]:
    """Functions elsewhere that run as somebody else, or that the planner may ask before a policy."""
    return connection.execute(
        text(
            "SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"  # noqa: S608
            " WHERE (p.prosecdef AND n.nspname <> 'access' OR p.proleakproof)"
            f" AND {_NOT_SYSTEM}"
            f" AND {_NOT_EXTENSION.format('p.oid')}"
        )
    ).scalars()


def _views(connection: Connection) -> Iterable[str]:
    """Materialised views keep rows past any policy; views read with their owner's rights unless told."""
    return connection.execute(
        text(
            "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"  # noqa: S608
            f" WHERE {_NOT_SYSTEM} AND (c.relkind = 'm'"
            " OR c.relkind = 'v'"
            " AND NOT coalesce(c.reloptions::text ~ 'security_invoker=(true|on|1)', false))"
            f" AND {_NOT_EXTENSION.format('c.oid')}"
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
    """A role that may create objects could put its own before ours; nothing of ours is in other schemas."""
    return connection.execute(
        text(
            "SELECT r.rolname || ' ' || n.nspname FROM pg_namespace n"  # noqa: S608
            f" JOIN pg_roles r ON r.rolname = ANY (:roles) WHERE {_NOT_SYSTEM}"
            f" AND {_NOT_EXTENSION.format('n.oid')}"
            " AND (has_schema_privilege(r.oid, n.oid, 'CREATE') OR n.nspname NOT IN ('public', 'access')"
            " AND has_schema_privilege(r.oid, n.oid, 'USAGE'))"
        ),
        {"roles": list(OURS)},
    ).scalars()


_TRIGGERS = {
    "audit chain_audit access.chain_audit",
    "audit insert_only access.refuse_change",
    "account change_role access.change_role",
    "petition note_change access.note_change",
}


def _triggers(connection: Connection) -> Iterator[str]:
    """The audit's chain and its guard, and that of roles; any other trigger could copy rows away."""
    found = set(
        connection.execute(
            text(
                "SELECT t.tgrelid::regclass || ' ' || t.tgname || ' ' || t.tgfoid::regproc FROM pg_trigger t"  # noqa: S608
                " JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
                f" WHERE {_NOT_SYSTEM} AND NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')"
                " UNION ALL SELECT r.ev_class::regclass || ' ' || r.rulename || ' rule' FROM pg_rewrite r"
                " JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace"
                f" WHERE {_NOT_SYSTEM} AND r.rulename <> '_RETURN'"
                f" AND {_NOT_EXTENSION.format('c.oid')}"
            )
        ).scalars()
    )
    yield from (f"{trigger}: missing" for trigger in _TRIGGERS - found)
    yield from (f"{trigger}: undeclared" for trigger in found - _TRIGGERS)


_CHECKS: dict[str, Callable[[Connection], Iterable[str]]] = {
    "access_version": version,
    "access_roles": database_roles,
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
