"""Every leak that row level security has is planted one by one, and the lint names it.

Then policies and functions are changed as somebody would who knows the lint and rewrites its marks: what the
lint cannot see any more, worlds that differ in hidden rows must show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import Connection, Engine

from data.access import roles
from data.access.applying import OF_FUNCTION, OF_POLICY, apply_access
from data.access.lint import check_login, lint
from data.access.startup import access_checks, refuse_unsafe
from data.cluster import OWNER
from grid.refusals import Refused
from tests.storage.interference import noticed
from tests.storage.mixed_city import City

WORKER, LEADER, SERVER, IMPORTER = "fengtu_worker", "fengtu_leader", roles.SERVER, roles.IMPORTER
DEFINER = "LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM public.petition'"


@dataclass(frozen=True)
class Leak:
    """Statements of a superuser, the check that must fail, and what it must name."""

    name: str
    check: str
    names: str
    statements: tuple[str, ...]


def leak(name: str, check: str, names: str, *statements: str) -> Leak:
    return Leak(name, check, names, statements)


LEAKS = (
    leak("FORCE off", "row_security", "petition", "ALTER TABLE petition NO FORCE ROW LEVEL SECURITY"),
    leak("RLS off", "row_security", "petition", "ALTER TABLE petition DISABLE ROW LEVEL SECURITY"),
    leak("table without RLS", "row_security", "copied", "CREATE TABLE copied AS SELECT * FROM petition"),
    leak("table in another schema", "row_security", "side.copied", "CREATE SCHEMA side",
         "CREATE TABLE side.copied AS SELECT * FROM petition"),
    leak("grant in another schema", "grants", f"side.copied SELECT {WORKER}", "CREATE SCHEMA side",
         "CREATE TABLE side.copied AS SELECT * FROM petition", f"GRANT SELECT ON side.copied TO {WORKER}"),
    leak("another schema opened", "schemas", f"{WORKER} side", "CREATE SCHEMA side",
         f"GRANT USAGE ON SCHEMA side TO {WORKER}"),
    leak("table of a login", "row_security", "listing: owned by a login",
         f"ALTER TABLE listing OWNER TO {IMPORTER}"),
    leak("foreign table", "row_security", "far", "CREATE FOREIGN DATA WRAPPER w",
         "CREATE SERVER s FOREIGN DATA WRAPPER w", "CREATE FOREIGN TABLE far (id int) SERVER s"),
    leak("materialised view", "views", "kept", "CREATE MATERIALIZED VIEW kept AS SELECT * FROM petition"),
    leak("materialised view granted", "grants", "kept",
         "CREATE MATERIALIZED VIEW kept AS SELECT * FROM petition",
         f"GRANT SELECT ON kept TO {WORKER}"),
    leak("definer view", "views", "seen", "CREATE VIEW seen AS SELECT * FROM petition"),
    leak("view said not to be an invoker", "views", "seen",
         "CREATE VIEW seen WITH (security_invoker = false) AS SELECT * FROM petition"),
    leak("view of another schema", "views", "side.seen", "CREATE SCHEMA side",
         "CREATE VIEW side.seen AS SELECT * FROM petition"),
    leak("partition granted", "grants", f"part_1 SELECT {WORKER}",
         "CREATE TABLE part (id bigint) PARTITION BY RANGE (id)",
         "CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (0) TO (9)",
         f"GRANT SELECT ON part_1 TO {WORKER}"),
    leak("partition unguarded", "row_security", "part_1",
         "CREATE TABLE part (id bigint) PARTITION BY RANGE (id)",
         "ALTER TABLE part ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
         "CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (0) TO (9)"),
    leak("second permissive policy", "permissive", f"petition SELECT {WORKER}",
         f"CREATE POLICY more ON petition FOR SELECT TO {WORKER} USING (true)"),
    leak("second permissive policy under ALL", "permissive", f"petition SELECT {WORKER}",
         f"CREATE POLICY more ON petition TO {WORKER} USING (true)"),
    leak("policy for everyone", "permissive", "petition SELECT public",
         "CREATE POLICY more ON petition FOR SELECT USING (true)"),
    leak("undeclared policy", "policies", "petition.more: undeclared",
         f"CREATE POLICY more ON petition FOR INSERT TO {WORKER} WITH CHECK (true)"),
    leak("policy dropped", "policies", "petition.accusations_are_walled_off: missing",
         "DROP POLICY accusations_are_walled_off ON petition"),
    leak("policy widened", "policies", "petition.fengtu_worker_reads: changed",
         "ALTER POLICY fengtu_worker_reads ON petition USING (true)"),
    leak("policy for another role", "policies", "petition.recusal: changed",
         f"ALTER POLICY recusal ON petition TO {LEADER}"),
    leak("grant to PUBLIC", "grants", "petition SELECT PUBLIC", "GRANT SELECT ON petition TO PUBLIC"),
    leak("grant to a role", "grants", "petition SELECT fengtu_kiosk",
         "GRANT SELECT ON petition TO fengtu_kiosk"),
    leak("grant to the server", "grants", f"account SELECT {SERVER}", f"GRANT SELECT ON account TO {SERVER}"),
    leak("grant of accounts to the importer", "grants", f"account SELECT {IMPORTER}",
         f"GRANT SELECT ON account TO {IMPORTER}"),
    leak("column grant", "grants", f"petition.matter_no SELECT {LEADER}",
         f"GRANT SELECT (matter_no) ON petition TO {LEADER}"),
    leak("password's column", "grants", "account.password_hash SELECT fengtu_admin",
         "GRANT SELECT (password_hash) ON account TO fengtu_admin"),
    leak("writing a reading's table", "grants", f"petition UPDATE {WORKER}",
         f"GRANT UPDATE ON petition TO {WORKER}"),
    leak("deleting the audit", "grants", "audit DELETE fengtu_auditor",
         "GRANT DELETE ON audit TO fengtu_auditor"),
    leak("a sequence tells how many", "grants", f"petition_id_seq SELECT {WORKER}",
         f"GRANT SELECT ON SEQUENCE petition_id_seq TO {WORKER}"),
    leak("grant on tables to come", "grants", "default SELECT PUBLIC",
         "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC"),
    *(
        leak(f"statistics by {name}", "side_doors", name,
             f"DO $$ DECLARE f regprocedure; BEGIN FOR f IN SELECT oid FROM pg_proc WHERE proname = '{name}'"
             f" LOOP EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO {WORKER}', f); END LOOP; END $$")
        for name in roles.STATISTICS_FUNCTIONS
    ),
    leak("set_config", "side_doors", f"{WORKER} set_config",
         f"GRANT EXECUTE ON FUNCTION set_config(text, text, boolean) TO {WORKER}"),
    leak("set_config to PUBLIC", "side_doors", "fengtu_kiosk set_config",
         "GRANT EXECUTE ON FUNCTION set_config(text, text, boolean) TO PUBLIC"),
    leak("definer function elsewhere", "definers", "all_of_them",
         f"CREATE FUNCTION all_of_them() RETURNS bigint {DEFINER}"),
    leak("definer function in another schema", "definers", "side.all_of_them", "CREATE SCHEMA side",
         f"CREATE FUNCTION side.all_of_them() RETURNS bigint {DEFINER}"),
    leak("function asked before a policy", "definers", "peek", "CREATE FUNCTION peek(text) RETURNS boolean"
         " LANGUAGE sql IMMUTABLE LEAKPROOF AS 'SELECT true'"),
    leak("undeclared definer of ours", "functions", "access.more",
         f"CREATE FUNCTION access.more() RETURNS bigint {DEFINER}"),
    leak("another of the same name", "functions", "access.my_role",
         "CREATE FUNCTION access.my_role(text) RETURNS text LANGUAGE sql AS 'SELECT $1'"),
    leak("function's body", "functions", "access.my_grids(): changed",
         "CREATE OR REPLACE FUNCTION access.my_grids() RETURNS bigint[] LANGUAGE sql STABLE SECURITY DEFINER"
         " SET search_path = pg_catalog, pg_temp AS 'SELECT array_agg(id) FROM public.area'"),
    leak("function's path dropped", "functions", "access.my_role(): changed",
         "ALTER FUNCTION access.my_role() RESET search_path"),
    leak("function's path widened", "functions", "access.my_role(): changed",
         "ALTER FUNCTION access.my_role() SET search_path = public, pg_catalog"),
    leak("function of another owner", "functions", "access.accusations(date,date): changed",
         "ALTER FUNCTION access.accusations(date, date) OWNER TO postgres"),
    leak("function for another caller", "functions", "access.accusations(date,date): callers",
         f"GRANT EXECUTE ON FUNCTION access.accusations(date, date) TO {WORKER}"),
    leak("function for everyone", "functions", "access.note_as",
         "GRANT EXECUTE ON FUNCTION access.note_as(text, text, text, text, jsonb) TO PUBLIC"),
    leak("function dropped", "functions", "note_as: missing",
         "DROP FUNCTION access.note_as(text, text, text, text, jsonb)"),
    leak("server a superuser", "roles", f"{SERVER}: superuser", f"ALTER ROLE {SERVER} SUPERUSER"),
    leak("server inherits", "roles", f"{SERVER}: inherit", f"ALTER ROLE {SERVER} INHERIT"),
    leak("server past RLS", "roles", f"{SERVER}: bypassrls", f"ALTER ROLE {SERVER} BYPASSRLS"),
    leak("role past RLS", "roles", f"{WORKER}: bypassrls", f"ALTER ROLE {WORKER} BYPASSRLS"),
    leak("role makes roles", "roles", f"{WORKER}: powers", f"ALTER ROLE {WORKER} CREATEROLE"),
    leak("role logs in", "roles", f"{WORKER}: login", f"ALTER ROLE {WORKER} LOGIN"),
    leak("server an owner", "roles", f"{SERVER}: member_of", f"GRANT {OWNER} TO {SERVER}"),
    leak("server an importer", "roles", f"{SERVER}: member_of", f"GRANT {IMPORTER} TO {SERVER}"),
    leak("one role another", "roles", f"{WORKER}: member_of", f"GRANT fengtu_bureau TO {WORKER}"),
    leak("role reads everything", "roles", f"{WORKER}: member_of", f"GRANT pg_read_all_data TO {WORKER}"),
    leak("server gives roles away", "roles", f"{SERVER}: may become",
         f"GRANT fengtu_bureau TO {SERVER} WITH ADMIN OPTION"),
    leak("stranger an importer", "roles", "eve: may become", "CREATE ROLE eve LOGIN",
         f"GRANT {IMPORTER} TO eve"),
    leak("stranger an owner", "roles", "eve: may become", "CREATE ROLE eve LOGIN", f"GRANT {OWNER} TO eve"),
    leak("token by default", "roles", "fengtu.token=", f"ALTER ROLE {SERVER} SET fengtu.token = 'abc'"),
    leak("triggers off by default", "roles", "session_replication_role",
         f"ALTER ROLE {IMPORTER} SET session_replication_role = 'replica'"),
    leak("path of the database", "roles", "database: search_path",
         "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = side, public', current_database());"
         " END $$"),
    leak("chain's trigger off", "audit", "chain_audit", "ALTER TABLE audit DISABLE TRIGGER chain_audit"),
    leak("chain's trigger for replicas", "audit", "chain_audit",
         "ALTER TABLE audit ENABLE REPLICA TRIGGER chain_audit"),
    leak("guard's trigger dropped", "audit", "insert_only", "DROP TRIGGER insert_only ON audit"),
    leak("role's trigger dropped", "audit", "account change_role", "DROP TRIGGER change_role ON account"),
    leak("trigger of the same name", "audit", "chain_audit", "DROP TRIGGER chain_audit ON audit",
         "CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
         "CREATE TRIGGER chain_audit BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION nothing()"),
    leak("trigger that copies", "audit", "petition copying",
         "CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
         "CREATE TRIGGER copying AFTER INSERT ON petition FOR EACH ROW EXECUTE FUNCTION nothing()"),
    leak("rule that copies", "audit", "petition copying",
         "CREATE RULE copying AS ON INSERT TO petition DO ALSO SELECT 1"),
    leak("CREATE on the schema", "schemas", f"{WORKER} public", f"GRANT CREATE ON SCHEMA public TO {WORKER}"),
    leak("CREATE on ours", "schemas", f"{SERVER} access", f"GRANT CREATE ON SCHEMA access TO {SERVER}"),
)  # fmt: skip


@pytest.fixture(scope="module")
def root(new_database: Callable[..., Engine], mixed_city: City, login_as: Callable[..., Engine]) -> Engine:
    """A superuser on a copy of the mixed city: whatever a test does there it undoes."""
    return login_as(new_database(mixed_city.database), "postgres")


@pytest.fixture
def connection(root: Engine) -> Iterator[Connection]:
    """A transaction that is rolled back, cluster-wide roles and all."""
    with root.connect() as opened:
        yield opened
        opened.rollback()


def run(connection: Connection, *statements: str) -> None:
    for statement in statements:
        connection.exec_driver_sql(statement.replace("%", "%%"))


def found(connection: Connection) -> dict[str, tuple[str, ...]]:
    return {check.code: check.found for check in lint(connection) if not check.passed}


def test_a_database_as_migrated_has_no_leak(connection: Connection) -> None:
    assert found(connection) == {}


@pytest.mark.parametrize("leak", LEAKS, ids=lambda leak: leak.name)
def test_the_lint_names_each_leak(connection: Connection, leak: Leak) -> None:
    run(connection, *leak.statements)
    named = found(connection).get(f"access_{leak.check}", ())
    assert any(leak.names in one for one in named), named


@pytest.mark.parametrize("login", ["postgres", OWNER, roles.IMPORTER])
def test_who_could_pass_by_the_policies_may_not_serve(
    mixed: Engine, login_as: Callable[..., Engine], login: str
) -> None:
    powerful = login_as(mixed, login)
    with powerful.connect() as connection:
        assert [check.code for check in check_login(connection) if not check.passed] == ["access_login"]
    with pytest.raises(Refused, match="access_unsafe"):
        refuse_unsafe(powerful)


def test_the_servers_login_may_serve(mixed: Engine, login_as: Callable[..., Engine]) -> None:
    server = login_as(mixed, roles.SERVER)
    assert [check.code for check in access_checks(server) if not check.passed] == []
    refuse_unsafe(server)


def test_a_leak_keeps_the_server_from_serving_and_applying_anew_mends_it(
    mixed: Engine, login_as: Callable[..., Engine]
) -> None:
    server, owner = login_as(mixed, roles.SERVER), login_as(mixed, OWNER)
    with owner.begin() as connection:
        run(connection, "ALTER POLICY fengtu_worker_reads ON petition USING (true)")
    with pytest.raises(Refused, match="access_unsafe"):
        refuse_unsafe(server)
    with owner.begin() as connection:
        # The mark on the schema says that nothing is to do: whoever changed a policy did not change it.
        run(connection, "COMMENT ON SCHEMA access IS NULL")
        apply_access(connection)
    refuse_unsafe(server)


REMARK = f"""
DO $$ DECLARE one record; BEGIN
FOR one IN SELECT p.polname, p.polrelid::regclass AS tab, {OF_POLICY} AS mark FROM pg_policy p LOOP
    EXECUTE format('COMMENT ON POLICY %I ON %s IS %L', one.polname, one.tab, one.mark); END LOOP;
FOR one IN SELECT p.oid::regprocedure AS f, {OF_FUNCTION} AS mark FROM pg_proc p
    WHERE p.pronamespace = 'access'::regnamespace LOOP
    EXECUTE format('COMMENT ON FUNCTION %s IS %L', one.f, one.mark); END LOOP; END $$"""


def policy(name: str, using: str, table: str = "petition") -> str:
    return f"ALTER POLICY {name} ON {table} USING ({using})"


def edited(name: str, old: str, new: str) -> str:
    """Return SQL that replaces a part of a function's source, however it is laid out."""
    return f"""DO $body$ DECLARE made text; BEGIN
    SELECT replace(pg_get_functiondef(p.oid), $o${old}$o$, $n${new}$n$) INTO STRICT made FROM pg_proc p
    WHERE p.pronamespace = 'access'::regnamespace AND p.proname = '{name}';
    ASSERT made LIKE '%' || $n${new}$n$ || '%'; EXECUTE made; END $body$"""


MY_ROLE = "(SELECT access.my_role())"
NOT_RECUSED = "petition_id <> ALL ((SELECT access.my_recusals())::bigint[])"
GRIDS = "grid_id = ANY ((SELECT access.my_grids())::bigint[])"
TOWNS = "town_id = ANY ((SELECT access.my_towns())::bigint[])"
COUNTIES = "county_id = ANY ((SELECT access.my_counties())::bigint[])"
UNITS = "unit_id = ANY ((SELECT access.my_units())::bigint[])"
_OF_MATTERS = "open_clock clock_event snapshot_matter supervision_case supervision_step assist_note"
_OF_UNITS = "listing listing_step indicator_sum"
_NARROWED = {
    "leader": "open_clock snapshot_matter supervision_case planning_run coverage_plan assignment",
    "bureau": _OF_MATTERS,
    "worker": "open_clock clock_event assist_note",
    "town": f"{_OF_MATTERS} {_OF_UNITS}",
    "unit": f"{_OF_MATTERS} {_OF_UNITS}",
    "planner": "planning_run",
    "approver": "planning_run",
}
"""Tables of which a role reads some rows only, by what follows from a matter or a unit."""
MUTANTS: dict[str, tuple[str, ...]] = {
    "worker sees all": (policy("fengtu_worker_reads", "true"),),
    "worker sees all but their own": (
        policy("fengtu_worker_reads", f"{GRIDS.replace('= ANY', '<> ALL')} AND place_status = 'accepted'"),
    ),
    "worker without accepted": (policy("fengtu_worker_reads", GRIDS),),
    "worker by village": (
        policy("fengtu_worker_reads", "village_id IN (SELECT parent_id FROM area WHERE id ="
               " ANY ((SELECT access.my_grids())::bigint[])) AND place_status = 'accepted'"),
    ),
    "town without accepted": (policy("fengtu_town_reads", f"{TOWNS} OR {COUNTIES}"),),
    "town: = to <>": (
        policy("fengtu_town_reads", f"({TOWNS.replace('= ANY', '<> ALL')} OR {COUNTIES})"
               " AND place_status = 'accepted'"),
    ),
    "town: brackets lost": (
        policy("fengtu_town_reads", f"{TOWNS} OR {COUNTIES} AND place_status = 'accepted'"),
    ),
    "unit OR true": (policy("fengtu_unit_reads", f"{UNITS} OR true"),),
    "unit OR none": (policy("fengtu_unit_reads", f"{UNITS} OR unit_id IS NULL OR unit_id > 1"),),
    "accusations unwalled": ("DROP POLICY accusations_are_walled_off ON petition",),
    "accusations walled off from one role": (
        "ALTER POLICY accusations_are_walled_off ON petition TO fengtu_worker",
    ),
    "accusations only": (policy("accusations_are_walled_off", "purpose <> 'claim'"),),
    "recusal dropped": ("DROP POLICY recusal ON petition",),
    "recusal permissive in effect": (policy("recusal", "true"),),
    "recusal of others": (
        policy("recusal", "id = ANY ((SELECT access.my_recusals())::bigint[]) IS NOT NULL"),
    ),
    "leader's role check dropped": (policy("fengtu_leader_reads", "true"),),
    "bureau's role check dropped": (policy("fengtu_bureau_reads", f"{MY_ROLE} IS NULL OR true"),),
    "bureau by any session": (policy("fengtu_bureau_reads", f"{MY_ROLE} IS NOT NULL"),),
    "city's map for nobody in particular": (policy("everyone_signed_in_reads", "true", "area"),),
    "jobs of everybody": (policy("own_jobs", f"{MY_ROLE} = 'clerk'", "job"),),
    "drafts on the wall": (policy("fengtu_kiosk_reads", f"{MY_ROLE} = 'kiosk'", "coverage_plan"),),
    "assignments of drafts": (policy("fengtu_leader_reads", f"{MY_ROLE} = 'leader'", "assignment"),),
    "leader granted numbers": ("GRANT SELECT (matter_no) ON petition TO fengtu_leader",),
    "kiosk granted matters": (
        "GRANT SELECT ON petition TO fengtu_kiosk",
        "CREATE POLICY fengtu_kiosk_reads ON petition FOR SELECT TO fengtu_kiosk USING (true)",
    ),
    "clerk granted payloads": ("GRANT SELECT ON job TO fengtu_clerk",),
    "clerk reads every address": (policy("fengtu_clerk_reads", f"{MY_ROLE} = 'clerk'"),),
    "clerk reads what is right": (
        policy("fengtu_clerk_reads", f"{MY_ROLE} = 'clerk' AND {NOT_RECUSED}", "place_report"),
        policy("fengtu_clerk_reads", f"{MY_ROLE} = 'clerk' AND (place_status <> 'accepted' OR"
               " place_decision_id IS NOT NULL OR id = ANY ((SELECT array(SELECT petition_id FROM"
               " place_report WHERE settled_at IS NULL))::bigint[]))"),
    ),
    "clerk reads what was settled": (
        policy("fengtu_clerk_reads", f"{MY_ROLE} = 'clerk' AND (place_status <> 'accepted' OR"
               " place_method <> 'address')"),
    ),
    **{
        f"clerk granted {column}": (f"GRANT SELECT ({column}) ON petition TO fengtu_clerk",)
        for column in ("matter_no", "category", "registered_on", "unit_id", "summary")
    },
    **{
        f"recused clerk reads {table}": (policy("fengtu_clerk_reads", f"{MY_ROLE} = 'clerk'", table),)
        for table in ("place_change", "place_decision", "place_report")
    },
    "recused bureau reads places as they were": (
        policy("fengtu_bureau_reads", f"{MY_ROLE} = 'bureau'", "place_change"),
    ),
    "worker reads what others report": (
        policy("fengtu_worker_reads", f"{MY_ROLE} = 'worker'", "place_report"),
    ),
    **{
        f"{role} reads all of {table}": (
            policy(f"fengtu_{role}_reads", f"{MY_ROLE} = '{role}'", table),
        )
        for role, tables in _NARROWED.items()
        for table in tables.split()
    },
    "uploads of everybody": (policy("own_uploads", f"{MY_ROLE} = 'clerk'", "upload"),),
    "admin granted hashes": ("GRANT SELECT ON account TO fengtu_admin",),
    "audit for the bureau": (
        "GRANT SELECT ON audit TO fengtu_bureau",
        "CREATE POLICY fengtu_bureau_reads ON audit FOR SELECT TO fengtu_bureau USING (true)",
    ),
    "sessions never expire": tuple(
        edited(name, "s.expires_at > statement_timestamp()", "s.expires_at IS NOT NULL")
        for name in ("my_role", "my_account")
    ),
    "sessions never close": (edited("my_role", "s.closed_at IS NULL", "true"),
                             edited("my_account", "s.closed_at IS NULL", "true")),
    "disabled accounts live on": (edited("my_role", "NOT a.disabled", "true"),
                                  edited("my_account", "NOT a.disabled", "true")),
    "any token will do": (edited("my_role", "s.token_hash = ", "s.token_hash <> "),),
    "a worker's grids are all": (edited("my_grids", "WHERE level = 'grid'", "WHERE level = 'grid' OR true"),
                                 edited("my_grids", "c.account_id = access.my_account()", "true")),
    "scopes of every account": (edited("my_towns", "c.account_id = access.my_account()", "true"),),
    "units of every account": (edited("my_units", "c.account_id = access.my_account()", "true"),),
    "nobody is recused": (edited("my_recusals", "r.account_id = access.my_account()", "false"),),
    "RLS off": ("ALTER TABLE petition DISABLE ROW LEVEL SECURITY",),
    "server's role past RLS": ("ALTER ROLE fengtu_worker BYPASSRLS",),
}  # fmt: skip


def test_the_mixed_city_gives_nothing_away(connection: Connection, mixed_city: City) -> None:
    assert list(noticed(connection, mixed_city)) == []


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_mutant_is_caught_by_the_lint_and_with_its_marks_rewritten_by_the_worlds(
    connection: Connection, mixed_city: City, mutant: str
) -> None:
    run(connection, *MUTANTS[mutant])
    assert found(connection), "the lint sees nothing"
    run(connection, REMARK)
    assert next(noticed(connection, mixed_city, mutant), None), "nobody notices anything"
