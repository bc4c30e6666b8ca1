"""The maps of units say nothing by colour alone, their legends add up, nothing is drawn that was not told."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from itertools import pairwise

import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grid.areas import Level
from grid.clocks.counts import ClockCounts, ClockQuestion
from grid.listings import Listing, ListingState, Quarter
from grid.unit_maps import ListedUnit
from layers.legends import Swatch
from layers.listing_map import (
    LOOKS,
    ListingScene,
    change_words,
    listing_figure,
    listing_map_legend,
    rank_words,
)
from layers.map_base import Slot
from layers.map_clocks import LATE, SOON, ClockScene, clock_figure, clock_legend
from layers.map_hatch import geometries
from layers.map_listing import listing_labels, listing_legend, listing_part
from layers.theme import LIGHT
from layers.unit_map import unit_camera
from layers.words import Language, say
from tests.drawing.drawn import drawn_layers
from tests.screens.unit_maps_city import QUARTERS, STATES, area_clocks, listed_units, subject_of
from tests.screens.wall_city import TODAY, FakeWall, city_areas, city_shapes

CITY = FakeWall().city()
ZH = Language.ZH
COUNTIES = city_areas(Level.COUNTY)
SHAPES = json.loads(gzip.decompress(city_shapes(Level.COUNTY)))
FEATURES = {int(one["id"]): one for one in SHAPES["features"]}
GEOMETRIES = geometries(SHAPES)
ONE_OF_EACH = {area.id: state for area, state in zip(COUNTIES, ListingState, strict=False)}


def unit(
    area_id: int, state: ListingState | None, rank: int | None = 3, before: int | None = 5
) -> ListedUnit:
    area = next(one for one in COUNTIES if one.id == area_id)
    return ListedUnit(subject_of(area), state, rank, before)


def listing_scene(states: dict[int, ListingState | None]) -> ListingScene:
    units = {area: unit(area, state) for area, state in states.items()}
    return ListingScene(CITY, Level.COUNTY, COUNTIES, units, GEOMETRIES, FEATURES, {}, ZH)


def clock_scene(values: dict[int, int], question: ClockQuestion = ClockQuestion.OVERDUE) -> ClockScene:
    counts = {
        area: ClockCounts(
            area, None, 99, **{one.value: value for one in ClockQuestion}, paused=0, provisional=0
        )
        for area, value in values.items()
    }
    return ClockScene(CITY, Level.COUNTY, question, COUNTIES, counts, GEOMETRIES, FEATURES, {}, ZH)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def traces(figure: dict[str, object]) -> dict[str, dict[str, object]]:
    return {one["uid"]: one for one in figure["data"]}  # type: ignore[index, attr-defined]


# Listings


def test_states_are_told_apart_by_hatch_and_outline_without_any_colour() -> None:
    looks = {
        (look.hatch, look.falling, look.dashed and look.dashed[1], look.width_px, look.swatch)
        for look in LOOKS.values()
    }
    without_width = {(one[0], one[1], one[2]) for one in looks}
    assert len(looks) == len(LOOKS) == len(ListingState)
    assert len(without_width) == len(LOOKS), "an outline's width alone is no difference that one sees"
    assert len({look.swatch for look in LOOKS.values()} | {Swatch.FILL}) == len(LOOKS) + 1


def test_every_state_is_filled_outlined_hatched_and_said_in_words() -> None:
    figure = listing_figure(listing_scene(dict(ONE_OF_EACH)))
    go.Figure(figure)
    drawn = traces(figure)
    layers = {one["below"]: one for one in drawn_layers(figure)}
    for area, state in ONE_OF_EACH.items():
        look = LOOKS[state]
        assert drawn[look.slot]["locations"] == [str(area)]
        assert (drawn[look.slot]["marker"]["line"]["width"] > 0) is (look.dashed is None)
        if look.dashed:
            (feature,) = layers[look.dashed[0]]["source"]["features"]
            assert feature["id"] == str(area)
            assert layers[look.dashed[0]]["line"]["dash"]
        if look.hatch:
            assert layers[look.hatch]["type"] == "line"
    assert set(drawn[Slot.LABEL_ALERT]["text"]) == {
        f"{blank}{say(f'listing_state.{state}', ZH)}"
        for state in ListingState
        for blank in (" <br> <br> <br>",)
    }


@given(
    st.dictionaries(st.sampled_from([one.id for one in COUNTIES]), st.none() | st.sampled_from(ListingState))
)
def test_the_legend_of_listings_names_every_state_and_its_numbers_add_up(states) -> None:
    units = [unit(area, state) for area, state in states.items()]
    legend = listing_map_legend(units, ZH)
    words = {entry.text: entry.count for entry in legend.entries}
    assert sum(words.values()) == len(units)
    for state in ListingState:
        assert words[say(f"listing_state.{state}", ZH)] == sum(one.state is state for one in units)


@pytest.mark.parametrize(
    ("rank", "before", "said"),
    [
        (3, 1, "第 3 名 ▲2"),
        (1, 4, "第 1 名 ▼3"),
        (2, 2, "第 2 名 ＝"),
        (2, None, "第 2 名"),
        (None, 4, "不排名"),
    ],
)
def test_a_higher_rank_number_is_better_and_shown_as_such(rank, before, said) -> None:
    one = unit(COUNTIES[0].id, None, rank, before)
    assert rank_words(one, ZH) == said
    assert change_words(replace(one, rank=None)) == ""
    assert rank_words(replace(one, rank=2, previous_rank=None, tied=True), ZH) == "并列第 2 名"


def test_units_of_which_nothing_is_told_are_hatched_and_not_left_white_as_if_not_listed() -> None:
    own = COUNTIES[0].id
    scene = replace(listing_scene({own: None}), is_whole=False)
    layers = {one["below"] for one in drawn_layers(listing_figure(scene))}
    assert Slot.COUNTS_HIDDEN in layers
    legend = listing_map_legend([unit(own, None)], ZH, untold=len(scene.untold))
    assert sum(entry.count or 0 for entry in legend.entries) == len(COUNTIES)
    whole = {one["below"] for one in drawn_layers(listing_figure(listing_scene({own: None})))}
    assert Slot.COUNTS_HIDDEN not in whole


def test_a_quarter_travels_as_values_and_no_shape_but_of_hatches_and_dashes() -> None:
    scene = listing_scene({area: state for area, state in STATES.items() if area in FEATURES})
    figure = listing_figure(scene)
    assert {one["geojson"] for one in figure["data"] if "geojson" in one} == {"/shapes/county/2.json"}
    embedded = [one for one in drawn_layers(figure) if isinstance(one["source"], dict)]
    assert {one["below"] for one in embedded} == {
        Slot.FUNCTIONAL_LINE, Slot.PROPOSED_LINE, Slot.REJECTED_LINE,
        Slot.LISTED_HATCH, Slot.RECTIFYING_HATCH,
    }  # fmt: skip
    views = {listing_figure(replace(scene, units={}))["layout"]["uirevision"], figure["layout"]["uirevision"]}
    assert len(views) == 1, "the next quarter must not move the map"


def test_what_was_turned_down_is_no_part_of_the_walls_layer() -> None:
    rejected = Listing(
        1, "甲", COUNTIES[0].id, Quarter(2026, 3), ListingState.REJECTED, 1, None, None, "", None, "", None
    )
    part = listing_part([rejected], GEOMETRIES, FEATURES, camera=unit_camera(CITY, Level.COUNTY), theme=LIGHT)
    assert (part.traces, part.layers) == ((), ())
    assert listing_labels([rejected], {one.id: one for one in COUNTIES}, TODAY, ZH) == ()
    assert listing_legend([rejected], LIGHT, ZH).entries == ()


# Clocks


@pytest.mark.parametrize("ramp", [LATE, SOON])
def test_each_class_is_darker_than_the_one_before(ramp: tuple[str, ...]) -> None:
    light = [luminance(colour) for colour in (LIGHT.panel, *ramp)]
    assert all(before - after > 0.05 for before, after in pairwise(light)), light


VALUES = st.dictionaries(
    st.sampled_from([one.id for one in COUNTIES]), st.integers(0, 9) | st.integers(0, 5000)
)


@given(VALUES, st.sampled_from(ClockQuestion))
def test_the_legend_of_clocks_adds_up_to_the_areas_and_its_classes_hold_what_is_drawn(
    values, question
) -> None:
    scene = clock_scene(values, question)
    legend = clock_legend(scene)
    assert sum(entry.count or 0 for entry in legend.entries) == len(scene.regular)
    classes = [one for one in legend.entries if one.swatch is Swatch.FILL and one.text != "0"]
    bounds = [[int(part.replace(",", "")) for part in one.text.split(" – ")] for one in classes]
    regular = {area.id for area in scene.regular}
    positive = [value for area, value in values.items() if value and area in regular]
    for (low, high), entry in zip(((one[0], one[-1]) for one in bounds), classes, strict=True):
        assert sum(low <= value <= high for value in positive) == entry.count
    figure = clock_figure(scene)
    go.Figure(figure)
    fill = traces(figure)[Slot.COUNTS]
    assert set(fill["locations"]) == {str(area) for area in values if area in regular}


@given(VALUES)
def test_what_is_not_told_is_hatched_and_never_a_zero(values) -> None:
    scene = clock_scene(values)
    figure = clock_figure(scene)
    untold = [area.id for area in scene.regular if area.id not in values]
    hatched = [one for one in drawn_layers(figure) if one["below"] == Slot.COUNTS_HATCH]
    assert bool(hatched) is bool(untold)
    entry = [one for one in clock_legend(scene).entries if one.swatch is Swatch.FALLING]
    assert [one.count for one in entry] == ([len(untold)] if untold else [])


def test_the_number_is_written_on_every_county_not_only_coloured() -> None:
    values = {area.id: at for at, area in enumerate(COUNTIES)}
    drawn = traces(clock_figure(clock_scene(values)))
    regular = [area for area in COUNTIES if area.id != 190]
    assert {one.removesuffix("<br> ") for one in drawn[Slot.LABEL_TITLE]["text"]} == {
        f"{area.name} {values[area.id]}" for area in regular
    }


def test_classes_are_of_the_question_that_is_asked() -> None:
    clocks = {one.subject.area_id or 0: one.clocks for one in area_clocks(Level.COUNTY)}
    scene = ClockScene(
        CITY, Level.COUNTY, ClockQuestion.OVERDUE, COUNTIES, clocks, GEOMETRIES, FEATURES, {}, ZH
    )
    for question in ClockQuestion:
        asked = replace(scene, question=question)
        assert asked.classes.highest == max(question.of(one) for one in clocks.values())
    assert listed_units(QUARTERS[-1])
