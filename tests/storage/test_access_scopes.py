"""What each role may read and write at all, which rows, and that no trick gains more.

The matrix is written out here, apart from ``data/access/policies.py``: both must say the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress

import psycopg
import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from data import models
from data.access import roles
from data.cluster import OWNER
from data.sessions import act_for, reading, writing
from grid.audits import Action
from grid.principals import Principal, Role
from tests.storage.mixed_city import (
    ROLES,
    SEALED,
    TABLES,
    City,
    Matter,
    add_matters,
    become,
    hash_of,
    petition_values,
    readable,
    sees,
)

MAP = "area area_border area_shape calendar_day city_setting clock_rule data_version derived_state edition"
PUBLISHED = (
    "published_count published_density published_figure published_month published_placed published_state tour"
)
HOTSPOTS = "count_snapshot issue_site"
PLANS = "assignment coverage_plan leader listing unit workload_formula"
SERVICE = "service_headcount service_point service_station travel_time"
WORKLOADS = "area_workload unit_workload planning_run"
DRAWING_UP = "leader_bar patch_assignment patch_plan plan_rule plan_step"
REVIEW = "gazetteer_entry place_change place_decision place_report provider_answer"
UNITS = (
    "indicator_sum listing_step open_clock quarter_snapshot score_scheme snapshot_matter supervision_case"
    " supervision_step"
)
READS: dict[str, str] = {
    "leader": f"{MAP} {PUBLISHED} {HOTSPOTS} {PLANS} {SERVICE} {UNITS} {WORKLOADS} area_crosswalk",
    "approver": f"{MAP} {PUBLISHED} {HOTSPOTS} {PLANS} {SERVICE} {UNITS} {WORKLOADS} {DRAWING_UP}"
    " area_crosswalk",
    "bureau": f"{MAP} {PUBLISHED} {HOTSPOTS} {PLANS} {SERVICE} {REVIEW} {UNITS} {WORKLOADS} area_crosswalk"
    " assist_note clock_event petition recusal",
    "kiosk": f"{MAP} {PUBLISHED} {PLANS}",
    "planner": f"{MAP} {PLANS} {SERVICE} {WORKLOADS} {DRAWING_UP} area_crosswalk",
    "clerk": f"{MAP} {SERVICE} {REVIEW} area_crosswalk import_batch import_finding import_profile import_row"
    " upload",
    "worker": f"{MAP} {SERVICE} assist_note clock_event open_clock petition place_report",
    "town": f"{MAP} {UNITS} assist_note clock_event listing unit petition",
    "unit": f"{MAP} {UNITS} assist_note clock_event listing unit petition",
    "auditor": f"{MAP} audit audit_head",
    "admin": f"{MAP} unit account_scope clock_proposal score_scheme",
}
"""Tables that a role reads with all their columns."""
AGGREGATE = (
    "accepted_on backlog_resolved_on backlog_tier category channel closed_on county_id due_on evaluated_on"
    " evaluation forwarded_on functional_id granularity grid_id head_read_on heads id is_backlog is_repeat"
    " notice_due_on noticed_on place_status purpose received_on registered_on replied_on resubmitted_on stage"
    " submissions town_id track unit_id unit_received_on village_id"
)
PLACE = (
    "county_id functional_id granularity grid_id place_candidates place_decision_id place_method"
    " place_reasons place_status point town_id village_id"
)
JOB = (
    "attempts batch_id cancel_asked created_at done ended_at error_code error_facts id kind principal"
    " started_at state step step_at total unchanged upload_id"
)
READS_SOME: dict[tuple[str, str], str] = {
    ("leader", "petition"): AGGREGATE,
    ("approver", "petition"): AGGREGATE,
    ("clerk", "job"): JOB,
    ("clerk", "petition"): f"{PLACE} address address_key datum id",
    ("bureau", "account"): "disabled id login role",
    ("admin", "account"): "created_at demo disabled id login public_id role",
    ("admin", "login_session"): "account_id bound_to closed_at expires_at id opened_at seen_at",
}
DECIDING = (
    f"UPDATE petition({PLACE}) INSERT place_decision(address_key area_id granularity point principal verdict)"
    " UPDATE place_decision(undone_at undone_by) INSERT place_change UPDATE place_report(settled_at)"
    " UPDATE data_version(changed_at number)"
)
"""What it takes to place all matters of an address, and to undo it."""
STEP = "listing_step(kind listing_id official on_day principal words)"
CASE_STEP = "supervision_step(case_id done_on official principal step turn words)"
CASE = (
    "INSERT supervision_case(leader_id opened_by opened_on petition_id procedure reason unit_id version)"
    " UPDATE supervision_case(ended_at outcome withdrawn)"
)
RUN = (
    "INSERT planning_run(asked kind principal status)"
    " UPDATE planning_run(ended_at seen_at state status stop_asked)"
)
PLAN_STEP = "plan_step(kind official on_day plan_id principal words)"
TELLING = "UPDATE data_version(changed_at number)"
WRITES: dict[str, str] = {
    "leader": f"INSERT {STEP} INSERT {CASE_STEP} {RUN} {TELLING}",
    "approver": f"UPDATE listing(approver listed_on state) INSERT {STEP} INSERT {CASE_STEP} {TELLING}"
    f" UPDATE coverage_plan(state version) INSERT {PLAN_STEP} {RUN}",
    "town": f"INSERT {STEP} {CASE} INSERT {CASE_STEP} {TELLING}",
    "unit": f"INSERT {STEP} INSERT {CASE_STEP} {TELLING}",
    "planner": "INSERT coverage_plan(base_id created_by formula name state valid_from valid_to)"
    " UPDATE coverage_plan(formula name state version) DELETE coverage_plan"
    " INSERT assignment(cases kind leader_id plan_id unit_id) DELETE assignment"
    " INSERT plan_rule(kind leader_id other_id plan_id unit_id value) DELETE plan_rule"
    f" INSERT {PLAN_STEP} {RUN}"
    " INSERT leader_bar(leader_id principal reason unit_id valid_from valid_to words)"
    " UPDATE leader_bar(valid_to)"
    " INSERT workload_formula(cases created_by due_soon name open overdue population valid_from version)"
    " INSERT patch_plan(created_by name state town_id) UPDATE patch_plan(name proposed_by state version)"
    " DELETE patch_plan INSERT patch_assignment(account_id area_id plan_id) DELETE patch_assignment",
    "clerk": f"{DECIDING} INSERT job(kind payload principal upload_id) UPDATE job(cancel_asked)"
    " INSERT upload(content file_name key principal sha256 size) DELETE upload DELETE import_profile"
    " UPDATE import_row(state)",
    "worker": f"UPDATE petition({PLACE}) INSERT place_report(before petition_id point principal verdict)"
    " UPDATE place_report(settled_at) UPDATE data_version(changed_at number)"
    " INSERT assist_note(key petition_id principal step taken_at words)",
    "admin": "INSERT account(login password_hash public_id role) UPDATE account(disabled password_hash role)"
    " INSERT account_scope DELETE account_scope"
    " INSERT login_session(account_id bound_to token_hash) UPDATE login_session(closed_at)"
    " INSERT city_setting UPDATE city_setting UPDATE data_version(changed_at number)"
    " INSERT calendar_day UPDATE calendar_day DELETE calendar_day INSERT clock_rule UPDATE clock_rule"
    " INSERT clock_proposal(content kind principal) UPDATE clock_proposal(outcome settled_at)"
    " INSERT score_scheme(content created_by minimum_n name valid_from version with_visits)",
    "bureau": f"{DECIDING} INSERT recusal DELETE recusal INSERT {STEP} {CASE} INSERT {CASE_STEP}"
    " INSERT listing(evidence quarter rank reason score snapshot_id state unit_id)"
    " UPDATE listing(state)"
    " INSERT clock_event(approver clock days kind on_day petition_id principal reason)"
    " INSERT tour(name principal scenes) UPDATE tour(changed_at name principal scenes version) DELETE tour"
    f" {RUN}",
}
ROLE_NAMES = [role.value for role in Role]
ACCOUNTS = list(ROLES)
NOTHING = (psycopg.errors.InsufficientPrivilege, psycopg.errors.ReadOnlySqlTransaction)


@pytest.fixture(scope="module")
def engine(new_database: Callable[..., Engine], mixed_city: City) -> Engine:
    """The mixed city by the importer's login; every change to it is undone."""
    return new_database(mixed_city.database)


@pytest.fixture(scope="module")
def server(engine: Engine, login_as: Callable[..., Engine]) -> Engine:
    return login_as(engine, roles.SERVER)


@pytest.fixture
def root(engine: Engine, login_as: Callable[..., Engine]) -> Iterator[Connection]:
    """A superuser's transaction that is undone."""
    with login_as(engine, "postgres").connect() as connection:
        yield connection
        connection.rollback()


def numbers_seen(engine: Engine, principal: Principal) -> set[str]:
    with reading(engine, principal) as session:
        return set(session.execute(text("SELECT matter_no FROM petition")).scalars())


def count_seen(engine: Engine, principal: Principal, table: str = "petition") -> int:
    with reading(engine, principal) as session:
        return int(session.execute(text(f'SELECT count(*) FROM "{table}"')).scalar_one())


def error_of(engine: Engine, principal: Principal, sql: str, **values: object) -> BaseException | None:
    """Return the database's error for a statement of a reading, none where it was carried out."""
    try:
        with reading(engine, principal) as session:
            session.execute(text(sql), values)
    except DBAPIError as error:
        return error.orig
    return None


def noted(engine: Engine, principal: Principal) -> AbstractContextManager[Session]:
    """Open a writing that leaves an audit row."""
    return writing(engine, principal, Action.PLAN_SAVE, "test", changes_data=False)


def writes_nothing(engine: Engine, principal: Principal, sql: str, **values: object) -> BaseException | None:
    """Return the database's error for a statement of a writing, which is undone in any case."""
    with suppress(_UndoneError), noted(engine, principal) as session:
        try:
            session.execute(text(sql), values)
        except DBAPIError as error:
            refused = error.orig
        else:
            refused = None
        raise _UndoneError
    return refused


class _UndoneError(Exception):
    """Ends a writing without effect."""


# What may be read and written at all


@pytest.mark.parametrize("role", ROLE_NAMES)
def test_a_role_reads_the_columns_of_the_matrix_and_no_other(root: Connection, role: str) -> None:
    tables = models.Base.metadata.tables
    columns = {table: {column.name for column in made.columns} for table, made in tables.items()}
    expected = {table: columns[table] for table in READS[role].split()}
    expected |= {table: set(some.split()) for (one, table), some in READS_SOME.items() if one == role}
    found = {table: set(names) for table, names in readable(root, roles.GROUPS[Role(role)]).items()}
    assert found == expected


@pytest.mark.parametrize("login", [roles.SERVER, "public"])
def test_the_servers_own_login_and_the_public_read_nothing(root: Connection, login: str) -> None:
    assert set(readable(root, login)) <= {"alembic_version"}


def test_the_importer_reads_no_account_and_no_audit(root: Connection) -> None:
    secret = {
        "account",
        "account_scope",
        "audit",
        "audit_head",
        "login_session",
        "recusal",
        "sign_in_failure",
    }
    assert set(readable(root, roles.IMPORTER)) == (TABLES | {"alembic_version"}) - secret


@pytest.mark.parametrize("role", ROLE_NAMES)
def test_a_role_writes_the_columns_of_the_matrix_and_no_other(root: Connection, role: str) -> None:
    rows = root.execute(
        text(
            "SELECT privilege || ' ' || c.relname || CASE WHEN has_table_privilege(CAST(:role AS name),"
            " c.oid, privilege) THEN '' ELSE '(' || string_agg(a.attname, ' ' ORDER BY a.attname) || ')' END"
            " FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0"
            " AND NOT a.attisdropped CROSS JOIN unnest(ARRAY['INSERT', 'UPDATE', 'REFERENCES']) privilege"
            " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v')"
            " AND has_column_privilege(CAST(:role AS name), c.oid, a.attnum, privilege)"
            " GROUP BY privilege, c.relname, c.oid"
            " UNION ALL SELECT privilege || ' ' || c.relname FROM pg_class c"
            " CROSS JOIN unnest(ARRAY['DELETE', 'TRUNCATE', 'TRIGGER']) privilege"
            " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v')"
            " AND has_table_privilege(CAST(:role AS name), c.oid, privilege)"
        ),
        {"role": roles.GROUPS[Role(role)]},
    ).scalars()
    expected = WRITES.get(role, "")
    for command in ("INSERT", "UPDATE", "DELETE"):
        expected = expected.replace(f"{command} ", f"\n{command} ")
    assert set(rows) == {line.strip() for line in expected.splitlines() if line.strip()}


KEPT = (
    "petition", "coverage_plan", "account", "audit", "recusal", "data_version", "listing", "quarter_snapshot",
    "supervision_case", "clock_event", "assist_note",
)  # fmt: skip


@pytest.mark.parametrize(
    ("role", "table"),
    [(role, table) for role in ROLE_NAMES for table in KEPT if f"DELETE {table}" not in WRITES.get(role, "")],
)
def test_who_may_not_write_does_not(server: Engine, mixed_city: City, role: str, table: str) -> None:
    refused = writes_nothing(server, mixed_city.who[role], f"DELETE FROM {table}")
    assert isinstance(refused, psycopg.errors.InsufficientPrivilege)


@pytest.mark.parametrize("role", ROLE_NAMES)
def test_a_reading_writes_nothing_whatever_the_role_may_write(
    server: Engine, mixed_city: City, role: str
) -> None:
    for sql in ("UPDATE data_version SET number = 1", "DELETE FROM coverage_plan",
                "CREATE TEMP TABLE x (y int)",
                "SELECT access.note('a', 'b', '{}')", "SELECT nextval('petition_id_seq')"):  # fmt: skip
        assert isinstance(error_of(server, mixed_city.who[role], sql), NOTHING), sql


# Which rows


@pytest.mark.parametrize(
    "name", [name for name in ACCOUNTS if "petition" in READS[ROLES[name].value].split()]
)
def test_an_account_sees_the_matters_of_its_scope_and_no_other(
    server: Engine, mixed_city: City, name: str
) -> None:
    expected = {f"{SEALED}-{one.number}" for one in mixed_city.matters if sees(name, one)}
    assert numbers_seen(server, mixed_city.who[name]) == expected
    assert expected or name == "narrow"


def test_every_kind_of_matter_is_there_to_be_kept_from_somebody(mixed_city: City) -> None:
    for name in ("worker", "town", "county", "unit", "bureau"):
        seen = [one for one in mixed_city.matters if sees(name, one)]
        hidden = [one for one in mixed_city.matters if not sees(name, one)]
        assert seen
        assert any(one.recused for one in hidden)
        assert any(one.purpose == "accusation" for one in hidden)
    assert any(one.status == "review" and one.grid == 0 for one in mixed_city.matters)


@pytest.mark.parametrize("role", ["leader", "approver"])
def test_a_leader_counts_the_city_but_gets_no_number_address_or_point(
    server: Engine, mixed_city: City, role: str
) -> None:
    principal = mixed_city.who[role]
    assert count_seen(server, principal) == sum(one.purpose != "accusation" for one in mixed_city.matters)
    for column in (
        "matter_no",
        "address",
        "point",
        "cell_x",
        "source",
        "datum",
        "place_reasons",
        "ctid",
        "p",
    ):
        refused = error_of(server, principal, f"SELECT {column} FROM petition p")
        assert isinstance(refused, psycopg.errors.InsufficientPrivilege), column
    for trick in ("SELECT petition FROM petition", "SELECT to_jsonb(petition) FROM petition",
                  "TABLE petition",
                  "SELECT count(*) FROM petition WHERE matter_no LIKE 'x%'",
                  "SELECT id FROM petition ORDER BY address", "SELECT id FROM petition GROUP BY id, point",
                  "SELECT a.id FROM petition a JOIN petition b USING (matter_no)",
                  "SELECT table_to_xml('petition', true, false, '')"):  # fmt: skip
        assert isinstance(error_of(server, principal, trick), psycopg.errors.InsufficientPrivilege), trick


@pytest.mark.parametrize("name", ["clerk", "other_clerk"])
def test_a_clerk_reads_where_matters_are_that_are_to_be_placed_and_nothing_else_of_them(
    server: Engine, mixed_city: City, name: str
) -> None:
    principal = mixed_city.who[name]
    with reading(server, principal) as session:
        addresses = set(session.execute(text("SELECT address FROM petition")).scalars())
    assert addresses == {f"{SEALED}路{one.number}号" for one in mixed_city.matters if sees(name, one)}
    assert addresses
    for column in ("matter_no", "category", "registered_on", "unit_id", "summary", "purpose", "stage",
                   "cell_x", "source", "p"):  # fmt: skip
        refused = error_of(server, principal, f"SELECT {column} FROM petition p")
        assert isinstance(refused, psycopg.errors.InsufficientPrivilege), column


PLACES = "UPDATE petition SET place_reasons = '{forged}'"
NOTES = "INSERT INTO assist_note (petition_id, principal, key, step, taken_at) VALUES"
REPORTS = "INSERT INTO place_report (petition_id, principal, verdict) VALUES"


@pytest.mark.parametrize("name", ["clerk", "bureau", "worker"])
def test_places_are_changed_of_what_may_be_and_of_nothing_else(
    mixed: Engine, mixed_city: City, login_as: Callable[..., Engine], name: str
) -> None:
    with noted(login_as(mixed, roles.SERVER), mixed_city.who[name]) as session:
        session.execute(text(PLACES))
    with login_as(mixed, "postgres").connect() as root:
        found = root.execute(text("SELECT matter_no FROM petition WHERE place_reasons = '{forged}'"))
        changed = set(found.scalars())
    to_place = {one for one in mixed_city.matters if sees("other_clerk", one)}
    expected = {one for one in mixed_city.matters if sees(name, one)}
    expected = expected if name == "worker" else expected & to_place
    assert changed == {f"{SEALED}-{one.number}" for one in expected}


@pytest.mark.parametrize(
    ("name", "sql"),
    [
        ("worker", "UPDATE petition SET grid_id = (SELECT max(id) FROM area WHERE level = 'grid')"),
        ("worker", "UPDATE petition SET place_status = 'review'"),
        ("worker", f"{REPORTS} ({{far}}, '{{id}}', 'right')"),
        ("worker", f"{REPORTS} ({{near}}, 'x', 'right')"),
        ("worker", f"{NOTES} ({{far}}, '{{id}}', gen_random_uuid(), 'visited', now())"),
        ("worker", f"{NOTES} (99999999, '{{id}}', gen_random_uuid(), 'visited', now())"),
        ("worker", f"{NOTES} ({{near}}, 'x', gen_random_uuid(), 'visited', now())"),
        ("worker", "UPDATE assist_note SET words = 'x'"),
        ("bureau", f"{NOTES} ({{near}}, '{{id}}', gen_random_uuid(), 'visited', now())"),
        ("clerk", "UPDATE petition SET place_status = 'accepted', place_decision_id = NULL"),
        ("clerk", "UPDATE petition SET matter_no = 'x'"),
        ("clerk", "INSERT INTO place_decision (address_key, verdict, granularity, principal)"
                  " VALUES ('x', 'outside', 'none', 'x')"),
        ("clerk", "INSERT INTO place_change SELECT max(id), {near}, '{{}}' FROM place_decision"),
        ("clerk", "UPDATE place_decision SET principal = 'x'"),
        ("bureau", "UPDATE petition SET stage = 'closed'"),
        ("clerk", "DELETE FROM place_decision"),
        ("unit", "UPDATE petition SET place_status = 'review'"),
    ],
)  # fmt: skip
def test_what_no_placer_may_write_is_refused_by_the_database(
    server: Engine, root: Connection, mixed_city: City, name: str, sql: str
) -> None:
    def matter(wanted: Callable[[Matter], bool]) -> int:
        number = next(one.number for one in mixed_city.matters if wanted(one))
        ask = text("SELECT id FROM petition WHERE matter_no = :number")
        return int(root.execute(ask, {"number": f"{SEALED}-{number}"}).scalar_one())

    # An accepted matter of the worker's that no clerk knows of, and one of another's grid.
    near = matter(lambda one: sees("worker", one) and not sees("clerk", one))
    far = matter(lambda one: one.status == "accepted" and one.grid == 3)
    principal = mixed_city.who[name]
    refused = writes_nothing(server, principal, sql.format(near=near, far=far, id=principal.id))
    assert isinstance(refused, psycopg.errors.InsufficientPrivilege), sql


@pytest.mark.parametrize("role", ["planner", "admin", "auditor", "kiosk"])
def test_who_has_no_business_with_matters_reads_none(server: Engine, mixed_city: City, role: str) -> None:
    for sql in ("SELECT count(*) FROM petition", "SELECT id FROM petition", "SELECT 1 FROM petition"):
        refused = error_of(server, mixed_city.who[role], sql)
        assert isinstance(refused, psycopg.errors.InsufficientPrivilege)


def test_nothing_answers_to_ended_invented_and_borrowed_tokens(root: Connection, mixed_city: City) -> None:
    reference = set(MAP.split())
    for name, principal in mixed_city.dead.items():
        savepoint = root.begin_nested()
        tables = set(readable(root, roles.GROUPS[principal.role]))
        become(root, principal)
        own = reference if "by the token" in name else set()
        rows = {
            table: root.execute(text(f'SELECT count(*) FROM "{table}"')).scalar_one()
            for table in tables - own
        }
        assert not any(rows.values()), (name, rows)
        savepoint.rollback()


def test_a_clerk_sees_own_jobs_only(server: Engine, mixed_city: City) -> None:
    with reading(server, mixed_city.who["clerk"]) as session:
        owners = session.execute(text("SELECT principal FROM job")).scalars().all()
    assert owners == [mixed_city.who["clerk"].id]


@pytest.mark.parametrize("role", ["leader", "bureau", "kiosk"])
def test_drafts_are_the_planners_and_approvers_alone(server: Engine, mixed_city: City, role: str) -> None:
    with reading(server, mixed_city.who[role]) as session:
        assert session.execute(text("SELECT DISTINCT state FROM coverage_plan")).scalars().all() == [
            "published"
        ]
        plans = session.execute(text("SELECT count(DISTINCT plan_id) FROM assignment")).scalar_one()
    assert plans == 1
    for drawing_up in ("planner", "approver"):
        assert count_seen(server, mixed_city.who[drawing_up], "coverage_plan") == 2


@pytest.mark.parametrize("role", ["planner", "approver", "leader", "bureau"])
def test_a_run_is_its_owners_alone(server: Engine, mixed_city: City, role: str) -> None:
    principal = mixed_city.who[role]
    with reading(server, principal) as session:
        assert session.execute(text("SELECT principal FROM planning_run")).scalars().all() == [principal.id]
    with noted(server, principal) as session:
        assert session.execute(text("UPDATE planning_run SET stop_asked = true")).rowcount == 1
    sql = "INSERT INTO planning_run (kind, status, principal, asked) VALUES ('siting', 'running', 'x', '{}')"
    assert isinstance(writes_nothing(server, principal, sql), psycopg.errors.InsufficientPrivilege)


# Listings, their steps, cases, clocks


def seen_of(engine: Engine, principal: Principal, sql: str) -> set[str]:
    with reading(engine, principal) as session:
        return set(session.execute(text(sql)).scalars())


@pytest.mark.parametrize("table", ["listing", "indicator_sum", "supervision_case"])
@pytest.mark.parametrize(
    "answers",
    [
        ("unit", "u.name = '市第0局'"),
        ("county", "u.area_id = {county}"),
        ("town", "false"),
        ("leader", "true"),
    ],
)
def test_who_answers_for_a_unit_sees_what_is_said_of_it_and_of_no_other(
    server: Engine, root: Connection, mixed_city: City, table: str, answers: tuple[str, str]
) -> None:
    name, own = answers
    condition = own.format(county=mixed_city.counties[1])
    of_units = f"SELECT u.name FROM {table} t JOIN unit u ON u.id = t.unit_id"
    without_matters = " AND t.petition_id IS NULL" if table == "supervision_case" else ""
    there = root.execute(text(f"{of_units} WHERE {condition}{without_matters}")).scalars()
    found = seen_of(server, mixed_city.who[name], f"{of_units} WHERE true{without_matters}")
    assert found == set(there)
    assert found or name == "town"


@pytest.mark.parametrize(
    ("name", "table"),
    [
        (name, table)
        for name in ("worker", "town", "county", "unit", "bureau")
        for table in ("open_clock", "clock_event", "assist_note", "snapshot_matter", "supervision_case")
        if table in READS[ROLES[name].value].split()
    ],
)
def test_what_follows_a_matter_is_seen_by_whoever_sees_the_matter(
    server: Engine, root: Connection, mixed_city: City, name: str, table: str
) -> None:
    visible = {f"{SEALED}-{one.number}" for one in mixed_city.matters if sees(name, one)}
    if table == "supervision_case" and name != "bureau":
        # A case is asked of a unit: of others' units they see none.
        own = {0} if name == "unit" else set()
        visible &= {f"{SEALED}-{one.number}" for one in mixed_city.matters if one.unit in own}
    numbers = {row.id: row.matter_no for row in root.execute(text("SELECT id, matter_no FROM petition"))}
    ids = seen_of(
        server, mixed_city.who[name], f"SELECT petition_id FROM {table} WHERE petition_id IS NOT NULL"
    )
    assert {numbers[int(one)] for one in ids} == visible


LISTING = "(SELECT min(l.id) FROM listing l JOIN unit u ON u.id = l.unit_id WHERE u.name = '{}')"
LISTED_HERE = (
    "INSERT INTO listing (unit_id, quarter, state, reason) SELECT max(id), '2020Q1', 'listed', '' FROM unit"
)
OWN_STEP = (
    f"INSERT INTO listing_step (listing_id, kind, on_day, principal)"
    f" VALUES ({LISTING.format('市第0局')}, '{{kind}}', now(), '{{id}}')"
)


@pytest.mark.parametrize(
    ("name", "sql"),
    [
        *((name, OWN_STEP.format(kind=kind, id="{id}")) for name in ("unit", "bureau", "leader")
          for kind in ("list", "reject", "delist")),
        ("unit", OWN_STEP.format(kind="call_in", id="{id}")),
        ("unit", OWN_STEP.format(kind="report", id="somebody")),
        ("unit", f"INSERT INTO listing_step (listing_id, kind, on_day, principal)"
                 f" SELECT {LISTING.format('市第0局')} + 1, 'report', now(), '{{id}}'"),
        ("bureau", "UPDATE listing SET state = 'delisted'"),
        ("bureau", "UPDATE listing SET approver = 'x'"),
        ("bureau", LISTED_HERE),
        ("approver", "UPDATE listing SET score = 1"),
        ("approver", LISTED_HERE),
        ("town", "INSERT INTO supervision_case (procedure, version, unit_id, opened_on, opened_by)"
                 " SELECT 'warning', 1, max(id), now(), '{id}' FROM unit"),
        ("town", "INSERT INTO supervision_case (procedure, version, unit_id, opened_on, opened_by)"
                 " SELECT 'whistle', 1, max(id), now(), 'somebody' FROM unit"),
        ("unit", "UPDATE supervision_case SET outcome = 'x'"),
        ("leader", "UPDATE supervision_case SET outcome = 'x'"),
        ("unit", "INSERT INTO clock_event (petition_id, kind, on_day, days, approver, reason, principal)"
                 " SELECT min(id), 'extended', now(), 30, 'x', 'x', '{id}' FROM petition"),
        ("bureau", "INSERT INTO quarter_snapshot (quarter) VALUES ('2026Q1')"),
        ("bureau", "UPDATE snapshot_matter SET met = 0"),
        ("admin", "UPDATE score_scheme SET minimum_n = 1"),
    ],
)  # fmt: skip
def test_what_is_an_approvers_a_bureaus_or_a_units_is_nobody_elses(
    server: Engine, mixed_city: City, name: str, sql: str
) -> None:
    principal = mixed_city.who[name]
    refused = writes_nothing(server, principal, sql.format(id=principal.id))
    assert isinstance(refused, psycopg.errors.InsufficientPrivilege), sql


@pytest.mark.parametrize(
    ("name", "kind"),
    [("unit", "report"), ("bureau", "call_in"), ("approver", "delist"), ("leader", "call_in")],
)
def test_whose_step_it_is_may_take_it(server: Engine, mixed_city: City, name: str, kind: str) -> None:
    principal = mixed_city.who[name]
    assert writes_nothing(server, principal, OWN_STEP.format(kind=kind, id=principal.id)) is None


# Accusations and recusals


def test_only_the_bureau_counts_accusations_and_nobody_else_may_ask(server: Engine, mixed_city: City) -> None:
    ask = "SELECT access.accusations('2000-01-01', '2100-01-01')"
    there = sum(one.purpose == "accusation" for one in mixed_city.matters)
    with reading(server, mixed_city.who["bureau"]) as session:
        assert session.execute(text(ask)).scalar_one() == there
        nothing = text("SELECT access.accusations('2000-01-01', '2000-01-02')")
        assert session.execute(nothing).scalar_one() == 0
    for name, principal in mixed_city.who.items():
        if name != "bureau":
            assert isinstance(error_of(server, principal, ask), psycopg.errors.InsufficientPrivilege), name
    for name, principal in mixed_city.dead.items():
        if principal.role is Role.BUREAU:
            with reading(server, principal) as session:
                assert session.execute(text(ask)).scalar_one() == 0, name


def test_the_database_takes_no_accusation_with_a_unit_or_a_place(root: Connection, mixed_city: City) -> None:
    for change in ({"unit": 1}, {"status": "accepted", "grid": 0}):
        accusation = Matter(
            77, purpose="accusation", **({"unit": None, "grid": None, "status": None} | change)
        )
        savepoint = root.begin_nested()
        with pytest.raises(DBAPIError, match="accusation_has_no_unit_or_place"):
            add_matters(root, mixed_city, [accusation])
        savepoint.rollback()


def test_a_recusal_takes_a_matter_from_that_account_alone(root: Connection, mixed_city: City) -> None:
    matter = Matter(88, grid=0, unit=0)
    add_matters(root, mixed_city, [matter])
    for name in ("worker", "town", "unit", "bureau"):
        for recused in (False, True):
            savepoint = root.begin_nested()
            if recused:
                root.execute(
                    text("INSERT INTO recusal SELECT p.id, a.id FROM petition p, account a WHERE"
                         " matter_no = :n AND public_id = :who"),
                    {"n": f"{SEALED}-88", "who": mixed_city.who[name].id},
                )  # fmt: skip
            for other in ("worker", "town", "unit", "bureau"):
                inner = root.begin_nested()
                become(root, mixed_city.who[other])
                there = root.execute(
                    text("SELECT 1 FROM petition WHERE matter_no = :n"), {"n": f"{SEALED}-88"}
                )
                assert (there.first() is None) == (recused and other == name)
                inner.rollback()
            savepoint.rollback()


def test_an_officer_changes_neither_own_recusals_nor_those_of_hidden_matters(
    server: Engine, root: Connection, mixed_city: City
) -> None:
    bureau = mixed_city.who["bureau"]
    own = root.execute(text("SELECT id FROM account WHERE public_id = :id"), {"id": bureau.id}).scalar_one()
    with noted(server, bureau) as session:
        deleted = session.execute(text("DELETE FROM recusal WHERE account_id = :own"), {"own": own})
        assert deleted.rowcount == 0
    ids = root.execute(text("SELECT id FROM petition WHERE purpose = 'accusation'")).scalars().all()
    other = root.execute(text("SELECT min(id) FROM account WHERE role = 'kiosk'")).scalar_one()
    sql = "INSERT INTO recusal (petition_id, account_id) VALUES (:matter, :account)"
    answers = {
        str(writes_nothing(server, bureau, sql, matter=matter, account=other)).replace(str(matter), "")
        for matter in (*ids, 10**9, 0)
    }
    # An id of an accusation and one of nothing get the same answer.
    assert len(answers) == 1
    assert "row-level security" in answers.pop()


# Tricks


SETTINGS = (
    "SELECT set_config('fengtu.token', 'x', true)",
    "SELECT set_config('role', 'fengtu_bureau', true)",
    "SELECT set_config('role', 'none', true), count(*) FROM account",
    "SELECT pg_catalog.set_config('session_authorization', 'postgres', false)",
    "UPDATE pg_settings SET setting = 'x' WHERE name = 'fengtu.token'",
    "SELECT query_to_xml('SET ROLE fengtu_bureau', true, false, '')",
    "SELECT query_to_xml('RESET ROLE', true, false, '')",
    "SELECT query_to_xml('SELECT set_config(''role'', ''fengtu_bureau'', true)', true, false, '')",
    "SELECT query_to_xml('SELECT * FROM login_session', true, false, '')",
    "SELECT table_to_xml('account', true, false, '') IS NULL FROM account",
    "SELECT * FROM login_session",
    "SELECT * FROM pg_authid",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT lo_import('/etc/passwd')",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'postgres' LIMIT 1",
    "SELECT access.who('x', '127.0.0.1')",
    "SELECT access.credentials('x')",
    "SELECT access.open_session('x', 'y')",
    "SELECT access.note_as('a', 'b', 'c', 'd', '{}')",
    "SELECT access.analyze('petition')",
    "SELECT access.chain_audit()",
    "SELECT ST_EstimatedExtent('petition', 'point')",
    "SELECT _postgis_stats('petition', 'point')",
    "SELECT * FROM pg_statistic",
    "SELECT dblink('', '')",
    "COPY petition TO '/tmp/x'",
    "COPY (SELECT 1) TO PROGRAM 'id'",
    "LOCK TABLE petition",
    "ALTER TABLE petition DISABLE ROW LEVEL SECURITY",
    "DROP POLICY recusal ON petition",
    "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "DO $$ BEGIN PERFORM set_config('fengtu.token', 'x', true); END $$",
    "DO $$ BEGIN PERFORM count(*) FROM login_session; END $$",
)


@pytest.mark.parametrize("role", ["worker", "kiosk", "leader", "admin"])
@pytest.mark.parametrize("trick", SETTINGS)
def test_an_injected_expression_changes_nothing(
    server: Engine, mixed_city: City, role: str, trick: str
) -> None:
    if role == "admin" and "FROM login_session" in trick and "SELECT *" not in trick:
        trick = trick.replace("count(*)", "token_hash")
    with reading(server, mixed_city.who[role]) as session:
        before = session.execute(text("SELECT current_user, current_setting('fengtu.token')")).one()
        savepoint = session.begin_nested()
        with suppress(DBAPIError):
            session.execute(text(trick))
            assert trick.startswith(("SELECT pg_terminate", "SELECT table_to_xml")), "it was carried out"
        savepoint.rollback()
        assert session.execute(text("SELECT current_user, current_setting('fengtu.token')")).one() == before


def test_two_statements_in_one_are_refused(server: Engine, mixed_city: City) -> None:
    worker = mixed_city.who["worker"]
    for sql in ("SELECT 1; RESET ROLE", "SELECT :one; SET ROLE fengtu_bureau"):
        values = {"one": 1} if ":one" in sql else {}
        with suppress(DBAPIError), reading(server, worker) as session:
            session.execute(text(sql), values)
            # Where the driver lets a statement without parameters through, the role gains no row by it.
            assert not values
            session.execute(text("SET ROLE fengtu_bureau"))
            assert session.execute(text("SELECT count(*) FROM petition")).scalar_one() == 0


@pytest.mark.parametrize("other", [role for role in Role if role is not Role.WORKER])
def test_another_role_with_ones_own_token_reads_no_rows_but_the_map(
    server: Engine, root: Connection, mixed_city: City, other: Role
) -> None:
    tables = sorted(set(readable(root, roles.GROUPS[other])) - set(MAP.split()))
    with reading(server, mixed_city.who["worker"]) as session:
        session.execute(text(f"SET LOCAL ROLE {roles.GROUPS[other]}"))
        for table in tables:
            assert session.execute(text(f'SELECT count(*) FROM "{table}"')).scalar_one() == 0, table


def test_resetting_the_role_leaves_less(server: Engine, mixed_city: City) -> None:
    with reading(server, mixed_city.who["worker"]) as session:
        session.execute(text("RESET ROLE"))
        for table in sorted(TABLES):
            savepoint = session.begin_nested()
            with pytest.raises(DBAPIError, match="permission denied"):
                session.execute(text(f'SELECT 1 FROM "{table}"'))
            savepoint.rollback()


def test_a_token_is_in_no_statement_that_others_see(server: Engine, mixed_city: City) -> None:
    with reading(server, mixed_city.who["worker"]) as one, reading(server, mixed_city.who["bureau"]) as other:
        one.execute(text("SELECT 1"))
        seen = other.execute(text("SELECT coalesce(query, ''), state FROM pg_stat_activity")).all()
        assert mixed_city.who["worker"].token not in str(seen)


def test_statistics_of_a_guarded_table_are_not_shown(server: Engine, mixed_city: City) -> None:
    for name in ("worker", "leader", "kiosk"):
        with reading(server, mixed_city.who[name]) as session:
            shown = session.execute(
                text("SELECT count(*) FROM pg_stats WHERE tablename IN ('petition', 'account', 'audit')")
            )
            assert shown.scalar_one() == 0


# Foreign keys and unique constraints tell nothing


def test_a_planners_writes_tell_of_no_row_that_is_not_theirs(server: Engine, mixed_city: City) -> None:
    planner = mixed_city.who["planner"]
    for batch in (mixed_city.batch, 10**9):
        refused = writes_nothing(
            server, planner, "INSERT INTO coverage_plan (name, state, valid_from, created_by, batch_id)"
            " VALUES ('x', 'draft', now(), 'x', :batch)", batch=batch,
        )  # fmt: skip
        assert isinstance(refused, psycopg.errors.InsufficientPrivilege)


def test_nobody_can_provoke_a_collision_with_a_hidden_matter(server: Engine, mixed_city: City) -> None:
    values = petition_values(mixed_city, Matter(1))
    sql = f"INSERT INTO petition ({', '.join(values)}) VALUES ({', '.join(f':{name}' for name in values)})"
    for name, principal in mixed_city.who.items():
        refused = writes_nothing(server, principal, sql, **values)
        assert isinstance(refused, psycopg.errors.InsufficientPrivilege), name


@pytest.mark.parametrize("role", ["leader", "bureau", "worker", "admin"])
def test_an_administrator_opens_no_session_but_a_kiosks_and_changes_no_account_of_their_own(
    server: Engine, root: Connection, mixed_city: City, role: str
) -> None:
    admin = mixed_city.who["admin"]
    ids = {row.public_id: row.id for row in root.execute(text("SELECT id, public_id FROM account"))}
    sql = "INSERT INTO login_session (account_id, token_hash, bound_to) VALUES (:id, 'x', '10.0.0.7')"
    refused = writes_nothing(server, admin, sql, id=ids[mixed_city.who[role].id])
    assert isinstance(refused, psycopg.errors.InsufficientPrivilege)
    kiosk = ids[mixed_city.who["kiosk"].id]
    assert writes_nothing(server, admin, sql, id=kiosk) is None
    unbound = "INSERT INTO login_session (account_id, token_hash) VALUES (:id, 'x')"
    refused = writes_nothing(server, admin, unbound, id=kiosk)
    assert isinstance(refused, psycopg.errors.InsufficientPrivilege)
    with noted(server, admin) as session:
        promoted = session.execute(
            text("UPDATE account SET role = 'bureau' WHERE id = :id"), {"id": ids[admin.id]}
        )
        assert promoted.rowcount == 0


@pytest.mark.parametrize("role", ["leader", "bureau", "worker", "admin"])
def test_a_session_that_an_administrator_opened_becomes_nobody_elses(
    server: Engine, mixed: Engine, login_as: Callable[..., Engine], mixed_city: City, role: str
) -> None:
    """A kiosk of one's own with a token that one knows, made a bureau's: all of the city, and no audit."""
    admin, token = mixed_city.who["admin"], "a-token-that-the-admin-knows"
    own = login_as(mixed, roles.SERVER)
    made = "INSERT INTO account (public_id, login, role) VALUES ('mine', 'mine', 'kiosk')"
    opened = (
        "INSERT INTO login_session (account_id, token_hash, bound_to)"
        " SELECT id, sha256(convert_to(:token, 'UTF8')), '0.0.0.0/0' FROM account WHERE login = 'mine'"
    )
    with noted(own, admin) as session:
        session.execute(text(made))
        session.execute(text(opened), {"token": token})
    become = "UPDATE account SET role = :role WHERE login = 'mine'"
    assert "stays a kiosk" in str(writes_nothing(own, admin, become, role=role))
    kiosk = f"UPDATE account SET role = 'kiosk' WHERE public_id = '{mixed_city.who['worker'].id}'"
    assert "stays a kiosk" in str(writes_nothing(own, admin, kiosk))
    for other in (Role.BUREAU, Role.LEADER):
        assert count_seen(own, Principal("mine", other, token)) == 0


def test_another_role_ends_an_accounts_sessions_whoever_gives_it(
    mixed: Engine, login_as: Callable[..., Engine], mixed_city: City
) -> None:
    server, worker = login_as(mixed, roles.SERVER), mixed_city.who["worker"]
    with noted(server, mixed_city.who["admin"]) as session:
        same = text("UPDATE account SET role = 'worker' WHERE public_id = :id")
        session.execute(same, {"id": worker.id})
    assert count_seen(server, worker, "area") > 0
    with noted(server, mixed_city.who["admin"]) as session:
        session.execute(text("UPDATE account SET role = 'bureau' WHERE public_id = :id"), {"id": worker.id})
    assert count_seen(server, worker, "area") == 0


def test_a_planner_touches_no_published_plan(server: Engine, mixed_city: City) -> None:
    planner = mixed_city.who["planner"]
    with noted(server, planner) as session:
        for sql in ("UPDATE coverage_plan SET name = 'x' WHERE state = 'published'",
                    "DELETE FROM coverage_plan WHERE state = 'published'",
                    "DELETE FROM assignment WHERE plan_id IN (SELECT id FROM coverage_plan"
                    " WHERE state = 'published')"):  # fmt: skip
            assert session.execute(text(sql)).rowcount == 0
    refused = writes_nothing(
        server, planner, "INSERT INTO coverage_plan (name, state, valid_from, created_by)"
        " VALUES ('x', 'published', now(), 'x')",
    )  # fmt: skip
    assert isinstance(refused, psycopg.errors.InsufficientPrivilege)


def test_a_clerk_queues_nothing_in_anothers_name(server: Engine, mixed_city: City) -> None:
    sql = "INSERT INTO job (kind, payload, principal) VALUES ('petitions', '{}', :who)"
    clerk = mixed_city.who["clerk"]
    refused = writes_nothing(server, clerk, sql, who=mixed_city.who["other_clerk"].id)
    assert isinstance(refused, psycopg.errors.InsufficientPrivilege)
    assert writes_nothing(server, clerk, sql, who=clerk.id) is None


# The pool


PROBE = text(
    "SELECT current_user, coalesce(current_setting('fengtu.token', true), ''),"
    " current_setting('transaction_read_only'), current_setting('statement_timeout'),"
    " (SELECT count(*) FROM pg_class WHERE relnamespace = pg_my_temp_schema()),"
    " (SELECT count(*) FROM pg_prepared_statements), (SELECT count(*) FROM pg_cursors),"
    " (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()),"
    " current_setting('work_mem')"
)


def _use(server: Engine, principal: Principal, sql: str) -> None:
    with suppress(DBAPIError), Session(server) as session, session.begin():
        act_for(session, principal, timeout_ms=200)
        for one in sql.split(";"):
            session.execute(text(one))


@pytest.mark.parametrize(
    "use",
    ["SELECT 1", "SELECT 1/0", "SELECT pg_sleep(5)", "SELECT no_such",
     "CREATE TEMP TABLE kept AS SELECT 1 AS x",
     "CREATE TEMP TABLE kept (x int) ON COMMIT PRESERVE ROWS; SELECT 1/0", "SET SESSION work_mem = '99MB'",
     "PREPARE p AS SELECT 1", "SELECT pg_advisory_lock(7)", "SELECT pg_advisory_lock(8); SELECT pg_sleep(5)",
     "DECLARE c CURSOR WITH HOLD FOR SELECT 1", "SET SESSION fengtu.token = 'stays'",
     "SET SESSION ROLE fengtu_bureau", "SET SESSION ROLE fengtu_bureau; SELECT 1/0"],
)  # fmt: skip
def test_a_connection_returned_to_the_pool_keeps_nothing(
    engine: Engine, login_as: Callable[..., Engine], mixed_city: City, use: str
) -> None:
    server = login_as(engine, roles.SERVER)
    with server.connect() as connection:
        fresh = connection.execute(PROBE).one()
        pid = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    _use(server, mixed_city.who["worker"], use)
    with server.connect() as connection:
        assert connection.execute(text("SELECT pg_backend_pid()")).scalar_one() == pid, "the pool's own"
        assert connection.execute(PROBE).one() == fresh
    server.dispose()


def test_a_principal_after_another_on_one_connection_sees_only_their_own(
    engine: Engine, login_as: Callable[..., Engine], mixed_city: City
) -> None:
    server = login_as(engine, roles.SERVER)
    for name in ("bureau", "worker", "unit", "town", "worker", "bureau"):
        expected = {f"{SEALED}-{one.number}" for one in mixed_city.matters if sees(name, one)}
        assert numbers_seen(server, mixed_city.who[name]) == expected
    server.dispose()


# Revocation


REVOKED = {
    "its session closed": "UPDATE login_session SET closed_at = now() WHERE token_hash = :hash",
    "its session past its end": "UPDATE login_session SET expires_at = now() WHERE token_hash = :hash",
    "its session gone": "DELETE FROM login_session WHERE token_hash = :hash",
    "its account disabled": "UPDATE account SET disabled = true WHERE public_id = :id",
    "its role another": "UPDATE account SET role = 'auditor' WHERE public_id = :id",
    "its scope dropped": "DELETE FROM account_scope WHERE account_id = (SELECT id FROM account"
    " WHERE public_id = :id)",
}


@pytest.mark.parametrize("how", REVOKED)
def test_what_is_revoked_is_gone_at_the_next_statement(
    mixed: Engine, mixed_city: City, login_as: Callable[..., Engine], how: str
) -> None:
    owner, server = login_as(mixed, OWNER), login_as(mixed, roles.SERVER)
    worker = mixed_city.who["worker"]
    with reading(server, worker) as session:
        count = text("SELECT count(*) FROM petition")
        assert session.execute(count).scalar_one() > 0
        with owner.begin() as connection:
            connection.execute(text(REVOKED[how]), {"hash": hash_of(worker), "id": worker.id})
        assert session.execute(count).scalar_one() == 0
    server.dispose()


def test_a_revoked_account_writes_nothing_more(
    mixed: Engine, mixed_city: City, login_as: Callable[..., Engine]
) -> None:
    owner, server = login_as(mixed, OWNER), login_as(mixed, roles.SERVER)
    clerk = mixed_city.who["clerk"]

    def write() -> None:
        with noted(server, clerk) as session:
            with owner.begin() as connection:
                connection.execute(text(REVOKED["its account disabled"]), {"id": clerk.id})
            session.execute(text("SELECT 1"))

    # The audit's own line fails without a live session, so that the transaction does.
    with pytest.raises(DBAPIError, match="null value"):
        write()
    server.dispose()
