"""Editions follow each other with what they share, and one taken back leaves no trace but the audit."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from data.access.roles import SERVER
from data.intake.run import run_import
from data.reads import editions as reads
from data.sessions import reading
from data.store import PostgisStore
from data.writes.editions import roll_back
from grid.areas import Level
from grid.audits import Action
from grid.findings import ImportKind
from grid.principals import COMMAND_LINE, Role
from grid.refusals import Refused
from tests.storage.conftest import cell, city_features, feature, write_features
from tests.storage.written_audit import audit_rows

BOUNDARIES = ImportKind.BOUNDARIES
KEPT_ROWS = (
    "audit audit_head data_version derived_state import_batch import_finding import_row job login_session"
    " spatial_ref_sys"
)
"""Tables that tell of what happened, or are made anew by a publication: with ``published_`` ones."""
HEAD = ["信访件编号", "信访目的", "登记日期", "问题属地", "经度", "纬度", "坐标系", "区划代码"]


@pytest.fixture
def world(login_as):
    """Return a function that reads every table but those that tell what happened, row by row."""
    return lambda engine: _read_all(login_as(engine, "postgres"))


def _read_all(root):
    with root.connect() as connection:
        tables = connection.scalars(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        ).all()
        return {
            table: sorted(connection.scalars(text(f"SELECT (to_jsonb(t) - 'changed')::text FROM {table} t")))
            for table in tables
            if table not in KEPT_ROWS.split() and not table.startswith(("published_", "alembic"))
        }


def differing(before, after):
    return {
        table: (
            sorted(set(before[table]) - set(after[table])),
            sorted(set(after[table]) - set(before[table])),
        )
        for table in before
        if before[table] != after[table]
    }


def lonlat(number, lon, lat, day="2026-02-01"):
    return [number, "申诉求决", day, "", lon, lat, "CGCS2000", ""]


def coded(number, code, day="2026-02-01"):
    return [number, "申诉求决", day, "", "", "", "", code]


@pytest.fixture
def bring(write_csv, tmp_path):
    """Return functions that import boundaries and matters into any engine."""

    def boundaries(engine, level, features, **options):
        path = write_features(tmp_path / "areas.geojson", features)
        return run_import(engine, COMMAND_LINE, BOUNDARIES, path, options={"level": level, **options})

    def matters(engine, *lines):
        path = write_csv([HEAD, *lines])
        report = run_import(engine, COMMAND_LINE, ImportKind.PETITIONS, path, options={})
        assert report.refused == 0, report.findings

    return boundaries, matters


LINES = (
    lonlat("P1", 120.031, 28.051),
    lonlat("P2", 120.191, 28.031),
    lonlat("P3", 120.2, 28.151),
    lonlat("P4", 120.399, 28.199, "2025-03-01"),
    coded("C1", "990101001"),
    coded("C2", "990102100"),
    coded("C3", "990102"),
)
TOWNS = [
    ("990101001", "东山街道"),
    ("990101100", "双石镇"),
    ("990102001", "江口街道"),
    ("990102100", "双石镇"),
]


@st.composite
def town_editions(draw):
    """Towns side by side: some merged, renamed, recoded or left out, borders moved, day given or not."""
    edges = [0.0, *sorted(draw(st.sets(st.sampled_from([0.05, 0.1, 0.15, 0.2, 0.25, 0.3]), max_size=4))), 0.4]
    names = draw(st.permutations([*TOWNS, ("990101009", "新镇"), ("990101001", "改名镇")]))
    chosen = dict(names)
    pairs = list(chosen.items())[: len(edges) - 1]
    features = [
        feature(code, name, cell(west, 0, round(east - west, 9), 0.2))
        for (code, name), west, east in zip(pairs, edges, edges[1:], strict=False)
    ]
    day = draw(st.sampled_from([{}, {"valid_from": "2026-01-01"}, {"valid_from": "2025-01-01"}]))
    return features, day


def test_every_table_is_as_before_once_an_edition_is_rolled_back(bring, small_city, sign_in, world):
    boundaries, matters = bring
    matters(small_city, *LINES)
    with small_city.connect() as connection:
        town = connection.scalar(text("SELECT id FROM area WHERE code = '990101001'"))
    sign_in(small_city, Role.TOWN, areas=[town])

    @settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(town_editions(), st.booleans())
    def check(edition, twice):
        features, options = edition
        before = world(small_city)
        second = [feature("990101001", "东山街道", cell(0, 0, 0.33, 0.2))]
        for each in (features, second)[: 1 + twice]:
            boundaries(small_city, "town", each, codes="accept", **options)
        assert differing(before, world(small_city))
        for _ in range(1 + twice):
            roll_back(small_city, COMMAND_LINE, Level.TOWN)
        assert differing(before, world(small_city)) == {}

    check()


@pytest.mark.parametrize("level", ["county", "village", "grid"])
def test_other_levels_roll_back_as_well(bring, small_city, level, world):
    boundaries, matters = bring
    matters(small_city, *LINES)
    before = world(small_city)
    features = city_features()[level]
    features[0]["properties"]["name"] = "别名"
    boundaries(small_city, level, [*features[:1], *features[2:]], valid_from="2026-01-15")
    done = roll_back(small_city, COMMAND_LINE, Level(level))
    assert done.areas == len(features) - 1
    assert differing(before, world(small_city)) == {}


def test_what_came_since_is_placed_in_the_edition_that_is_reopened(bring, small_city):
    boundaries, matters = bring
    merged = [
        feature("990101001", "东山街道", cell(0, 0, 0.2, 0.2)),
        *city_features()["town"][2:],
    ]
    boundaries(small_city, "town", merged, valid_from="2026-01-01")
    matters(small_city, *LINES, coded("N1", "990101001"), lonlat("N2", 120.1512, 28.0513))
    roll_back(small_city, COMMAND_LINE, Level.TOWN)
    with small_city.connect() as connection:
        towns = connection.execute(
            text(
                "SELECT matter_no, a.code, a.valid_to IS NULL, place_status"
                " FROM petition p LEFT JOIN area a ON a.id = town_id"
            )
        ).all()
    found = {number: tuple(rest) for number, *rest in towns}
    assert found["N2"] == ("990101100", True, "accepted")
    assert found["N1"] == ("990101001", True, "accepted")
    assert found["P2"] == ("990101100", True, "accepted")


def test_rolling_back_is_refused_by_name(bring, small_city, world):
    boundaries, _ = bring
    with pytest.raises(Refused, match="rollback_nothing"):
        roll_back(small_city, COMMAND_LINE, Level.TOWN)
    added = feature("990102009", "新设乡", cell(0.35, 0, 0.05, 0.2))
    narrower = feature("990102100", "双石镇", cell(0.3, 0, 0.05, 0.2))
    boundaries(small_city, "town", [*city_features()["town"][:3], narrower, added])
    boundaries(small_city, "grid", city_features()["grid"][:4])
    with pytest.raises(Refused, match="rollback_narrower") as caught:
        roll_back(small_city, COMMAND_LINE, Level.TOWN)
    assert caught.value.facts["level"] == "grid"
    roll_back(small_city, COMMAND_LINE, Level.GRID)
    with small_city.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO gazetteer_entry (kind, name, area_id, batch_id)"
                " SELECT 'poi', '新设乡小学', id, (SELECT min(id) FROM import_batch)"
                " FROM area WHERE code = '990102009'"
            )
        )
    before = world(small_city)
    with pytest.raises(Refused, match="rollback_in_use") as caught:
        roll_back(small_city, COMMAND_LINE, Level.TOWN)
    assert caught.value.facts["names"] == "新设乡"
    assert world(small_city) == before


def test_rolling_back_is_audited_and_the_file_may_come_again(bring, small_city):
    boundaries, _ = bring
    features = city_features()["county"][:1]
    assert not boundaries(small_city, "county", features).unchanged
    roll_back(small_city, COMMAND_LINE, Level.COUNTY)
    (row,) = [row for row in audit_rows(small_city) if row.action == Action.EDITION_ROLLBACK]
    assert (row.subject, row.facts) == ("edition", {"level": "county"})
    assert not boundaries(small_city, "county", features).unchanged


def test_a_clerk_rolls_back_through_the_queue(bring, small_city, sign_in, login_as):
    from threading import Event, Timer

    from data.worker import run_worker

    boundaries, _ = bring
    boundaries(small_city, "county", city_features()["county"][:1])
    clerk = sign_in(small_city, Role.CLERK)
    desk = PostgisStore(login_as(small_city, SERVER)).imports(clerk)
    newest = desk.editions()[0]
    assert (newest.level, newest.areas, newest.can_roll_back) == (Level.COUNTY, 1, True)
    job = desk.roll_back(Level.COUNTY)
    stop = Event()
    timer = Timer(30, stop.set)
    timer.start()

    def ended():
        return desk.job(job).state not in {"queued", "running"}

    class Stop:
        def is_set(self):
            return stop.is_set() or ended()

        def wait(self, seconds):
            stop.wait(min(seconds, 0.1))

    run_worker(small_city, Stop(), poll_s=0.05)
    timer.cancel()
    assert (desk.job(job).state, desk.job(job).batch_id) == ("done", None)
    assert desk.editions()[0].areas == 3
    assert [edition.can_roll_back for edition in desk.editions()] == [False] * 4


def test_the_crosswalk_measures_what_two_editions_share(bring, small_city):
    boundaries, matters = bring
    matters(
        small_city,
        *(lonlat(f"P{i}", 120.0511 + i / 1000, 28.1011) for i in range(7)),
        lonlat("Q", 120.1211, 28.1011),
    )
    merged = [feature("990101001", "东山街道", cell(0, 0, 0.15, 0.2)), *city_features()["town"][2:]]
    merged.append(feature("990101100", "双石镇", cell(0.15, 0, 0.05, 0.2)))
    boundaries(small_city, "town", merged, valid_from="2026-01-01")
    with reading(small_city, COMMAND_LINE) as session:
        lines = {(one.old_code, one.new_code): one for one in reads.crosswalk(session, Level.TOWN)}
        days = reads.breaks(session, Level.TOWN)
        assert reads.breaks(session, Level.COUNTY) == ()
    assert set(lines) == {
        ("990101001", "990101001"),
        ("990101100", "990101001"),
        ("990101100", "990101100"),
    }
    grown, moved = lines["990101001", "990101001"], lines["990101100", "990101001"]
    assert (grown.share_of_old, grown.share_of_new) == pytest.approx((1, 2 / 3), abs=1e-3)
    assert (moved.share_of_old, moved.share_of_new) == pytest.approx((0.5, 1 / 3), abs=1e-3)
    assert moved.shared_m2 == pytest.approx(0.05 * 0.2 * 98_300 * 110_850, rel=0.01)
    assert (grown.matters, moved.matters) == (7, None)
    assert days == (date(2026, 1, 1),)


def test_a_correction_and_a_withdrawn_edition_are_no_break(bring, small_city):
    boundaries, _ = bring
    boundaries(small_city, "town", city_features()["town"][:2])
    boundaries(small_city, "town", city_features()["town"][:3], valid_from="2026-03-01")
    boundaries(small_city, "town", city_features()["town"])
    with reading(small_city, COMMAND_LINE) as session:
        assert reads.breaks(session, Level.TOWN) == (date(2026, 3, 1),)
    for _ in range(2):
        roll_back(small_city, COMMAND_LINE, Level.TOWN)
    with reading(small_city, COMMAND_LINE) as session:
        assert reads.breaks(session, Level.TOWN) == ()


def test_added_areas_replace_only_those_of_their_parents(bring, small_city):
    boundaries, matters = bring
    matters(small_city, *LINES)
    half = feature("990102001", "江口街道", cell(0.2, 0, 0.2, 0.2))
    report = boundaries(small_city, "town", [half], add="yes", valid_from="2026-01-01")
    assert report.figures["areas"] == 3
    assert next(f.facts for f in report.findings if f.code == "areas_carried") == {"count": 2}
    with small_city.connect() as connection:
        kept = connection.execute(
            text(
                "SELECT code, name, code_system, population,"
                " (SELECT name FROM area p WHERE p.id = a.parent_id)"
                " FROM area a WHERE level = 'town' AND valid_to IS NULL ORDER BY code"
            )
        ).all()
        shapes = connection.scalar(
            text(
                "SELECT count(*) FROM area_shape JOIN area a ON a.id = area_id"
                " WHERE valid_to IS NULL AND level = 'town'"
            )
        )
    assert [tuple(row) for row in kept] == [
        ("990101001", "东山街道", "TEST", 1000, "云岭县"),
        ("990101100", "双石镇", "TEST", 2000, "云岭县"),
        ("990102001", "江口街道", "TEST", None, "临江区"),
    ]
    assert shapes == 9
    with reading(small_city, COMMAND_LINE) as session:
        assert (
            len([one for one in reads.editions(session) if one.level is Level.TOWN and not one.valid_to]) == 1
        )


def test_codes_of_another_system_are_found_and_stop_an_import(bring, small_city):
    boundaries, _ = bring
    swapped = [dict(one, properties=dict(one["properties"])) for one in city_features()["town"]]
    for one, name in zip(swapped, ["双石镇", "东山街道", "江湾街道", "双石镇"], strict=True):
        one["properties"] |= {"name": name, "code_system": "NBS"}
    with pytest.raises(Refused, match="questions_open"):
        boundaries(small_city, "town", swapped)
    with pytest.raises(Refused, match="codes_stopped"):
        boundaries(small_city, "town", swapped, codes="stop")
    report = boundaries(small_city, "town", swapped, codes="accept")
    assert report.inspection.boundaries.changes_total == {"swapped": 2, "renamed": 1}
    assert report.figures["codes_swapped"] == 2
    assert next(f.facts for f in report.findings if f.code == "code_system_differs") == {
        "before": "TEST",
        "after": "NBS",
    }
    with small_city.connect() as connection:
        systems = connection.scalars(
            text("SELECT DISTINCT code_system FROM area WHERE level = 'town' ORDER BY 1")
        )
        assert systems.all() == ["NBS", "TEST"]


def test_a_rollback_asked_twice_or_cut_short_takes_one_edition_back(bring, small_city, sign_in, login_as):
    """A double click queues two jobs, and a worker may die after the work and before it could say so."""
    from data.worker import import_upload
    from data.writes import jobs

    boundaries, _ = bring
    counties = city_features()["county"]
    boundaries(small_city, "county", counties[:2], valid_from="2020-01-01")
    boundaries(small_city, "county", counties[:1], valid_from="2021-01-01")
    desk = PostgisStore(login_as(small_city, SERVER)).imports(sign_in(small_city, Role.CLERK))
    *_, middle, newest = sorted(one.id for one in desk.editions() if one.level is Level.COUNTY)
    first, second = desk.roll_back(Level.COUNTY), desk.roll_back(Level.COUNTY)
    with small_city.connect() as connection:
        claim = jobs.claim_next(connection)
        assert not import_upload(small_city, claim, None).unchanged
        connection.execute(text("SELECT pg_advisory_unlock_all()"))
        connection.commit()
        jobs.recover_abandoned(connection)
        for job_id in (first, second):
            claim = jobs.claim_next(connection)
            assert claim.job_id == job_id
            report = import_upload(small_city, claim, None)
            jobs.end_done(connection, claim, None, unchanged=report.unchanged)
            assert (desk.job(job_id).state, desk.job(job_id).unchanged) == ("done", True)
    left = [one.id for one in desk.editions() if one.level is Level.COUNTY]
    assert newest not in left
    assert middle in left


def test_a_rollback_asked_for_another_edition_than_the_newest_is_refused(
    bring, small_city, sign_in, login_as
):
    from data.worker import import_upload
    from data.writes import jobs

    boundaries, _ = bring
    counties = city_features()["county"]
    boundaries(small_city, "county", counties[:2], valid_from="2020-01-01")
    desk = PostgisStore(login_as(small_city, SERVER)).imports(sign_in(small_city, Role.CLERK))
    desk.roll_back(Level.COUNTY)
    boundaries(small_city, "county", counties[:1], valid_from="2021-01-01")
    before = desk.editions()
    with small_city.connect() as connection:
        claim = jobs.claim_next(connection)
        with pytest.raises(Refused, match="rollback_overtaken"):
            import_upload(small_city, claim, None)
    assert desk.editions() == before
