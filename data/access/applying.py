"""Applying the declared access to a migrated database: always all of it, in the migration's transaction.

Policies and functions are marked with a digest of what PostgreSQL made of them, so that the lint notices a
later change by hand.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from sqlalchemy import Connection, inspect, text

from data.access.declared import GRANTS, POLICIES
from data.access.function import Function
from data.access.functions import FUNCTIONS
from data.access.policies import SECRET, Grant, Policy
from data.access.roles import GROUPS, IMPORTER, SERVER
from grid.refusals import Refused

LEFT_ALONE = frozenset({"spatial_ref_sys"})
"""PostGIS's own table of reference systems: everyone may read it, and it belongs to a superuser."""
REVISION_TABLE = "alembic_version"
_OUR_ROLES = (*GROUPS.values(), SERVER, IMPORTER)
_DROP_POLICIES = (
    "DO $$ DECLARE p record; BEGIN FOR p IN SELECT policyname, tablename FROM pg_policies"
    " WHERE schemaname = 'public' LOOP EXECUTE format('DROP POLICY %I ON %I', p.policyname, p.tablename);"
    " END LOOP; END $$"
)
OF_POLICY = (
    "md5(concat_ws('|', p.polcmd, p.polpermissive, p.polroles::regrole[],"
    " pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)))"
)
OF_FUNCTION = "md5(pg_get_functiondef(p.oid))"
_MARK = "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = 'access'"


def apply_access(connection: Connection) -> None:
    """Make functions, grants and policies what is declared; raises ``Refused('roles_missing')``."""
    _check_roles(connection)
    statements = _statements(own_tables(connection))
    for statement in statements:
        _run(connection, statement)
    _mark(connection)
    _run(connection, f"COMMENT ON SCHEMA access IS '{_digest(statements)}'")


def declared_mark(connection: Connection) -> str:
    """Return the digest of all that would be applied."""
    return _digest(_statements(own_tables(connection)))


def applied_mark(connection: Connection) -> str | None:
    """Return the digest of what was applied last, none where that is not known."""
    mark: str | None = connection.execute(text(_MARK)).scalar_one_or_none()
    return mark


def lift_access(connection: Connection) -> None:
    """Drop functions and policies: the owner sees and changes every row until they are applied again."""
    tables = [table for table in own_tables(connection) if table != REVISION_TABLE]
    _run(connection, _DROP_POLICIES)
    _run(connection, "DROP SCHEMA IF EXISTS access CASCADE")
    for table in tables:
        _run(connection, f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")


def own_tables(connection: Connection) -> list[str]:
    """Return the names of all tables but those that are left alone."""
    return sorted(set(inspect(connection).get_table_names()) - LEFT_ALONE)


def _digest(statements: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(statements).encode()).hexdigest()


def _check_roles(connection: Connection) -> None:
    wanted = {*GROUPS.values(), SERVER, IMPORTER}
    found = set(connection.execute(text("SELECT rolname FROM pg_roles")).scalars())
    if wanted - found:
        raise Refused("roles_missing", roles=", ".join(sorted(wanted - found)))


def _statements(tables: list[str]) -> list[str]:
    ours = [table for table in tables if table != REVISION_TABLE]
    return [
        _DROP_POLICIES,
        "DROP SCHEMA IF EXISTS access CASCADE",
        "CREATE SCHEMA access",
        f"GRANT USAGE ON SCHEMA access TO {', '.join(_OUR_ROLES)}",
        f"REVOKE ALL ON {', '.join(tables)} FROM {', '.join(_OUR_ROLES)}, PUBLIC",
        f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {', '.join(_OUR_ROLES)}, PUBLIC",
        f"GRANT SELECT ON {REVISION_TABLE} TO {SERVER}, {IMPORTER}",
        *(line for function in FUNCTIONS for line in function_statements(function)),
        "CREATE TRIGGER chain_audit BEFORE INSERT ON audit"
        " FOR EACH ROW EXECUTE FUNCTION access.chain_audit()",
        "CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit"
        " FOR EACH STATEMENT EXECUTE FUNCTION access.refuse_change()",
        "CREATE TRIGGER change_role BEFORE UPDATE OF role ON account"
        " FOR EACH ROW EXECUTE FUNCTION access.change_role()",
        "CREATE TRIGGER note_change BEFORE UPDATE ON petition"
        " FOR EACH ROW EXECUTE FUNCTION access.note_change()",
        *(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY" for table in ours),
        *(policy_statement(policy) for policy in POLICIES if policy.table in ours),
        *(grant_statement(grant) for grant in (*GRANTS, *importer_grants(ours)) if grant.table in ours),
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {IMPORTER}",
    ]


def importer_grants(tables: Iterable[str]) -> list[Grant]:
    """Return what the importer is granted: rows of every table of data, none of accounts and audit."""
    return [
        Grant(table, "SELECT, INSERT, UPDATE, DELETE", (IMPORTER,)) for table in tables if table not in SECRET
    ]


def function_statements(function: Function) -> list[str]:
    """Return the SQL that makes a function and says who may call it."""
    made = [
        function.statement(),
        f"REVOKE ALL ON FUNCTION {function.signature} FROM {', '.join(_OUR_ROLES)}, PUBLIC",
    ]
    if function.callers:
        made.append(f"GRANT EXECUTE ON FUNCTION {function.signature} TO {', '.join(function.callers)}")
    return made


def policy_statement(policy: Policy) -> str:
    """Return the SQL that makes a policy."""
    kind = "RESTRICTIVE" if policy.restrictive else "PERMISSIVE"
    using = f" USING ({policy.using})" if policy.using else ""
    check = f" WITH CHECK ({policy.check})" if policy.check else ""
    return (
        f"CREATE POLICY {policy.name} ON {policy.table} AS {kind} FOR {policy.command}"
        f" TO {', '.join(policy.roles)}{using}{check}"
    )


def grant_statement(grant: Grant) -> str:
    """Return the SQL of a grant."""
    columns = f" ({', '.join(grant.columns)})" if grant.columns else ""
    commands = ", ".join(f"{command}{columns}" for command in grant.commands.split(", "))
    return f"GRANT {commands} ON {grant.table} TO {', '.join(grant.roles)}"


def _mark(connection: Connection) -> None:
    marks = f"""
    DO $$ DECLARE one record; BEGIN
    FOR one IN SELECT p.polname, p.polrelid::regclass AS tab, {OF_POLICY} AS mark FROM pg_policy p LOOP
        EXECUTE format('COMMENT ON POLICY %I ON %s IS %L', one.polname, one.tab, one.mark);
    END LOOP;
    FOR one IN SELECT p.oid::regprocedure AS f, {OF_FUNCTION} AS mark FROM pg_proc p
    WHERE p.pronamespace = 'access'::regnamespace LOOP
        EXECUTE format('COMMENT ON FUNCTION %s IS %L', one.f, one.mark);
    END LOOP; END $$"""  # noqa: S608
    _run(connection, marks)


def _run(connection: Connection, statement: str) -> None:
    # The driver takes a per cent sign for a parameter.
    connection.exec_driver_sql(statement.replace("%", "%%"))
