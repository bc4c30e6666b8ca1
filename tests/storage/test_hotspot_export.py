"""Exported findings: nothing small leaves, what stands beside the numbers is whole, and the audit knows."""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from data.access import roles
from data.cluster import OWNER
from data.counts.refreshing import refresh
from data.export.findings import COLUMNS
from data.hotspot_desk import HotspotDesk
from data.store import PostgisStore
from data.writes.city import set_city
from grid.areas import Area, Level
from grid.disclosure import recoverable
from grid.hotspots.findings import Method
from grid.hotspots.questions import MatterFilter
from grid.hotspots.withholding import hidden_counts
from grid.matters import Category
from grid.measures import SMALL_CELL, MeasureUnit
from grid.principals import COMMAND_LINE, Principal, Role
from grid.refusals import Refused
from grid.suppression import release_of
from layers.words import say
from tests.conftest import DEMO_UNTIL

YEAR = MatterFilter(date(DEMO_UNTIL.year - 1, DEMO_UNTIL.month, 1), DEMO_UNTIL)
FILTERS = (
    YEAR,
    replace(YEAR, categories=frozenset({Category.LABOUR})),
    replace(YEAR, unit=MeasureUnit.SUBMISSIONS),
)
HIDDEN = say("findings_export.small_count")


@dataclass(frozen=True)
class Demo:
    engine: Engine
    desk: HotspotDesk
    owner: Engine


@pytest.fixture(scope="module")
def demo(
    new_database: Callable[..., Engine],
    demo_template: str,
    login_as: Callable[[Engine, str], Engine],
    sign_in: Callable[..., Principal],
    tmp_path_factory: pytest.TempPathFactory,
) -> Demo:
    engine, folder = new_database(demo_template), tmp_path_factory.mktemp("counts")
    owner = login_as(engine, OWNER)
    set_city(engine, COMMAND_LINE, {"review_number": "=审图号1"})
    with engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE area SET name = '=1+1' WHERE code = (SELECT min(code) FROM area WHERE level = 'town')"
            )
        )
    refresh(engine, folder)
    store = PostgisStore(login_as(engine, roles.SERVER), folder)
    return Demo(engine, store.hotspots(sign_in(engine, Role.BUREAU)), owner)


@cache
def areas_of(demo: Demo, level: Level) -> dict[int, Area]:
    return {area.id: area for area in demo.desk.areas(level)}


@cache
def exported(demo: Demo, level: Level, matters: MatterFilter) -> list[dict[str, str]]:
    """Return an exported CSV's rows by the columns' codes; the demo is written to by nobody."""
    body = demo.desk.export(level, matters, "csv", say)
    assert body.startswith(b"\xef\xbb\xbf"), "spreadsheets need the mark for Chinese"
    header, *rows = csv.reader(io.StringIO(body.decode("utf-8-sig")))
    named = {say(f"findings_export.column.{name}"): name for name in (*COLUMNS, "source", "review_number",
             "definition", "since", "until", "n", "as_of", "method", "caveats", "chosen", "synthetic",
             "internal", "city")}  # fmt: skip
    return [dict(zip([named[one] for one in header], row, strict=True)) for row in rows]


@pytest.mark.parametrize("level", [Level.COUNTY, Level.TOWN])
def test_down_to_townships_everything_is_told(demo: Demo, level: Level) -> None:
    rows = exported(demo, level, YEAR)
    found = demo.desk.significance(level, YEAR, Method.GI_STAR)
    areas = areas_of(demo, level)
    assert len(rows) == len(found.rows)
    for row, finding in zip(rows, found.rows, strict=True):
        assert row["code"] == areas[finding.area_id].code
        assert row["count"] == str(finding.count)
        assert (row["withheld"], row["verdict"]) == ("", say(f"findings_export.class.{finding.verdict}"))
        for name in ("rate", "smoothed", "z", "p", "q"):
            value = getattr(finding, name)
            assert row[name] == ("" if value is None else str(float(f"{value:.6g}"))), name


def test_every_row_says_what_its_numbers_are(demo: Demo) -> None:
    for row in exported(demo, Level.TOWN, FILTERS[1])[:3]:
        assert row["review_number"] == "'=审图号1", "no cell becomes a formula"
        assert (row["since"], row["until"]) == (YEAR.since.isoformat(), YEAR.until.isoformat())
        assert int(row["n"]) > 0
        assert "T" in row["as_of"]
        assert row["source"]
        assert "检举控告不计入" in row["definition"]
        assert "labour" in row["chosen"]
        assert row["method"].startswith("gi_star")
    assert "'=1+1" in {row["name"] for row in exported(demo, Level.TOWN, YEAR)}


@pytest.mark.parametrize("matters", FILTERS)
@pytest.mark.parametrize("level", [Level.VILLAGE, Level.GRID])
def test_no_small_count_leaves_nor_can_be_told(demo: Demo, level: Level, matters: MatterFilter) -> None:
    """The export of both levels together, read by who knows every town's sum: linear bounds tell nothing."""
    counted = replace(matters, unit=MeasureUnit.MATTERS)
    rows = {row["code"]: row for row in exported(demo, level, matters)}
    counts = demo.desk.counts(level, counted)
    areas = areas_of(demo, level)
    assert any(row["withheld"] == HIDDEN for row in rows.values())
    siblings = Counter(areas[number].parent_id for number in counts.area_ids.tolist())
    hidden = []
    for number, count in zip(counts.area_ids.tolist(), counts.counts.tolist(), strict=True):
        row = rows[areas[number].code]
        is_hidden = row["withheld"] == HIDDEN
        hidden.append(is_hidden)
        # The only village of its town is the same place, whose count is published (``grid.suppression``).
        is_alone = siblings[areas[number].parent_id] == 1
        assert is_hidden or count == 0 or count >= SMALL_CELL or is_alone, "a small count is shown"
        assert (row["z"], row["p"], row["q"], row["smoothed"]) == ("", "", "", ""), "an equation for it is"
        if is_hidden:
            assert (row["count"], row["rate"]) == ("", "")
    parents = np.array([areas[number].parent_id or 0 for number in counts.area_ids.tolist()])
    # Nobody knows the sum of a village that is hidden itself: all of its grids are.
    summed = ~np.isin(parents, list(hidden_villages(demo, matters)) if level is Level.GRID else [])
    assert np.array(hidden)[~summed].all()
    _, parent_of = np.unique(parents[summed], return_inverse=True)
    release = release_of(counts.counts[summed, None], parent_of, np.array(hidden)[summed, None])
    assert not recoverable(release)


def hidden_villages(demo: Demo, matters: MatterFilter) -> set[int]:
    rows = {row["code"]: row["withheld"] for row in exported(demo, Level.VILLAGE, matters)}
    return {area.id for area in areas_of(demo, Level.VILLAGE).values() if rows[area.code] == HIDDEN}


def test_grids_do_not_tell_what_is_hidden_of_their_village(demo: Demo) -> None:
    villages = {area.id: area.code for area in areas_of(demo, Level.VILLAGE).values()}
    hidden = {row["code"] for row in exported(demo, Level.VILLAGE, YEAR) if row["withheld"]}
    shown = defaultdict(list)
    grids = {area.code: villages[area.parent_id or 0] for area in areas_of(demo, Level.GRID).values()}
    for row in exported(demo, Level.GRID, YEAR):
        shown[grids[row["code"]]].append(row["withheld"] == "")
    assert hidden
    assert not any(any(shown[village]) for village in hidden if village in shown)


@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 4)), max_size=24), st.frozensets(st.integers(1, 4))
)
def test_whatever_the_counts_nothing_hidden_can_be_told(
    areas: list[tuple[int, int]], hidden_parents: frozenset[int]
) -> None:
    counts = np.array([count for count, _ in areas], dtype=np.int64)
    parents = np.array([parent for _, parent in areas], dtype=np.int64)
    hidden = hidden_counts(counts, parents, hidden_parents=hidden_parents)
    assert hidden[np.isin(parents, [0, *hidden_parents])].all()
    for parent in set(parents.tolist()) - {0} - hidden_parents:
        among = parents == parent
        if among.sum() > 1:
            small = (counts[among] > 0) & (counts[among] < SMALL_CELL)
            assert hidden[among][small].all()
            assert hidden[among].sum() != 1, "one hidden alone is told by its parent's sum"


@pytest.mark.parametrize("level", [Level.TOWN, Level.VILLAGE])
def test_a_geopackage_opens_with_its_areas_where_they_are(demo: Demo, level: Level, tmp_path: Path) -> None:
    path = tmp_path / "findings.gpkg"
    path.write_bytes(demo.desk.export(level, YEAR, "gpkg", say))
    assert {name for name, _ in pyogrio.list_layers(path)} == {"findings", "about"}
    frame = pyogrio.read_dataframe(path, layer="findings")
    assert frame.crs.to_epsg() == 4490
    told = {row["code"]: row for row in exported(demo, level, YEAR)}
    assert list(frame.columns) == [*COLUMNS, "geometry"]
    areas = {area.code: area for area in areas_of(demo, level).values()}
    for row in frame.itertuples():
        count: Any = row.count if not callable(row.count) else row[frame.columns.get_loc("count") + 1]
        assert (told[row.code]["count"] == "") == bool(np.isnan(count))
        assert np.isnan(count) or int(count) == int(told[row.code]["count"])
        area = areas[row.code]
        assert shapely.distance(row.geometry, shapely.Point(area.label_lon, area.label_lat)) < 0.01
    about = dict(pyogrio.read_dataframe(path, layer="about")[["item", "value"]].itertuples(index=False))
    assert about[say("findings_export.column.review_number")] == "'=审图号1"
    assert about[say("findings_export.column.definition")]
    assert about[say("findings_export.column.n")] == str(
        demo.desk.significance(level, YEAR, Method.GI_STAR).n
    )


def test_each_export_leaves_an_audit_row(demo: Demo) -> None:
    demo.desk.export(Level.TOWN, FILTERS[1], "gpkg", say)
    with demo.owner.connect() as connection:
        row = connection.execute(
            text("SELECT action, subject, role, facts FROM audit ORDER BY id DESC LIMIT 1")
        ).one()
    assert (row.action, row.subject, row.role) == ("findings.export", "findings", "bureau")
    assert row.facts["level"] == "town"
    assert (row.facts["form"], row.facts["category"]) == ("gpkg", ["labour"])


def test_a_density_that_leaves_is_the_one_on_the_map_and_audited(demo: Demo) -> None:
    left = demo.desk.export_surface(FILTERS[1], bandwidth_m=1500, adaptive=False, per_residents=True)
    shown = demo.desk.surface(FILTERS[1], bandwidth_m=1500, per_residents=True)
    assert shown is not None
    assert np.array_equal(left.shown, shown.shown, equal_nan=True)
    assert (left.n, left.bandwidth_m) == (shown.n, 1500)
    with demo.owner.connect() as connection:
        row = connection.execute(
            text("SELECT action, subject, role, facts FROM audit ORDER BY id DESC LIMIT 1")
        ).one()
    assert (row.action, row.subject, row.role) == ("findings.export", "density", "bureau")
    assert (row.facts["form"], row.facts["metres"], row.facts["category"]) == ("density", 1500, ["labour"])


@pytest.mark.parametrize(
    ("level", "days", "code"),
    [(Level.VILLAGE, 365, "density_narrow"), (Level.GRID, 365, "density_narrow"),
     (Level.TOWN, 0, "density_too_few"), (None, -4000, "density_too_few")],
)  # fmt: skip
def test_no_density_tells_a_village_s_count_nor_a_lone_matter(
    demo: Demo, level: Level | None, days: int, code: str
) -> None:
    """Summed over its cells a density is a count: of a village, or of fewer than five, none may leave."""
    until = YEAR.until if days >= 0 else YEAR.since + timedelta(days)
    since = until - timedelta(max(days, 0))
    busiest = demo.desk.counts(level, YEAR) if level else None
    within = frozenset({int(busiest.area_ids[busiest.counts.argmax()])} if busiest else ())
    asked = MatterFilter(since, until, within=within)
    if level is Level.TOWN:
        asked = next(
            one
            for one in (replace(asked, within=frozenset({area.id})) for area in demo.desk.areas(level))
            if 0 < demo.desk.counts(level, one).counts.sum() < SMALL_CELL
        )
    before = audit_rows(demo)
    with pytest.raises(Refused, match=code):
        demo.desk.export_surface(asked)
    assert audit_rows(demo) == before


def audit_rows(demo: Demo) -> int:
    with demo.owner.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM audit")).scalar_one())


@pytest.mark.parametrize("kind", ["", "xlsx", "CSV", "csv ", "../csv", "x" * 900])
def test_no_other_kind_is_exported(demo: Demo, kind: str) -> None:
    with pytest.raises(Refused, match="export_kind_unknown") as refused:
        demo.desk.export(Level.TOWN, YEAR, kind, say)
    assert len(str(refused.value.facts["kind"])) <= 20


@pytest.mark.parametrize("role", [Role.KIOSK, Role.CLERK, Role.TOWN, Role.WORKER, Role.AUDITOR])
def test_who_does_not_see_the_city_exports_nothing(
    demo: Demo, role: Role, sign_in: Callable[..., Principal], login_as: Callable[[Engine, str], Engine]
) -> None:
    store = PostgisStore(login_as(demo.engine, roles.SERVER))
    desk = store.hotspots(sign_in(demo.engine, role))
    for export in (lambda: desk.export(Level.TOWN, YEAR, "csv", say), lambda: desk.export_surface(YEAR)):
        with pytest.raises(Refused):
            export()
