"""Matters follow the boundaries: an edition counts those that were there before it, where that is certain."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from data import cluster
from data.access.roles import SERVER
from data.intake.run import run_import
from data.sessions import reading
from grid.audits import Action
from grid.findings import ImportKind
from grid.principals import COMMAND_LINE, Role
from tests.storage.written_audit import audit_rows

BOUNDARIES, PETITIONS = ImportKind.BOUNDARIES, ImportKind.PETITIONS
HEAD = ["信访件编号", "信访目的", "登记日期", "问题属地", "经度", "纬度", "坐标系", "区划代码"]
CITY = {
    "county": [("990101", "云岭县", 0, 0.2), ("990102", "临江区", 0.2, 0.2)],
    "town": [(f"99010{1 + i // 2}{'100' if i % 2 else '001'}", f"第{i}镇", i * 0.1, 0.1) for i in range(4)],
    "village": [
        (f"99010{1 + i // 4}{'100' if i // 2 % 2 else '001'}00{1 + i % 2}", f"第{i}村", i * 0.05, 0.05)
        for i in range(8)
    ],
    "grid": [("990101001001001", "第一网格", 0, 0.05), ("990102100002001", "末网格", 0.35, 0.05)],
}
"""(code, name, degrees east of 120°, width); all areas are 0.2° high from 28° north."""
PLACES = """
SELECT matter_no, c.code, t.code, v.code, g.code, f.code, place_status, granularity, place_reasons
FROM petition p
LEFT JOIN area c ON c.id = county_id LEFT JOIN area t ON t.id = town_id LEFT JOIN area v ON v.id = village_id
LEFT JOIN area g ON g.id = grid_id LEFT JOIN area f ON f.id = functional_id ORDER BY 1
"""
IN_FORCE = """
SELECT matter_no, a.code, a.valid_to IS NULL FROM petition p
JOIN area a ON a.id = {column} ORDER BY 1
"""


def area(code, name, x, width, *, y=0.0, height=0.2, **more):
    west, south, east, north = (round(v, 9) for v in (120 + x, 28 + y, 120 + x + width, 28 + y + height))
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": {"code": code, "name": name, **more}, "geometry": geometry}


ZONE = area("990171", "枫溪经济开发区", 0.18, 0.04, y=0.02, height=0.04, kind="functional")


def at(number, lon, lat, day="2026-02-01"):
    return [number, "申诉求决", day, "", lon, lat, "CGCS2000", ""]


def coded(number, code, day="2026-02-01"):
    return [number, "申诉求决", day, "", "", "", "", code]


def rows(engine, statement):
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


def found(report, code):
    return next((finding.facts for finding in report.findings if finding.code == code), None)


@pytest.fixture
def bring(engine, write_boundaries, write_csv):
    """Return functions that import into an empty database: boundaries of a level, and matters."""

    def boundaries(level, features=None, **options):
        whole = [area(*said) for said in CITY.get(level, ())] + [ZONE] * (level == "county")
        path = write_boundaries(whole if features is None else features)
        return run_import(engine, COMMAND_LINE, BOUNDARIES, path, options={"level": level, **options})

    def matters(*lines):
        report = run_import(engine, COMMAND_LINE, PETITIONS, write_csv([HEAD, *lines]), options={})
        assert report.refused == 0, report.findings
        return report

    return boundaries, matters


MATTERS = (
    at("P1", 120.031, 28.051),
    at("P2", 120.191, 28.031),  # in the functional area
    at("P3", 120.2, 28.151),  # on the border of the counties
    at("P4", 120.399, 28.199),
)


def test_levels_that_come_after_the_matters_count_them_as_those_before_do(bring, engine, new_database):
    boundaries, matters = bring
    boundaries("village")
    matters(*MATTERS, coded("V1", "990102001001"))
    for level in ("grid", "county", "town"):
        boundaries(level)
    later = rows(engine, PLACES)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM petition"))
        connection.execute(text("UPDATE import_batch SET superseded = true"))
    matters(*MATTERS, coded("V1", "990102001001"))
    assert later == rows(engine, PLACES)
    assert [(row[0], row[1], row[5]) for row in later] == [
        ("P1", "990101", None),
        ("P2", "990101", "990171"),
        ("P3", "990101", None),
        ("P4", "990102", None),
        ("V1", "990102", None),
    ]


def test_the_report_says_how_many_were_placed_and_how_many_moved(bring):
    boundaries, matters = bring
    boundaries("county")
    matters(*MATTERS, coded("C1", "990101"))
    assert boundaries("town").figures.items() >= {("matters_placed", 4)}
    again = boundaries("town", [area("990101001", "东山街道", 0, 0.4)])
    assert again.figures.items() >= {("matters_moved", 4)}
    assert "matters_moved" not in boundaries("city", [area("990100", "市", 0, 1)]).figures


def test_a_point_goes_to_the_area_that_holds_it_now_and_not_to_the_one_of_its_name(bring, engine):
    boundaries, matters = bring
    boundaries("county")
    matters(*MATTERS, coded("C1", "990101"), coded("C2", "990102"))
    swapped = [
        area("990102", "临江区", 0, 0.1),
        area("990103", "新县", 0.1, 0.3),
    ]
    boundaries("county", swapped)
    assert rows(engine, PLACES) == [
        ("C1", "990101", None, None, None, None, "review", "county", ["area_replaced"]),
        ("C2", "990102", None, None, None, None, "accepted", "county", []),
        ("P1", "990102", None, None, None, None, "accepted", "point", []),
        *(
            (number, "990103", None, None, None, None, "accepted", "point", [])
            for number in ("P2", "P3", "P4")
        ),
    ]
    in_force = [(number, now) for number, _, now in rows(engine, IN_FORCE.format(column="county_id"))]
    assert in_force == [("C1", False), *((number, True) for number in ("C2", "P1", "P2", "P3", "P4"))]


def test_a_point_in_a_gap_keeps_its_wider_area_and_one_outside_all_goes_to_review(bring, engine):
    boundaries, matters = bring
    boundaries("county")
    matters(at("P1", 120.031, 28.051), at("P4", 120.399, 28.199))
    boundaries("grid", [area("990101001001001", "第1网格", 0, 0.1)])
    boundaries("grid", [area("990101001001001", "第1网格", 0.04, 0.1)])
    assert [row[4:8:2] for row in rows(engine, PLACES)] == [(None, "accepted"), (None, "accepted")]
    boundaries("county", [area("990101", "云岭县", 0, 0.2)])
    assert [(row[1], row[6], row[8]) for row in rows(engine, PLACES)] == [
        ("990101", "accepted", []),
        ("990102", "review", ["area_replaced"]),
    ]


def test_a_file_without_a_day_is_a_correction_and_takes_all_matters_along(bring, engine):
    boundaries, matters = bring
    boundaries("county")
    matters(at("OLD", 120.031, 28.051, "2019-03-01"), coded("OLDER", "990101", "2018-03-01"))
    wider = [area("990101", "云岭县", 0, 0.25)]
    report = boundaries("county", wider)
    assert found(report, "edition_replaced")["moved"] == 2
    assert found(report, "matters_left") is None
    assert [now for *_, now in rows(engine, IN_FORCE.format(column="county_id"))] == [True, True]


def test_with_a_day_earlier_matters_stay_and_the_report_says_how_many(bring, engine):
    boundaries, matters = bring
    boundaries("county")
    matters(at("NEW", 120.031, 28.051, "2026-07-01"), at("OLD", 120.031, 28.051, "2026-06-30"))
    wider = [area("990101", "云岭县", 0, 0.25)]
    report = boundaries("county", wider, valid_from="2026-07-01")
    assert found(report, "matters_left") == {"count": 1, "day": "2026-07-01"}
    spans = [("NEW", "990101", True), ("OLD", "990101", False)]
    assert rows(engine, IN_FORCE.format(column="county_id")) == spans
    boundaries("county", [area("990101", "云岭县", 0, 0.26)])
    assert rows(engine, IN_FORCE.format(column="county_id")) == spans


def test_the_correction_of_a_mistaken_edition_brings_matters_back_from_review(bring, engine):
    boundaries, matters = bring
    boundaries("county")
    matters(coded("C1", "990101"), coded("C2", "990102"))
    before = rows(engine, PLACES)
    boundaries("county", [area("990101", "云领县", 0, 0.4)])
    assert {row[6] for row in rows(engine, PLACES)} == {"review"}
    boundaries("county")
    assert rows(engine, PLACES) == before
    assert all(now for *_, now in rows(engine, IN_FORCE.format(column="county_id")))


def test_a_corrected_code_moves_its_matter(bring, engine):
    boundaries, matters = bring
    for level in CITY:
        boundaries(level)
    matters(coded("A", "990101001001"), coded("B", "990101999999"), [*at("C", 120.031, 28.05)[:-1], "990102"])
    assert [row[6] for row in rows(engine, PLACES)] == ["accepted", "unmatched", "review"]
    corrected = (coded("A", "990102100"), coded("B", "990101001"), [*at("C", 120.031, 28.05)[:-1], "990101"])
    assert matters(*corrected).figures["updated"] == 3
    assert [(row[2], row[6]) for row in rows(engine, PLACES)] == [
        ("990102100", "accepted"),
        ("990101001", "accepted"),
        ("990101001", "accepted"),
    ]
    with engine.begin() as connection:
        connection.execute(text("UPDATE import_batch SET superseded = true"))
    assert matters(*corrected).figures["unchanged"] == 3


def test_the_same_codes_after_new_boundaries_are_no_correction(bring, engine):
    boundaries, matters = bring
    boundaries("county")
    lines = (coded("A", "990101", "2026-01-01"), coded("B", "990102", "2026-01-01"))
    matters(*lines)
    boundaries("county", [area("990101", "云岭县", 0, 0.4)], valid_from="2026-07-01")
    before = rows(engine, PLACES)
    with engine.begin() as connection:
        connection.execute(text("UPDATE import_batch SET superseded = true"))
    assert matters(*lines).figures["unchanged"] == 2
    assert rows(engine, PLACES) == before


def _seen(server, principal):
    with reading(server, principal) as session:
        return sorted(session.execute(text("SELECT matter_no FROM petition")).scalars())


def _id_of(engine, code):
    return rows(engine, f"SELECT id FROM area WHERE code = '{code}' AND valid_to IS NULL")[0][0]


GRID_CODES = [code for code, *_ in CITY["grid"]]


def test_who_answers_for_an_area_goes_on_with_its_successor(bring, engine, sign_in, login_as):
    """Ids change with every edition: a scope left behind would show its account nothing more, silently."""
    boundaries, matters = bring
    for level in ("county", "town", "village", "grid"):
        boundaries(level)
    matters(coded("M1", GRID_CODES[0]), coded("M2", GRID_CODES[1]))
    worker, other = (sign_in(engine, Role.WORKER, areas=[_id_of(engine, code)]) for code in GRID_CODES)
    town = sign_in(engine, Role.TOWN, areas=[_id_of(engine, "990101001")])
    county = sign_in(engine, Role.TOWN, areas=[_id_of(engine, "990102")])
    server = login_as(engine, SERVER)
    before = [_seen(server, who) for who in (worker, other, town, county)]
    assert before == [["M1"], ["M2"], ["M1"], ["M2"]]
    for level in ("grid", "town", "county"):
        again = [area(*said) for said in reversed(CITY[level])] + [ZONE] * (level == "county")
        report = boundaries(level, again, valid_from="2026-03-01")
        assert found(report, "scopes_lost") is None
    matters(*(coded(f"N{i}", code, "2026-04-01") for i, code in enumerate(GRID_CODES)))
    assert _seen(server, worker) == ["M1", "N0"]
    assert _seen(server, other) == ["M2", "N1"]
    assert _seen(server, town) == ["M1", "N0"]
    assert _seen(server, county) == ["M2", "N1"]
    audited = [row for row in audit_rows(engine) if row.action == Action.ACCOUNT_SCOPE]
    assert [(row.principal, row.role, row.facts) for row in audited] == [
        ("command-line", "admin", {"id": who.id, "areas": [code]})
        for who, code in [
            (worker, GRID_CODES[0]), (other, GRID_CODES[1]), (town, "990101001"), (county, "990102"),
        ]
    ]  # fmt: skip


def test_a_scope_without_a_successor_is_told_and_not_widened(bring, engine, sign_in, login_as):
    boundaries, matters = bring
    boundaries("grid")
    matters(coded("M1", GRID_CODES[0]), coded("M2", GRID_CODES[1]))
    worker = sign_in(engine, Role.WORKER, areas=[_id_of(engine, code) for code in GRID_CODES])
    renamed = area(GRID_CODES[0], "另一网格", 0, 0.4)
    report = boundaries("grid", [renamed, area(*CITY["grid"][1])], valid_from="2026-03-01")
    assert found(report, "scopes_lost") == {"count": 1}
    matters(*(coded(f"N{i}", code, "2026-04-01") for i, code in enumerate(GRID_CODES)))
    assert _seen(login_as(engine, SERVER), worker) == ["M1", "M2", "N1"]
    (audited,) = [row for row in audit_rows(engine) if row.action == Action.ACCOUNT_SCOPE]
    assert audited.facts == {"id": worker.id, "areas": [GRID_CODES[1]], "areas_lost": [GRID_CODES[0]]}


def test_the_importer_can_widen_no_scope(bring, engine, sign_in, login_as):
    boundaries, _ = bring
    for level in ("county", "grid"):
        boundaries(level)
    own, other = (_id_of(engine, code) for code in GRID_CODES)
    worker = sign_in(engine, Role.WORKER, areas=[own])
    owner = login_as(engine, cluster.OWNER)
    for successor in (other, _id_of(engine, "990101"), own):
        for closed in (False, True):
            with engine.connect() as connection:
                if closed:
                    connection.execute(text(f"UPDATE area SET valid_to = valid_from WHERE id = {own}"))
                given = f"access.follow_scopes(ARRAY[{own}], ARRAY[{successor}], 'x')"
                connection.execute(text(f"SELECT * FROM {given}"))
                connection.commit()
    scopes = "SELECT area_id FROM account_scope s JOIN account a ON a.id = account_id WHERE public_id = :id"
    with owner.connect() as connection:
        assert connection.execute(text(scopes), {"id": worker.id}).scalars().all() == [own]
