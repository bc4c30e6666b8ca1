"""A small city whose rows are mixed on purpose: matters of every kind in every grid, and an account a role.

``sees`` says in Python, apart from any policy, which matters an account may see: tests compare the database
with it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, Engine, create_engine, insert, select, text

from data import models
from data.access.roles import GROUPS
from data.cluster import OWNER
from data.writes.freezing import freeze
from grid.listings import Quarter
from grid.principals import Principal, Role
from layers.numbers import CITY_ZONE

TODAY = datetime.now(CITY_ZONE).date()
SEALED = "封存ZX91"
"""In every name, number and address that somebody must not see."""


@dataclass(frozen=True)
class Matter:
    """One matter as the oracle knows it; ``grid`` and ``unit`` are indexes, ``recused`` names accounts."""

    number: int
    purpose: str = "claim"
    status: str | None = "accepted"
    grid: int | None = 0
    unit: int | None = 0
    recused: tuple[str, ...] = ()
    category: str = "labour"
    channel: str = "visit"
    stage: str = "handling"
    days_ago: int = 20
    is_repeat: bool = False
    submissions: int = 1
    pointed: bool = True
    decided: bool = False
    """Whether it was placed by a decision on its address."""
    reported: str = ""
    """What a grid worker says of its place, still open."""


@dataclass(frozen=True)
class City:
    """Ids of the city's things by index, and the principals by name; the same in every copy."""

    database: str
    grids: tuple[int, ...]
    villages: tuple[int, ...]
    towns: tuple[int, ...]
    counties: tuple[int, ...]
    units: tuple[int, ...]
    batch: int
    who: dict[str, Principal]
    dead: dict[str, Principal]
    """Principals to whom nothing may answer: ended sessions, none, and roles that are not their account's."""
    matters: tuple[Matter, ...]


SCOPED_GRIDS = {"worker": {0, 6, 7}}
"""Grid 0 by itself, 6 and 7 by their village."""
SCOPED_TOWNS = {"town": {0}, "county": {2, 3}}
"""Town 0 by itself, 2 and 3 by their county."""
SCOPED_UNITS = {"unit": {0}}
ROLES: dict[str, Role] = {
    **{role.value: role for role in Role}, "county": Role.TOWN, "other_clerk": Role.CLERK,
    "narrow": Role.WORKER,
}  # fmt: skip
"""``narrow`` is a worker without any scope."""
_WHOLE_CITY = {"leader", "approver", "bureau"}
_DETAILS = {Role.BUREAU, Role.TOWN, Role.UNIT, Role.WORKER, Role.CLERK}
PLACERS = {"bureau", "clerk", "other_clerk"}
"""Who decides what an address means; clerks know of what is to be placed alone, and nothing but where."""


def sees(name: str, matter: Matter) -> bool:
    """Return whether an account may know of a matter at all."""
    if matter.purpose == "accusation" or (name in matter.recused and ROLES[name] in _DETAILS):
        return False
    if name in SCOPED_UNITS:
        return matter.unit in SCOPED_UNITS[name]
    if ROLES[name] is Role.CLERK:
        return matter.status != "accepted" or matter.decided or matter.reported == "elsewhere"
    placed = matter.status == "accepted" and matter.grid is not None
    if name in SCOPED_GRIDS:
        return placed and matter.grid in SCOPED_GRIDS[name]
    if name in SCOPED_TOWNS:
        return placed and (matter.grid or 0) // 4 in SCOPED_TOWNS[name]
    return name in _WHOLE_CITY


def base_matters() -> tuple[Matter, ...]:
    """Return the city's own matters: in each grid open, closed and unsure ones, and some of nowhere."""
    made: list[Matter] = []

    def add(**values: object) -> None:
        made.append(replace(Matter(len(made) + 1), **values))  # type: ignore[arg-type]

    for grid in range(16):
        add(grid=grid, unit=grid % 3, days_ago=10 + grid)
        add(grid=grid, unit=(grid + 1) % 3, category="land", channel="letter", stage="closed", days_ago=40)
        add(grid=grid, unit=(grid + 2) % 3, status="review", category="rural", pointed=False)
    for grid in (0, 4, 8, 6):
        add(grid=grid, unit=0, recused=("worker", "town", "county", "unit", "bureau", "leader"), days_ago=7)
    everybody = ("clerk", "worker", "town", "county", "unit", "bureau")
    for grid, recused in ((0, ()), (9, ()), (6, everybody)):
        add(grid=grid, unit=1, decided=True, pointed=False, recused=recused, days_ago=3)
        add(grid=grid, unit=2, reported="elsewhere", recused=recused, days_ago=4)
        add(grid=grid, unit=0, status="review", pointed=False, recused=recused)
    add(grid=0, unit=2, reported="right", days_ago=5)
    for unit in range(3):
        add(grid=None, status="unmatched", unit=unit, pointed=False)
    for number in range(4):
        add(purpose="accusation", grid=None, status=None, unit=None, pointed=False, days_ago=30 + number)
    return tuple(made)


def fill(engine: Engine, sign_in: Callable[..., Principal]) -> City:
    """Fill a copy of the small city and return what is in it."""
    with engine.begin() as connection:
        ids = {level: _areas(connection, level) for level in ("grid", "village", "town", "county")}
        units = tuple(_one(connection, "unit", name=f"市第{n}局", kind="department") for n in range(3))
        batch = connection.execute(text("SELECT min(id) FROM import_batch")).scalar_one()
    who = {
        name: sign_in(
            engine, role,
            areas=[*(ids["grid"][:1] if name == "worker" else ()),
                   *(ids["village"][3:4] if name == "worker" else ()),
                   *(ids["town"][:1] if name == "town" else ()),
                   *(ids["county"][1:2] if name == "county" else ())],
            units=units[:1] if name == "unit" else (),
        )
        for name, role in ROLES.items()
    }  # fmt: skip
    database = str(engine.url.database)
    dead = _dead(engine, sign_in, who, areas=ids["county"], units=units)
    city = City(database, ids["grid"], ids["village"], ids["town"], ids["county"], units, batch, who, dead,
                base_matters())  # fmt: skip
    with engine.begin() as connection:
        _add_duty(connection, city)
        _add_jobs(connection, city)
    freeze(engine, Quarter.of(TODAY).previous)
    return city


_ENDED = {
    "expired": "UPDATE login_session SET expires_at = now() - interval '1 second' WHERE token_hash = :hash",
    "closed": "UPDATE login_session SET closed_at = now() WHERE token_hash = :hash",
    "disabled": "UPDATE account SET disabled = true WHERE public_id = :id",
}
"""How a session ends; run as the owner."""


def _dead(
    engine: Engine, sign_in: Callable[..., Principal], who: dict[str, Principal], **scope: tuple[int, ...]
) -> dict[str, Principal]:
    """Return principals that once were somebody or never were."""
    made: dict[str, Principal] = {}
    owner = create_engine(engine.url.set(username=OWNER))
    for role in Role:
        takes_areas, takes_units = role in {Role.WORKER, Role.TOWN}, role is Role.UNIT
        for how, sql in _ENDED.items():
            ended = sign_in(engine, role, areas=scope["areas"] if takes_areas else (),
                            units=scope["units"] if takes_units else ())  # fmt: skip
            with owner.begin() as connection:
                connection.execute(text(sql), {"hash": hash_of(ended), "id": ended.id})
            made[f"{how} {role}"] = ended
        other = who["unit" if role is not Role.UNIT else "worker"]
        made[f"{role} by the token of a {other.role}"] = replace(other, role=role)
        made[f"{role} without a token"] = Principal("nobody", role, "")
        made[f"{role} by an invented token"] = Principal("nobody", role, "0" * 43)
    owner.dispose()
    return made


def add_matters(connection: Connection, city: City, matters: Iterable[Matter]) -> None:
    """Insert matters and their recusals, as a superuser."""
    accounts = {row.public_id: row.id for row in connection.execute(select(models.Account))}
    for matter in matters:
        petition_id = _one(connection, "petition", **petition_values(city, matter))
        for name in matter.recused:
            recusal = {"petition_id": petition_id, "account_id": accounts[city.who[name].id]}
            connection.execute(insert(models.Recusal).values(recusal))
        _add_review(connection, city, matter, petition_id)
        _add_clocks(connection, city, matter, petition_id)


def petition_values(city: City, matter: Matter) -> dict[str, object]:
    """Return the columns of a matter's row."""
    registered = TODAY - timedelta(days=matter.days_ago)
    closed = registered + timedelta(days=3) if matter.stage == "closed" else None
    values: dict[str, object] = {
        "source": "test", "matter_no": f"{SEALED}-{matter.number}", "channel": matter.channel,
        "purpose": matter.purpose, "category": matter.category, "track": "ordinary", "stage": matter.stage,
        "registered_on": registered, "due_on": registered + timedelta(days=60), "replied_on": closed,
        "closed_on": closed, "is_repeat": matter.is_repeat, "submissions": matter.submissions,
        "batch_id": city.batch,
    }  # fmt: skip
    if matter.unit is not None:
        values["unit_id"] = city.units[matter.unit]
    if matter.status is not None:
        address = f"{SEALED}路{matter.number}号"
        values |= {"address": address, "address_key": address, **_place(city, matter)}
    return values


def _add_review(connection: Connection, city: City, matter: Matter, petition_id: int) -> None:
    """Insert what people decided of a matter's place and what a grid worker says of it."""
    if matter.decided:
        decision = _one(connection, "place_decision", address_key=f"{SEALED}路{matter.number}号",
                        verdict="placed", granularity="grid", area_id=city.grids[matter.grid or 0],
                        principal=city.who["other_clerk"].id)  # fmt: skip
        values = {"decision": decision, "petition": petition_id}
        connection.execute(text("INSERT INTO place_change VALUES (:decision, :petition, '{}')"), values)
        connection.execute(
            text("UPDATE petition SET place_decision_id = :decision, place_method = 'decision'"
                 " WHERE id = :petition"), values)  # fmt: skip
    if matter.reported:
        _one(connection, "place_report", petition_id=petition_id, verdict=matter.reported,
             principal="somebody")  # fmt: skip


_OF_A_MATTER = (
    "INSERT INTO open_clock"
    " (petition_id, clock, started_on, due_on, soon_on, is_window, provisional, rule_id)"
    " SELECT :petition, 'test', '2026-01-01', '2026-03-02', '2026-02-23', false, false, id FROM clock_rule"
    " WHERE jurisdiction = 'test'",
    "INSERT INTO clock_event (petition_id, kind, on_day, principal)"
    " VALUES (:petition, 'paused', '2026-01-05', 'somebody')",
    "INSERT INTO assist_note (petition_id, principal, key, step, words, taken_at)"
    " SELECT id, 'somebody', gen_random_uuid(), 'visited', matter_no, '2026-01-05' FROM petition"
    " WHERE id = :petition",
    "INSERT INTO snapshot_matter (snapshot_id, indicator, petition_id, unit_id, counted, met)"
    " SELECT id, 'test', :petition, coalesce(:unit, 0), 1, 1 FROM quarter_snapshot",
    "WITH made AS (INSERT INTO supervision_case"
    " (procedure, version, petition_id, unit_id, opened_on, opened_by)"
    " VALUES ('urge', 1, :petition, :unit, '2026-01-05', 'somebody') RETURNING id)"
    " INSERT INTO supervision_step (case_id, step, done_on, principal)"
    " SELECT id, 'reply_urged', '2026-01-06', 'somebody' FROM made",
)


def _add_clocks(connection: Connection, city: City, matter: Matter, petition_id: int) -> None:
    """Insert what follows a matter: a clock, a hearing, a note, a place in a cohort, a case with a step."""
    unit = None if matter.unit is None else city.units[matter.unit]
    for statement in _OF_A_MATTER:
        connection.execute(text(statement), {"petition": petition_id, "unit": unit})


def _place(city: City, matter: Matter) -> dict[str, object]:
    method = {"place_status": matter.status, "place_method": "coordinates"}
    if matter.grid is None:
        return method | {"granularity": "none", "place_method": "none"}
    grid = matter.grid
    place: dict[str, object] = {
        "grid_id": city.grids[grid], "village_id": city.villages[grid // 2],
        "town_id": city.towns[grid // 4], "county_id": city.counties[grid // 8],
        "granularity": "point" if matter.pointed else "grid",
    }  # fmt: skip
    if matter.pointed:
        lon, lat = 120.0 + grid // 4 * 0.1 + grid % 2 * 0.05, 28.0 + grid // 2 % 2 * 0.1
        place["point"] = f"SRID=4490;POINT({lon + 0.01 + matter.number % 30 / 1000} {lat + 0.05})"
    return {**method, **place}


def _add_duty(connection: Connection, city: City) -> None:
    leaders = [_one(connection, "leader", post=f"副市长{n}", name=f"某{n}") for n in range(2)]
    county_units = [
        connection.execute(text("SELECT id FROM unit WHERE area_id = :area"), {"area": area}).scalar_one()
        for area in city.counties[:2]
    ]
    for state, since, until in (
        ("published", date(2024, 1, 1), None),
        ("draft", date(2025, 1, 1), None),
    ):
        plan = _one(connection, "coverage_plan", name=f"{state}方案", state=state, valid_from=since,
                    valid_to=until, created_by="test")  # fmt: skip
        for unit, leader in zip((*county_units, city.units[0]), (*leaders, leaders[0]), strict=True):
            _one(connection, "assignment", plan_id=plan, unit_id=unit, leader_id=leader, kind="lead", cases=3)
    _add_planning(connection, city, county_units, leaders)
    _add_rectification(connection, city, county_units)
    _one(connection, "tour", name="轮播", principal="test",
         scenes='[{"shows": "wall", "query": "?layers=density", "seconds": 20}]')  # fmt: skip
    _one(connection, "service_station", name="代办站", town_id=city.towns[0], batch_id=city.batch)
    point = _one(connection, "service_point", name="代办点", village_id=city.villages[0], handled=9,
                 resolved=7, location="SRID=4490;POINT(120.02 28.02)", batch_id=city.batch)  # fmt: skip
    connection.execute(
        text("INSERT INTO service_headcount (point_id, kind, count) VALUES (:p, 'cadre', 2)"), {"p": point}
    )
    _one(
        connection, "gazetteer_entry", kind="road", name="人民路", area_id=city.towns[0], batch_id=city.batch
    )


def _add_planning(connection: Connection, city: City, county_units: list[int], leaders: list[int]) -> None:
    """Add what planners and the worker keep: a bar, rules, steps, workloads, patches, runs."""
    draft = connection.execute(text("SELECT id FROM coverage_plan WHERE state = 'draft'")).scalar_one()
    _one(connection, "plan_rule", plan_id=draft, kind="pin", unit_id=county_units[0])
    _one(connection, "plan_step", plan_id=draft, kind="propose", words="密", principal="test")
    _one(connection, "leader_bar", leader_id=leaders[0], unit_id=county_units[1], reason="recusal",
         valid_from=date(2024, 1, 1), principal="test")  # fmt: skip
    for name in ("planner", "approver", "leader", "bureau"):
        _one(connection, "planning_run", kind="coverage", status="done", principal=city.who[name].id,
             asked="{}", ended_at=TODAY)  # fmt: skip
    patches = _one(connection, "patch_plan", town_id=city.towns[0], name="分工", state="draft",
                   created_by="test")  # fmt: skip
    for sql in (
        "INSERT INTO unit_workload SELECT id, now(), 9, 3, 2 FROM unit",
        "INSERT INTO area_workload SELECT id, now(), 9, 3, 20 FROM area WHERE level IN ('village', 'grid')",
        "INSERT INTO patch_assignment SELECT :patches, id, NULL FROM area WHERE level = 'grid'",
        "INSERT INTO travel_time SELECT a.id, b.id, 7, :batch FROM area a, area b"
        " WHERE a.level = 'village' AND b.level = 'village'",
    ):
        connection.execute(text(sql), {"patches": patches, "batch": city.batch})


def _add_rectification(connection: Connection, city: City, county_units: list[int]) -> None:
    """Add a rule; and of departments and counties listings, sums and cases."""
    quarter = f"{TODAY.year}Q{(TODAY.month + 2) // 3}"
    _one(connection, "clock_rule", jurisdiction="test", clock="test", days=60, starts="{accepted}",
         stops="{replied}", valid_from=date(2022, 5, 1), source="test", counting="natural",
         tracks="{ordinary}", purposes="{claim}", voids="{}", extension_days=30, pausable=True,
         rolling="none", window=False, soon_days=7, nth=1)  # fmt: skip
    for rank, unit in enumerate((*city.units[:2], *county_units), 1):
        listing = _one(connection, "listing", unit_id=unit, quarter=quarter, state="listed", rank=rank,
                       score=70.0, reason="积案", batch_id=city.batch)  # fmt: skip
        _one(connection, "listing_step", listing_id=listing, kind="list", on_day=TODAY, principal="test")
        case = _one(connection, "supervision_case", procedure="suggestion", version=1, unit_id=unit, 
                    opened_on=TODAY, opened_by="test")  # fmt: skip
        _one(
            connection,
            "supervision_step",
            case_id=case,
            step="reply_suggestion",
            done_on=TODAY,
            principal="test",
        )
        connection.execute(
            text("INSERT INTO indicator_sum VALUES (:unit, '2026-01-01', 'test', 1, 3, 9)"), {"unit": unit}
        )


def _add_jobs(connection: Connection, city: City) -> None:
    for name in ("clerk", "other_clerk"):
        _one(connection, "job", kind="petitions", payload=json.dumps({"file_name": f"{SEALED}{name}.csv"}),
             principal=city.who[name].id, state="done", batch_id=city.batch)  # fmt: skip
    _one(connection, "import_finding", batch_id=city.batch, code="date_unreadable", severity="refused", row=3,
         column="登记日期", original="三月", facts="{}")  # fmt: skip


def _areas(connection: Connection, level: str) -> tuple[int, ...]:
    found = connection.execute(
        text("SELECT id FROM area WHERE level = :level AND kind = 'regular' ORDER BY code"), {"level": level}
    )
    return tuple(found.scalars())


def _one(connection: Connection, table: str, **values: object) -> int:
    """Insert one row and return its id, whatever the types: as text that PostgreSQL reads."""
    names = ", ".join(f'"{name}"' for name in values)
    marks = ", ".join(f":{name}" for name in values)
    made = connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({marks}) RETURNING id"), values)
    return int(made.scalar_one())


def readable(connection: Connection, group: str) -> dict[str, tuple[str, ...]]:
    """Return the columns that a database role may read at all, by table."""
    rows = connection.execute(
        text(
            "SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum) FROM pg_class c"
            " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
            " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')"
            " AND c.relname NOT IN ('spatial_ref_sys', 'geometry_columns', 'geography_columns')"
            " AND has_column_privilege(CAST(:group AS name), c.oid, a.attnum, 'SELECT') GROUP BY 1 ORDER BY 1"
        ),
        {"group": group},
    )
    return {table: tuple(columns) for table, columns in rows}


def digests(connection: Connection, principal: Principal) -> dict[str, tuple[int, str | None]]:
    """Return how many rows of each table a principal reads, and a digest of all that is in them.

    The connection is a superuser's, in a transaction that the caller rolls back.
    """
    columns = readable(connection, GROUPS[principal.role])
    become(connection, principal)
    found = {}
    for table, names in columns.items():
        row = connection.execute(
            text(
                f"SELECT count(*), md5(string_agg(r::text, '|' ORDER BY r::text)) FROM"
                f' (SELECT {", ".join(chr(34) + name + chr(34) for name in names)} FROM "{table}") r'
            )
        ).one()
        found[table] = (int(row[0]), row[1])
    return found


def become(connection: Connection, principal: Principal) -> None:
    """Make a transaction a principal's, as ``data.sessions`` does."""
    connection.execute(
        text("SELECT set_config('fengtu.token', :token, true), set_config('role', :role, true)"),
        {"token": hash_of(principal).hex() if principal.token else "", "role": GROUPS[principal.role]},
    )


def hash_of(principal: Principal) -> bytes:
    """Return what the database keeps of a principal's token."""
    return hashlib.sha256((principal.token or "").encode()).digest()


TABLES = frozenset(models.Base.metadata.tables)
