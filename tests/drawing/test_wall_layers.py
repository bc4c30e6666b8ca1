"""Layers keep their place, tell hidden counts to nobody, and never say a thing by colour alone."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import plotly.graph_objects as go
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from grid.areas import Area, AreaKind, Level
from grid.classes import quantile_classes
from grid.coverage import lead_by_unit
from grid.listings import Listing, ListingState, Quarter
from grid.measures import MINIMUM_N
from grid.places import PlacedTotals
from grid.published import PublishedCount, PublishedCounts
from grid.questions import MonthCount
from layers.charts import trend_figure
from layers.map_base import MapPart, Slot, line_layer, map_figure, map_style
from layers.map_camera import Padding, Viewport, fit_camera
from layers.map_counts import Basis, counts_labels, counts_legend, counts_part, shown_count
from layers.map_coverage import coverage_labels, coverage_part, covered_units
from layers.map_hatch import geometries, hatch_lines
from layers.map_labels import AreaLabel, _box, _overlap, label_part, place_labels
from layers.map_listing import days_listed, listing_labels, listing_part
from layers.theme import DARK
from layers.words import Language
from tests.drawing.drawn import drawn_layers
from tests.screens.wall_city import TODAY, FakeWall, book, city_areas, listings

CITY = FakeWall().city()
BOUNDS = CITY.bounds or (0, 0, 0, 0)
CAMERA = fit_camera(BOUNDS, Viewport(1920, 1080), Padding(372, 116, 428, 172))
SQUARE = shapely.box(111.2, 27.1, 111.6, 27.5)


def village(number: int, count: int | None, population: int | None = 800) -> PublishedCount:
    area = Area(
        number,
        Level.VILLAGE,
        AreaKind.REGULAR,
        f"{number}",
        f"村{number}",
        "D",
        "1",
        None,
        population,
        1.0,
        111.3,
        27.3,
    )
    known = count is not None and population is not None
    return PublishedCount(area, count, 10_000 * (count or 0) / (population or 1) if known else None)


def village_counts(*counts: int | None) -> PublishedCounts:
    rows = tuple(village(number, count) for number, count in enumerate(counts, 1))
    return PublishedCounts(Level.VILLAGE, rows, PlacedTotals(0, 0, 5, 0, 0, 0))


def drawn_text(counts: PublishedCounts, basis: Basis) -> str:
    """Everything that the browser gets of counts."""
    shapes = {row.area.id: SQUARE for row in counts.rows}
    part = counts_part(counts, basis, "/u", shapes, camera=CAMERA, theme=DARK)
    legend = counts_legend(counts, basis, DARK, Language.ZH)
    return json.dumps([part.traces, part.layers, str(counts_labels(counts, basis)), str(legend)])


COUNTS = st.lists(st.none() | st.integers(0, 40), min_size=1, max_size=40)


@given(COUNTS, st.sampled_from(Basis), st.integers(0, 10**6))
def test_whatever_the_row_of_a_hidden_count_holds_is_not_drawn(
    counts: list[int | None], basis: Basis, held: int
) -> None:
    clean = village_counts(*counts)
    rows = tuple(row if row.count is not None else replace(row, rate=float(held)) for row in clean.rows)
    assert drawn_text(clean, basis) == drawn_text(replace(clean, rows=rows), basis)


@given(COUNTS, st.sampled_from(Basis))
def test_hidden_counts_are_under_one_hatch_and_said_in_the_legend(
    counts: list[int | None], basis: Basis
) -> None:
    asked = village_counts(*counts)
    shapes = {row.area.id: SQUARE for row in asked.rows}
    part = counts_part(asked, basis, "/u", shapes, camera=CAMERA, theme=DARK)
    filled = set(part.traces[0]["locations"])
    assert not filled & {str(row.area.id) for row in asked.rows if row.count is None}
    hatched = [layer["below"] for layer in part.layers].count(Slot.COUNTS_HIDDEN)
    entries = [entry.text for entry in counts_legend(asked, basis, DARK, Language.ZH).entries]
    assert hatched == entries.count("少于 5 件，或为保护而隐去") == int(None in counts)
    assert [label for label in counts_labels(asked, basis) if counts[label.area_id - 1] is None] == []


def test_hidden_and_not_computed_are_told_apart() -> None:
    counts = village_counts(None, MINIMUM_N - 1, 60)
    shapes = dict.fromkeys((1, 2, 3), SQUARE)
    part = counts_part(counts, Basis.RATE, "/u", shapes, camera=CAMERA, theme=DARK)
    assert {layer["below"] for layer in part.layers} == {Slot.COUNTS_HIDDEN, Slot.COUNTS_HATCH}
    entries = counts_legend(counts, Basis.RATE, DARK, Language.ZH).entries
    assert len({entry.swatch for entry in entries if "–" not in entry.text}) == 3 - 1
    assert len({entry.text for entry in entries}) == len(entries)


def test_a_legend_names_only_what_occurs() -> None:
    texts = [
        entry.text for entry in counts_legend(village_counts(7, 8), Basis.COUNT, DARK, Language.ZH).entries
    ]
    assert "0" not in texts
    assert len(texts) == 2
    assert not counts_legend(village_counts(None, None), Basis.COUNT, DARK, Language.ZH).note


@pytest.mark.parametrize(
    ("count", "population", "said"), [(MINIMUM_N - 1, 800, False), (MINIMUM_N, 800, True), (50, None, False)]
)
def test_a_rate_needs_matters_and_people(count: int, population: int | None, said: bool) -> None:
    shown = shown_count(village(1, count, population), Basis.RATE)
    assert (shown.value is not None) is said
    assert not shown.hidden


def test_a_town_shows_the_small_count_that_is_published() -> None:
    row = village(1, 3)
    town = replace(row, area=replace(row.area, level=Level.TOWN))
    assert shown_count(town, Basis.COUNT).value == 3


def test_nothing_to_say_is_hatched_and_not_coloured_as_zero() -> None:
    counts = PublishedCounts(
        Level.VILLAGE, (village(1, 50, None), village(2, 60)), PlacedTotals(0, 0, 110, 0, 0, 0)
    )
    part = counts_part(counts, Basis.RATE, "/u", {1: SQUARE, 2: SQUARE}, camera=CAMERA, theme=DARK)
    assert part.traces[0]["locations"] == ["2"]
    assert [layer["below"] for layer in part.layers] == [Slot.COUNTS_HATCH]


def test_an_outline_that_crosses_itself_is_hatched_all_the_same() -> None:
    bow = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}
    mended = geometries({"features": [{"id": "1", "geometry": bow}]})[1]
    assert mended.area == pytest.approx(0.5)
    assert hatch_lines(mended, 0.05).length > 0


@given(st.lists(st.integers(0, 500), max_size=80))
def test_every_value_has_one_class_and_higher_values_no_lower_one(values: list[int]) -> None:
    classes = quantile_classes(values)
    assert len(classes.lower) <= 5
    found = [classes.index(value) for value in sorted(values)]
    assert all((at is None) == (value == 0) for at, value in zip(found, sorted(values), strict=True))
    named = [at for at in found if at is not None]
    assert named == sorted(named)
    assert set(named) == set(range(len(classes.lower)))


def test_ties_share_a_class() -> None:
    assert quantile_classes([7, 7, 7, 7, 9]).lower in {(7,), (7, 9)}
    assert quantile_classes([]).lower == ()


def test_a_figure_is_one_that_plotly_knows_and_stacks_by_slot() -> None:
    shapes = {area.id: SQUARE for area in city_areas(Level.COUNTY)}
    features = {number: json.loads(shapely.to_geojson(SQUARE)) for number in shapes}
    parts = [
        label_part(place_labels([AreaLabel(1, 111.3, 27.3, "甲")], CAMERA), CAMERA, DARK),
        listing_part(listings(Quarter(2026, 4)), shapes, features, camera=CAMERA, theme=DARK),
        coverage_part(
            covered_units(book()),
            {area.id: area for area in city_areas(Level.COUNTY)},
            "/u",
            shapes,
            camera=CAMERA,
            theme=DARK,
        ),
        counts_part(village_counts(1, 5, 9, 40), Basis.COUNT, "/u", {}, camera=CAMERA, theme=DARK),
    ]
    drawn = map_figure(parts, CAMERA, DARK)
    go.Figure(drawn)
    order = list(Slot)
    layers = drawn_layers(drawn)
    assert len(layers) == sum(len(part.layers) for part in parts), "none is lost to another in its slot"
    for pieces in (drawn["data"], layers):
        places = [order.index(piece["below"]) for piece in pieces]
        assert places == sorted(places)
        assert len(places) == len(set(places)), "two things in one slot are drawn anew at every update"


def test_the_style_names_no_address_and_has_a_source() -> None:
    style = map_style(DARK)
    assert "http" not in json.dumps(style)
    assert style["sources"]
    assert "glyphs" not in style


def test_labels_never_lie_on_each_other_and_the_urgent_ones_win() -> None:
    near = [
        AreaLabel(n, 111.3 + n * 0.01, 27.3, f"区县{n}", "某区 · 44件", "第1名", urgency=n) for n in range(30)
    ]
    placed = place_labels(near, CAMERA)
    boxes = [_box(label, CAMERA) for label in placed]
    assert not any(_overlap(one, other) for at, one in enumerate(boxes) for other in boxes[:at])
    assert placed[0].area_id == 29
    assert placed[0].note


@given(st.floats(0.005, 0.2), st.booleans())
def test_strokes_stay_inside_their_area(spacing_deg: float, falling: bool) -> None:
    area = shapely.difference(SQUARE, shapely.box(111.3, 27.2, 111.4, 27.3))
    strokes = hatch_lines(area, spacing_deg, falling=falling)
    assert shapely.covers(area.buffer(1e-9), strokes)
    if spacing_deg < 0.05:
        assert strokes.length == pytest.approx(area.area / spacing_deg, rel=0.25)


def test_states_are_told_by_word_and_stroke() -> None:
    areas = {area.id: area for area in city_areas(Level.COUNTY)}
    labels = {
        label.title: label.alert
        for label in listing_labels(listings(Quarter(2026, 4)), areas, TODAY, Language.ZH)
    }
    assert labels["云溪县"] == "第1名·已挂牌·134天"
    assert labels["龙泉市"] == "第4名·拟挂牌"
    assert "石桥县" not in labels, "a delisted unit is no longer marked"
    features = {number: json.loads(shapely.to_geojson(SQUARE)) for number in areas}
    shapes = dict.fromkeys(areas, SQUARE)
    part = listing_part(listings(Quarter(2026, 4)), shapes, features, camera=CAMERA, theme=DARK)
    slots = {layer["below"] for layer in part.layers}
    assert slots == {Slot.PROPOSED_LINE, Slot.LISTED_LINE, Slot.LISTED_HATCH, Slot.RECTIFYING_HATCH}


def test_days_count_only_while_listed() -> None:
    row = Listing(
        1, "甲", 1, Quarter(2026, 4), ListingState.LISTED, 1, None, None, "", date(2026, 11, 1), "", None
    )
    assert days_listed(row, date(2026, 11, 20)) == 19
    assert days_listed(replace(row, state=ListingState.DELISTED), date(2026, 11, 20)) is None
    assert days_listed(replace(row, listed_on=None), date(2026, 11, 20)) is None


def test_nobodys_county_is_hatched_and_says_so() -> None:
    areas = {area.id: area for area in city_areas(Level.COUNTY)}
    covered = covered_units(book())
    part = coverage_part(covered, areas, "/u", dict.fromkeys(areas, SQUARE), camera=CAMERA, theme=DARK)
    nobodys = [unit for unit, leader in lead_by_unit(book().plan).items() if leader is None]
    unled = next(unit for unit in book().units if unit.id == nobodys[0])
    assert str(unled.area_id) not in part.traces[0]["locations"]
    assert part.layers[0]["below"] == Slot.COVERAGE_HATCH
    labels = {label.area_id: label for label in coverage_labels(covered, areas, Language.ZH)}
    assert labels[unled.area_id or 0].title == "待明确"
    functional = next(area for area in areas.values() if area.kind is AreaKind.FUNCTIONAL)
    assert str(functional.id) not in part.traces[0]["locations"], "it would hide the colours under it"


def test_colours_of_traces_are_exactly_those_of_leaders() -> None:
    areas = {area.id: area for area in city_areas(Level.COUNTY)}
    covered = covered_units(book())
    trace = coverage_part(
        covered, areas, "/u", dict.fromkeys(areas, SQUARE), camera=CAMERA, theme=DARK
    ).traces[0]
    scale = [colour for _, colour in trace["colorscale"]]
    by_area = {str(one.unit.area_id): one.colour for one in covered}
    assert [by_area[location] for location in trace["locations"]] == [scale[z] for z in trace["z"]]


def test_the_trend_marks_the_period_and_the_unfinished_month() -> None:
    months = tuple(
        MonthCount(date(2026, month, 1), 100 + month, 9, partial=month == 11) for month in range(1, 12)
    )
    drawn = trend_figure(
        months, DARK, Language.ZH, font_px=18, highlight=(date(2026, 9, 15), date(2026, 11, 20))
    )
    go.Figure(drawn)
    marker = drawn["data"][0]["marker"]
    assert [colour == DARK.accent for colour in marker["color"]] == [False] * 8 + [True] * 3
    assert [shape != "" for shape in marker["pattern"]["shape"]] == [False] * 10 + [True]
    assert trend_figure((), DARK, Language.ZH, font_px=18)["data"]


def test_a_change_of_boundaries_breaks_the_trend_where_it_falls() -> None:
    months = tuple(MonthCount(date(2026, month, 1), 100, 9) for month in range(1, 12))
    breaks = (date(2020, 1, 1), date(2026, 3, 1), date(2026, 6, 16))
    layout = trend_figure(months, DARK, Language.ZH, font_px=18, breaks=breaks)["layout"]
    go.Figure({"layout": layout})
    # Months stand at 0, 1, 2 …, each half a step wide to either side.
    assert [shape["x0"] for shape in layout["shapes"]] == [1.5, 5.0]
    assert {shape["line"]["dash"] for shape in layout["shapes"]} == {"dash"}
    assert [(word["x"], word["text"]) for word in layout["annotations"]] == [(5.0, "区划调整")]
    unbroken = trend_figure(months, DARK, Language.ZH, font_px=18)["layout"]
    assert (unbroken["shapes"], unbroken["annotations"]) == ([], [])


def test_a_layer_keeps_its_place_whatever_else_is_shown() -> None:
    bare = map_figure([], CAMERA, DARK)["layout"]["map"]["layers"]
    assert not drawn_layers({"layout": {"map": {"layers": bare}}})
    line = line_layer("/u", Slot.TOWN_LINE, "#fff", 1.0)
    with_line = map_figure([MapPart(layers=(line,))], CAMERA, DARK)["layout"]["map"]["layers"]
    assert len(with_line) == len(bare), "where the number changes, Plotly loads every layer's shapes anew"
    assert with_line.index(line) == list(Slot).index(Slot.TOWN_LINE)


def test_labels_without_a_note_or_an_alert_make_no_empty_trace() -> None:
    named = [AreaLabel(1, 111.3, 27.3, "某区")]
    assert [trace["below"] for trace in label_part(named, CAMERA, DARK).traces] == [Slot.LABEL_TITLE]
    assert label_part([], CAMERA, DARK).traces == ()


def test_two_layers_of_one_place_are_refused_and_none_is_lost_unseen() -> None:
    line = line_layer("/u", Slot.TOWN_LINE, "#fff", 1.0)
    with pytest.raises(ValueError, match=Slot.TOWN_LINE):
        map_figure([MapPart(layers=(line,)), MapPart(layers=(line,))], CAMERA, DARK)
