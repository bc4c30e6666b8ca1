"""Worlds that differ only in what somebody may not see: who must not notice which change.

``HIDDEN`` is written apart from the policies; a table or column that a role may come to see is taken off it
on purpose, never by a mutant.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product

from sqlalchemy import Connection, text

from grid.principals import Principal
from tests.storage.mixed_city import (
    ROLES,
    SEALED,
    City,
    Matter,
    add_matters,
    digests,
    sees,
)

NEW = 9_000_000


@dataclass(frozen=True)
class Change:
    """A change of the database that ``seen_by`` alone may notice."""

    name: str
    statements: tuple[str, ...]
    seen_by: Collection[str]


MAP = {
    "area", "area_shape", "area_border", "edition", "city_setting", "data_version", "calendar_day",
    "clock_rule", "derived_state",
}  # fmt: skip
_WALL = {"leader", "bureau", "approver", "kiosk"}
_CLERKS = {"clerk", "other_clerk"}
_PLACERS = {"bureau", *_CLERKS}
_UNITS = {"leader", "approver", "bureau"}
_ANSWERABLE = {"town", "county", "unit"}
_OTHERS = "(SELECT id FROM unit WHERE name IN ('市第1局', '市第2局'))"
"""Units that no town's and no unit's account answers for."""
_PLANNERS = {"planner", "approver"}
_SERVICE = {"leader", "approver", "bureau", "worker", "narrow", "planner", *_CLERKS}

_TO_PLACE = (
    "(place_status <> 'accepted' OR place_decision_id IS NOT NULL OR id IN (SELECT petition_id"
    " FROM place_report WHERE settled_at IS NULL AND verdict = 'elsewhere'))"
)
"""What clerks may know the address of, recusals apart."""
_RECUSED = "SELECT r.petition_id FROM recusal r JOIN account a ON a.id = r.account_id WHERE a.role = 'clerk'"
"""The matters kept from the clerk, and with it from everybody but the other clerk and whole-city roles."""

HIDDEN = (
    Change("a draft", (
        "INSERT INTO coverage_plan (name, state, valid_from, created_by) VALUES ('密', 'draft', now(), 't')",
        "INSERT INTO assignment (plan_id, unit_id, kind) SELECT max(p.id), (SELECT min(id) FROM unit), 'lead'"
        " FROM coverage_plan p",
        "UPDATE plan_rule SET value = 7", "UPDATE plan_step SET words = '密'",
        "UPDATE leader_bar SET words = '密'",
    ), _PLANNERS),
    Change("a proposal", (
        "INSERT INTO coverage_plan (name, state, valid_from, created_by)"
        " VALUES ('密', 'proposed', now(), 't'), ('密', 'retired', now(), 't')",
    ), _PLANNERS),
    Change("whose grids a draft gives", (
        "UPDATE patch_plan SET name = '密'",
        "DELETE FROM patch_assignment WHERE area_id = (SELECT max(area_id) FROM patch_assignment)",
    ), _PLANNERS),
    Change("how workloads are weighed", (
        "UPDATE workload_formula SET name = '密'",
    ), {*_WALL, "planner"}),
    Change("what units and areas have on their hands", (
        "UPDATE unit_workload SET open = 77", "UPDATE area_workload SET recent = 77",
    ), {*_UNITS, "planner"}),
    Change("another's run", (
        "INSERT INTO planning_run (kind, status, principal, asked) SELECT 'siting', 'running', public_id,"
        " '{}' FROM account WHERE role = 'admin'",
    ), set()),
    Change("a tour of the wall", ("UPDATE tour SET name = '密'",), _WALL),
    Change("travel times", ("UPDATE travel_time SET minutes = 77",), _SERVICE),
    Change("another's job", (
        "INSERT INTO job (kind, payload, principal) SELECT 'petitions', '{}', public_id FROM account"
        " WHERE role = 'admin'",
    ), set()),
    Change("another's upload", (
        "INSERT INTO upload (key, principal, file_name, sha256, size, content)"
        " SELECT 'new', public_id, '密', 'x', 1, 'x' FROM account WHERE role = 'admin' LIMIT 1",
    ), set()),
    Change("an upload's content", ("UPDATE job SET payload = '{\"a\": 1}'",), set()),
    Change("a batch", (
        "INSERT INTO import_batch (kind, file_name, sha256, options, dry_run, principal, seconds, rows,"
        " accepted, review, refused) VALUES ('petitions', '密.csv', 'new', '{}', false, 't', 0, 0, 0, 0, 0)",
        "INSERT INTO import_finding (batch_id, code, severity, row, \"column\", original, facts)"
        " SELECT max(id), 'c', 'review', 1, '', '', '{}' FROM import_batch",
    ), _CLERKS),
    Change("an account", (
        "INSERT INTO account (public_id, login, role) VALUES ('new', 'new', 'clerk')",
    ), {"admin", "bureau"}),
    # Whoever shares a town's grids out is told the grid workers that are posted nowhere.
    Change("a grid worker", (
        "INSERT INTO account (public_id, login, role) VALUES ('newer', 'newer', 'worker')",
    ), {"admin", "bureau", *_PLANNERS}),
    Change("passwords", ("UPDATE account SET password_hash = 'x'",), set()),
    Change("a session", (
        "INSERT INTO login_session (account_id, token_hash, bound_to)"
        " SELECT min(id), 'new', '::1' FROM account",
    ), {"admin"}),
    Change("a token", (
        "UPDATE login_session SET token_hash = 'changed' WHERE closed_at IS NOT NULL"
        " AND account_id = (SELECT min(account_id) FROM login_session WHERE closed_at IS NOT NULL)",
    ), set()),
    Change("a scope", (
        "INSERT INTO account_scope (account_id, area_id) SELECT a.id, (SELECT min(id) FROM area)"
        " FROM account a WHERE role = 'kiosk' LIMIT 1",
    ), {"admin"}),
    Change("a failed sign-in", ("INSERT INTO sign_in_failure VALUES ('k', 1)",), set()),
    Change("another's recusal", (
        "INSERT INTO recusal SELECT p.id, a.id FROM petition p, account a WHERE a.role = 'kiosk'"
        " AND p.purpose <> 'accusation'",
    ), {"bureau"}),
    Change("an audit row", (
        "INSERT INTO audit (principal, role, action, subject, facts) VALUES ('p', 'r', 'a', 's', '{}')",
    ), {"auditor"}),
    Change("a name of the city", (
        "INSERT INTO gazetteer_entry (kind, name, area_id, batch_id) SELECT 'poi', '密', min(a.id), min(b.id)"
        " FROM area a, import_batch b",
    ), _PLACERS),
    Change("a service point", (
        "INSERT INTO service_point (name, village_id, batch_id) SELECT '密', max(a.id), min(b.id)"
        " FROM area a, import_batch b WHERE level = 'village'",
        "UPDATE service_headcount SET count = 77", "UPDATE service_station SET name = '密'",
    ), _SERVICE),
    Change("a leader", (
        "UPDATE leader SET post = '密'",
        "UPDATE assignment SET cases = 55 WHERE plan_id IN (SELECT id FROM coverage_plan"
        " WHERE state = 'published')",
    ), {*_WALL, "planner"}),
    Change("another unit's listing", (
        f"UPDATE listing SET reason = '密', rank = 77, evidence = '{{\"a\": 1}}' WHERE unit_id IN {_OTHERS}",
    ), {*_WALL, "planner"}),
    Change("what is done of another unit's listing", (
        "INSERT INTO listing_step (listing_id, kind, on_day, words, principal)"
        f" SELECT id, 'explain', now(), '密', 'x' FROM listing WHERE unit_id IN {_OTHERS}",
    ), _UNITS),
    Change("another unit's indicators", (
        f"UPDATE indicator_sum SET numerator = 1 WHERE unit_id IN {_OTHERS}",
    ), _UNITS),
    Change("a case of another unit", (
        "INSERT INTO supervision_case (procedure, version, unit_id, opened_on, opened_by, reason)"
        f" SELECT 'call_in', 1, id, now(), 'x', '密' FROM unit WHERE id IN {_OTHERS}",
        "INSERT INTO supervision_step (case_id, step, done_on, words, principal)"
        " SELECT id, 'talk', now(), '密', 'x' FROM supervision_case WHERE procedure = 'call_in'",
    ), _UNITS),
    Change("a frozen quarter", (
        "UPDATE quarter_snapshot SET checksum = repeat('1', 64)",
    ), {*_UNITS, *_ANSWERABLE}),
    Change("a scheme", ("UPDATE score_scheme SET name = '密'",), {*_UNITS, *_ANSWERABLE, "admin"}),
    Change("a hearing", (
        "UPDATE clock_event SET reason = '密' WHERE petition_id IN (SELECT id FROM petition"
        " WHERE purpose <> 'accusation')",
    ), {"bureau", *_ANSWERABLE, "worker"}),
    Change("what a grid worker did", (
        "UPDATE assist_note SET words = '密', step = 'resolved' WHERE petition_id IN (SELECT id FROM petition"
        " WHERE purpose <> 'accusation')",
    ), {"bureau", *_ANSWERABLE, "worker"}),
    Change("what follows an accusation", (
        "UPDATE open_clock SET due_on = due_on + 1 WHERE petition_id IN (SELECT id FROM petition"
        " WHERE purpose = 'accusation')",
        "UPDATE clock_event SET reason = '密' WHERE petition_id IN (SELECT id FROM petition"
        " WHERE purpose = 'accusation')",
        "UPDATE snapshot_matter SET met = 0 WHERE petition_id IN (SELECT id FROM petition"
        " WHERE purpose = 'accusation')",
        "UPDATE supervision_case SET reason = '密' WHERE petition_id IN (SELECT id FROM petition"
        " WHERE purpose = 'accusation')",
        "UPDATE assist_note SET words = '密' WHERE petition_id IN (SELECT id FROM petition"
        " WHERE purpose = 'accusation')",
    ), set()),
    Change("a unit", ("UPDATE unit SET name = '密' || id",),
           {*_WALL, "planner", "town", "county", "unit", "admin"}),
    Change("a publication", (
        "UPDATE published_count SET count = 10 + coalesce(count, 0)",
        "UPDATE published_state SET number = 99",
        "UPDATE published_figure SET value = 7", "UPDATE published_month SET count = 77",
        "UPDATE published_placed SET unplaced = 77", "UPDATE published_density SET n = 77",
    ), _WALL),
    Change("numbers and texts", (
        f"UPDATE petition SET matter_no = 'new' || id, source = '{SEALED}'",
        "UPDATE petition SET summary = 'new' || id WHERE purpose <> 'accusation'",
    ), {"bureau", "town", "county", "unit", "worker"}),
    Change("addresses and points of what has its place", (
        f"UPDATE petition SET address = 'new' || id, address_key = 'new' || id, datum = 'BD09',"
        f" place_reasons = '{{new}}', point = ST_Translate(point, 0.001, 0.001) WHERE NOT ({_TO_PLACE})"
        " AND place_status IS NOT NULL",
    ), {"bureau", "town", "county", "unit", "worker"}),
    Change("addresses of what is to be placed", (
        "UPDATE petition SET address = 'new' || id, address_key = 'new' || id, datum = 'BD09',"
        f" place_reasons = '{{new}}' WHERE {_TO_PLACE}",
    ), {"bureau", "town", "county", "unit", "worker", *_CLERKS}),
    Change("what a matter is about and whose", (
        "UPDATE petition SET category = 'health', channel = 'call', track = 'legal', heads = 9,"
        " submissions = 7, is_repeat = NOT is_repeat, is_backlog = NOT is_backlog, evaluation = 'satisfied',"
        " registered_on = registered_on - 1, due_on = due_on + 1, unit_id = (SELECT max(id) FROM unit)"
        " WHERE purpose <> 'accusation'",
    ), {"leader", "approver", "bureau", "town", "county", "unit", "worker"}),
    Change("what a grid worker finds right", (
        "INSERT INTO place_report (petition_id, principal, verdict) SELECT id, 'somebody', 'right'"
        " FROM petition WHERE place_status = 'accepted'",
    ), set()),
    Change("what a recused matter was decided to be", (
        "UPDATE place_change SET before = '{\"new\": 1}' WHERE petition_id IN"
        f" ({_RECUSED})",
        "UPDATE place_decision SET address_key = 'new' || id WHERE id IN (SELECT decision_id"
        f" FROM place_change WHERE petition_id IN ({_RECUSED}))",
        "UPDATE place_report SET reported_at = now() - interval '9 days' WHERE petition_id IN"
        f" ({_RECUSED})",
    ), {"other_clerk"}),
    Change("a decision", (
        "INSERT INTO place_decision (address_key, verdict, granularity, principal)"
        " VALUES ('new', 'outside', 'none', 'somebody')",
        "INSERT INTO place_change SELECT max(d.id), (SELECT min(id) FROM petition), '{}'"
        " FROM place_decision d",
    ), _PLACERS),
    Change("a provider's answer", (
        "INSERT INTO provider_answer (provider, address_key, outcome, raw) VALUES ('x', 'new', 'none', '{}')",
        "INSERT INTO provider_spent VALUES ('x', now(), 7)",
    ), _PLACERS),
    Change("an accusation's content", (
        "UPDATE petition SET category = 'health', channel = 'call', stage = 'replied', heads = 9,"
        " submissions = 7, is_repeat = NOT is_repeat WHERE purpose = 'accusation'",
    ), set()),
)  # fmt: skip


def candidates() -> Iterator[Matter]:
    """Return matters of every kind that a policy could confuse."""
    names = tuple(name for name in ROLES if name in {"worker", "town", "county", "unit", "bureau", "clerk"})
    number = NEW
    for grid, unit, status, recused in product(
        (0, 1, 3, 6, 9, 15), range(3), ("accepted", "review"), ((), names)
    ):
        number += 1
        yield Matter(number, grid=grid, unit=unit, status=status, recused=recused, days_ago=number % 50)
    for reported, recused in product(("right", "elsewhere"), ((), names)):
        number += 1
        yield Matter(number, grid=9, unit=1, recused=recused, reported=reported)
        number += 1
        yield Matter(number, grid=9, unit=1, recused=recused, decided=True, pointed=False)
    for unit in range(3):
        yield Matter(number + 1 + unit, grid=None, status="unmatched", unit=unit, pointed=False)
        yield Matter(
            number + 4 + unit, purpose="accusation", grid=None, status=None, unit=None, pointed=False
        )


def hidden_from(name: str) -> list[Matter]:
    """Return the candidates that an account may not know of."""
    return [matter for matter in candidates() if not sees(name, matter)]


def noticed(connection: Connection, city: City, likely: str = "") -> Iterator[str]:
    """Return who notices what is hidden from them, table by table; the connection is a superuser's.

    Everything happens in savepoints that are undone. Whoever is named in ``likely`` is looked at first.
    """
    for name, principal in sorted(city.who.items(), key=lambda one: one[0] not in likely):
        before = look(connection, principal)
        with undone(connection):
            hide(connection, city, name)
            found = list(differences(name, before, look(connection, principal)))
        yield from found
    with undone(connection):
        hide(connection, city, None)
        for name, principal in city.dead.items():
            read = {table for table, (rows, _) in look(connection, principal).items() if rows}
            # A session in force reads the city's map under any role.
            yield from (f"{name}: {table}" for table in read - (MAP if "by the token" in name else set()))


def hide(
    connection: Connection, city: City, name: str | None, *, but: Callable[[Matter], bool] = lambda _: False
) -> None:
    """Change all that an account may not see; for none, all that there is. ``but`` leaves matters out."""
    for change in HIDDEN:
        if name not in change.seen_by:
            for statement in change.statements:
                connection.execute(text(statement.replace(":", r"\:")))
    matters = hidden_from(name) if name else candidates()
    add_matters(connection, city, (matter for matter in matters if not but(matter)))


Look = dict[str, tuple[int, str | None]]


def differences(name: str, before: Look, after: Look) -> Iterator[str]:
    """Return the tables in which somebody notices something."""
    # Whom a matter is kept from is the bureau's to know, not what it is about.
    known = {"recusal"} if name == "bureau" else set()
    for table in sorted(after.keys() | before.keys()):
        if after.get(table) != before.get(table) and table not in known:
            yield f"{name}: {table}"


def look(connection: Connection, principal: Principal) -> Look:
    """Return what a principal reads of every table."""
    with undone(connection):
        return digests(connection, principal)


@contextmanager
def undone(connection: Connection) -> Iterator[None]:
    """Open a savepoint that is always rolled back: settings and role go with it."""
    savepoint = connection.begin_nested()
    try:
        yield
    finally:
        savepoint.rollback()
