"""The service network out of the database: equal to its summary, measured by an oracle, taken in alike."""

from __future__ import annotations

import csv
import io
from datetime import date
from itertools import pairwise
from statistics import median
from typing import Any

import pytest
from openpyxl import load_workbook
from pyproj import Geod
from sqlalchemy import Engine, text

from data.access import roles
from data.reads import city, service, service_network
from data.sessions import reading
from data.store import PostgisStore
from grid.areas import AreaKind, Level
from grid.findings import ImportKind, Severity
from grid.principals import COMMAND_LINE, Role
from grid.refusals import Refused
from grid.service import DISTANCE_STEPS_M, PointState
from grid.service_lists import ServiceColumn, ServiceList, ServiceQuestion
from layers.words import say

HEAD = ["区划代码", "代办站", "代办点", "经度", "纬度", "村干部", "办理数", "化解数", "统计起", "统计止",
        "服务时间", "代办站服务时间", "最近办理日期"]  # fmt: skip
ROWS = [
    ["990101001001", "东山站", "一点", 120.05, 28.05, 2, 5, 4, "2026-01-01", "2026-08-31", "周一", "全天",
     "2026-08-20"],
    ["990101001001", "东山站", "二点", "", "", 1, 0, 0, "2026-01-01", "2026-08-31", "周二", "", ""],
    ["990101001002", "东山站", "三点", "", "", 1, 3, 1, "2026-01-01", "2026-08-31", "周三", "", ""],
    ["990102100002", "=站", "=四点", 120.35, 28.15, 1, 2, 2, "2026-01-01", "2026-08-31",
     "电话13800138000", "", "2026-02-01"],
    ["990101100", "双石站", "", "", "", "", "", "", "", "", "工作日", "", ""],
]  # fmt: skip
UNLOCATED = "990101001002"


def words(key: str, **facts: object) -> str:
    return say(key, **facts)


def rows(engine: Engine, statement: str) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


@pytest.fixture
def served(small_city: Engine, take_in, write_csv) -> Engine:
    report = take_in(ImportKind.SERVICE_POINTS, write_csv([HEAD, *ROWS]))
    assert report.refused == 0
    return small_city


def read(engine: Engine, within: int | None = None):
    with reading(engine, COMMAND_LINE) as session:
        return service_network.network(session, within)


def ids_of(engine: Engine, level: Level) -> dict[str, int]:
    with reading(engine, COMMAND_LINE) as session:
        return {area.code: area.id for area in city.areas(session, level)}


# Intake


def test_hours_and_last_days_are_taken_in_and_a_number_among_them_is_not(served: Engine) -> None:
    assert rows(served, "SELECT name, hours, last_handled_on FROM service_point ORDER BY id") == [
        ("一点", "周一", date(2026, 8, 20)), ("二点", "周二", None), ("三点", "周三", None),
        ("=四点", "电话***", date(2026, 2, 1)),
    ]  # fmt: skip
    stations = rows(served, "SELECT name, hours FROM service_station ORDER BY name")
    assert stations == [("=站", ""), ("东山站", "全天"), ("双石站", "工作日")]


def test_a_second_import_changes_what_it_speaks_of_and_nothing_else(
    served: Engine, take_in, write_csv
) -> None:
    whole = "SELECT to_jsonb(s) - 'batch_id' FROM service_point s ORDER BY id"
    before = (
        rows(served, whole),
        rows(served, "SELECT to_jsonb(s) - 'batch_id' FROM service_station s ORDER BY id"),
    )
    take_in(ImportKind.SERVICE_POINTS, write_csv([HEAD, *ROWS[::-1]], "again.csv"))
    short = [row[:10] for row in [HEAD, *ROWS[:4]]]
    take_in(ImportKind.SERVICE_POINTS, write_csv(short, "without.csv"))
    assert (
        rows(served, whole),
        rows(served, "SELECT to_jsonb(s) - 'batch_id' FROM service_station s ORDER BY id"),
    ) == before
    emptied = [*ROWS[0][:10], "", "", ""]
    take_in(ImportKind.SERVICE_POINTS, write_csv([HEAD, emptied], "emptied.csv"))
    assert rows(served, "SELECT hours, last_handled_on FROM service_point WHERE name = '一点'") == [
        ("", None)
    ]
    assert rows(served, "SELECT hours FROM service_station WHERE name = '东山站'") == [("全天",)]


@pytest.mark.parametrize(
    ("last", "handled", "expected"),
    [
        ("2999-01-01", 1, ("date_in_future", Severity.REFUSED)),
        ("不知道", 1, ("date_unreadable", Severity.REFUSED)),
        ("2025-12-31", 1, ("last_day_and_count_differ", Severity.REVIEW)),
        ("2026-05-01", 0, ("last_day_and_count_differ", Severity.REVIEW)),
    ],
)
def test_a_last_day_that_cannot_be_is_named(take_in, write_csv, last, handled, expected) -> None:
    row = [*ROWS[0][:6], handled, 0, "2026-01-01", "2026-08-31", "", "", last]
    report = take_in(ImportKind.SERVICE_POINTS, write_csv([HEAD, row]))
    assert (*expected, 2, "最近办理日期") in [
        (one.code, one.severity, one.row, one.column) for one in report.findings
    ]


def test_stations_whose_hours_differ_are_asked_about(take_in, write_csv) -> None:
    other = [*ROWS[2][:11], "上午", ""]
    report = take_in(ImportKind.SERVICE_POINTS, write_csv([HEAD, ROWS[0], other]))
    assert "hours_differ" in {one.code for one in report.findings}


# Reading


def test_states_are_those_of_the_reports(served: Engine) -> None:
    network = read(served)
    assert network.as_of == date(2026, 8, 31)
    assert {point.name: point.state for point in network.points} == {
        "一点": PointState.ACTIVE, "二点": PointState.SILENT, "三点": PointState.UNKNOWN,
        "=四点": PointState.SILENT,
    }  # fmt: skip
    assert network.states == {PointState.ACTIVE: 1, PointState.SILENT: 2, PointState.UNKNOWN: 1}


def test_distances_are_those_on_the_ellipsoid(served: Engine) -> None:
    """Against pyproj's geodesic, which knows nothing of any projection."""
    geod, network = Geod(ellps="GRS80"), read(served)
    spots = {"一点": (120.05, 28.05), "=四点": (120.35, 28.15)}
    for village in network.villages:
        far = {name: geod.inv(village.lon, village.lat, *spot)[2] for name, spot in spots.items()}
        if village.code == UNLOCATED:
            assert (village.points, village.distance_m) == (1, None), "its own point has no location"
            continue
        assert village.nearest == min(far, key=far.__getitem__)
        assert village.distance_m == pytest.approx(min(far.values()), rel=3e-4, abs=0.2)
    assert (network.village_distances.n, network.village_distances.unknown) == (7, 1)
    assert {village.code for village in network.unserved} == {
        village.code for village in network.villages
    } - {"990101001001", "990101001002", "990102100002"}


def test_grids_of_a_village_whose_points_have_no_location_are_unknown_as_it_is(served: Engine) -> None:
    """By an oracle on the ellipsoid: never a stranger's point, also where the city has located ones."""
    geod, spots = Geod(ellps="GRS80"), [(120.05, 28.05), (120.35, 28.15)]
    grids = rows(
        served,
        "SELECT v.code, ST_X(g.label), ST_Y(g.label) FROM area g JOIN area v ON v.id = g.parent_id"
        " WHERE g.level = 'grid' AND g.valid_to IS NULL",
    )
    known = [min(geod.inv(x, y, *spot)[2] for spot in spots) for code, x, y in grids if code != UNLOCATED]
    told = read(served).grid_distances
    assert (told.n, told.unknown) == (14, 2) == (len(known), len(grids) - len(known))
    ends = [0.0, *DISTANCE_STEPS_M, float("inf")]
    assert told.counts == tuple(sum(a < far <= b for far in known) for a, b in pairwise(ends))
    assert told.median_m == pytest.approx(median(known), rel=3e-4)
    assert told.most_m == pytest.approx(max(known), rel=3e-4)
    town = read(served, ids_of(served, Level.TOWN)["990101001"]).grid_distances
    assert town.unknown == 2
    with served.begin() as connection:
        connection.execute(
            text("UPDATE service_point SET location = (SELECT label FROM area WHERE id = village_id)")
        )
    assert (read(served).grid_distances.n, read(served).grid_distances.unknown) == (16, 0)


def test_without_any_location_every_distance_is_unknown(served: Engine) -> None:
    with served.begin() as connection:
        connection.execute(text("UPDATE service_point SET location = NULL"))
    network = read(served)
    assert {village.distance_m for village in network.villages} == {None}
    assert (network.village_distances.n, network.grid_distances.n) == (0, 0)
    assert network.grid_distances.unknown == 16


def equal_to_summaries(engine: Engine) -> int:
    """Compare every network, its lists and its parts with ``service.summary``; returns how many areas."""
    with reading(engine, COMMAND_LINE) as session:
        areas = [area for level in (Level.COUNTY, Level.TOWN) for area in city.areas(session, level)]
        for within in (None, *areas):
            network = service_network.network(session, within and within.id)
            told = service.summary(session, within and within.id)
            assert network.summary == told
            assert len(network.villages) == told.villages
            assert len(network.unserved) == told.villages_without_point
            assert len(network.points) == told.points == sum(network.states.values())
            assert sum(point.agents for point in network.points) == told.agents
            for part in network.parts:
                same = service.summary(session, part.area.id)
                assert part.summary == same, part.area.name
            if network.parts:
                assert sum(part.summary.handled for part in network.parts) == told.handled
                assert (
                    sum(part.states[PointState.SILENT] for part in network.parts)
                    == (network.states[PointState.SILENT])
                )
        return len(areas)


def test_numbers_are_those_of_the_summary_in_every_area(served: Engine) -> None:
    assert equal_to_summaries(served) == 7


def test_parts_are_counties_then_towns_then_none(served: Engine) -> None:
    counties, towns = ids_of(served, Level.COUNTY), ids_of(served, Level.TOWN)
    assert [part.area.code for part in read(served).parts] == ["990101", "990102"]
    county = read(served, counties["990101"])
    assert [part.area.code for part in county.parts] == ["990101001", "990101100"]
    assert read(served, towns["990101001"]).parts == ()
    assert [area.code for area in read(served, towns["990101001"]).path] == ["990101", "990101001"]
    assert county.bounds == pytest.approx((120.0, 28.0, 120.2, 28.2))
    functional = read(served, counties["990171"])
    assert functional.within is not None
    assert functional.within.kind is AreaKind.FUNCTIONAL
    assert functional.parts == ()
    with pytest.raises(Refused, match="area_unknown"):
        read(served, 10**9)


def test_an_empty_city_and_one_without_points_answer(engine: Engine, small_city: Engine) -> None:
    assert read(engine).villages == ()
    network = read(small_city)
    assert (len(network.villages), network.points, network.village_distances.unknown) == (8, (), 8)


def test_the_demo_shows_every_state_and_villages_without_a_point(demo_engine: Engine) -> None:
    network = read(demo_engine)
    assert all(network.states[state] > 0 for state in PointState)
    assert len(network.unserved) > 50
    assert any(point.hours for point in network.points)
    assert network.summary == sum_of(demo_engine)


def sum_of(engine: Engine):
    with reading(engine, COMMAND_LINE) as session:
        return service.summary(session, None)


# Desk and files


def test_readers_are_those_that_are_declared(served: Engine, sign_in, login_as) -> None:
    store = PostgisStore(login_as(served, roles.SERVER))
    for role in Role:
        desk = store.service(sign_in(served, role))
        if role in {Role.LEADER, Role.BUREAU, Role.APPROVER, Role.PLANNER, Role.CLERK, Role.WORKER}:
            assert len(desk.network().points) == 4, role
        else:
            with pytest.raises(Exception, match=r"denied|not_allowed"):
                desk.network()


def test_files_hold_what_the_page_lists_without_formulas_and_leave_a_trace(
    served: Engine, sign_in, login_as
) -> None:
    desk = PostgisStore(login_as(served, roles.SERVER)).service(sign_in(served, Role.BUREAU))
    question = ServiceQuestion(None, ServiceList.POINTS, ServiceColumn.AREA, descending=False)
    sheet = load_workbook(io.BytesIO(desk.export(question, words, as_csv=False))).active
    table = [[cell.value for cell in row] for row in sheet.iter_rows()]
    plain = list(csv.reader(io.StringIO(desk.export(question, words, as_csv=True).decode("utf-8-sig"))))
    assert [row[4] for row in table] == ["代办点", "一点", "二点", "三点", "'=四点"]
    assert [row[4] for row in plain] == [row[4] for row in table]
    assert [row[5] for row in plain[1:]] == ["有代办", "沉默", "不详", "沉默"]
    owner = login_as(served, "postgres")
    (first, second) = rows(owner, "SELECT role, facts FROM audit WHERE action = 'service.export'")
    assert first == second == ("bureau", {"listed": "points", "count": 4})
    for listed in ServiceList:
        sort, descending = {"parts": (ServiceColumn.AREA, False)}.get(listed, (ServiceColumn.AREA, True))
        made = ServiceQuestion(None, listed, sort, descending)
        lines = list(csv.reader(io.StringIO(desk.export(made, words, as_csv=True).decode("utf-8-sig"))))
        assert {len(line) for line in lines} == {len(lines[0])}, "as many cells as heads"
