"""The database's roles: three that log in, and one for each role of the product that they may become.

* the **owner** (whoever migrates) owns the schema and serves nobody;
* ``fengtu_importer`` runs imports, the worker and the command line, past row level security (COPY cannot work
  under it) but with no grant on accounts, sessions and the audit;
* ``fengtu_server`` serves screens: without any table of its own, NOINHERIT, it becomes ``fengtu_<role>`` for
  one transaction.

Roles belong to a whole cluster. What needs a superuser is here: the embedded cluster does it itself, another
database's administrator is given it by ``fengtu roles``.
"""

from __future__ import annotations

from grid.principals import Role

SERVER = "fengtu_server"
IMPORTER = "fengtu_importer"
GROUPS: dict[Role, str] = {role: f"fengtu_{role.value}" for role in Role}

STATISTICS_FUNCTIONS = (
    "st_estimatedextent", "_postgis_stats", "_postgis_selectivity", "_postgis_join_selectivity",
    "_postgis_index_extent",
)  # fmt: skip
"""PostGIS functions that read a table's statistics past row level security, whatever their arguments."""


def cluster_statements() -> list[str]:
    """Return the SQL that makes the roles, once a cluster; a superuser runs it, any number of times."""
    statements = [_ensure_role(SERVER, "LOGIN NOINHERIT"), _ensure_role(IMPORTER, "LOGIN BYPASSRLS")]
    statements += [_ensure_role(group, "NOLOGIN NOINHERIT") for group in GROUPS.values()]
    return [*statements, f"GRANT {', '.join(GROUPS.values())} TO {SERVER}"]


def database_statements(owner: str) -> list[str]:
    """Return the SQL that closes a database's side doors; a superuser runs it after PostGIS is installed.

    With ``set_config`` one injected expression could change who a statement acts for; only the roles that log
    in may call it, and not what they become. (``SET`` itself cannot stand inside a statement.)
    """
    closed = f"SELECT oid FROM pg_proc WHERE proname IN {STATISTICS_FUNCTIONS}"  # noqa: S608
    return [
        "REVOKE EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) FROM PUBLIC",
        "GRANT EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean)"
        f' TO {SERVER}, {IMPORTER}, "{owner}"',
        f"DO $$ DECLARE f regprocedure; BEGIN FOR f IN {closed} LOOP EXECUTE format("
        "'REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f); END LOOP; END $$",
    ]


def _ensure_role(name: str, attributes: str) -> str:
    return (
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}')"
        f" THEN CREATE ROLE {name} {attributes}; END IF; END $$"
    )
