"""What the hotspot map, its legend and its charts say is what was counted."""

from __future__ import annotations

import base64
import zlib
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grid.areas import Level
from grid.density import DensitySurface
from grid.hotspots.findings import Cluster, Emergence, HotspotClass
from grid.hotspots.questions import Step
from grid.matters import Category
from grid.measures import MeasureUnit
from grid.questions import City
from layers.hotspot_charts import ChartStep, calendar_figure, shown_step, split_figure, trend_figure
from layers.hotspot_density import draw_light_density, light_density_legend
from layers.hotspot_legend import code_words, paint_legend, playback_legend
from layers.hotspot_map import blank_figure, map_spec
from layers.hotspot_paint import (
    COLOURS,
    MARKED,
    Code,
    Paint,
    order_key,
    pack,
    paint_counts,
    paint_findings,
    paint_frames,
    paint_rates,
)
from layers.words import Language

ZH = Language.ZH
TODAY = date(2026, 11, 20)
CITY = City("枫溪市", True, True, "源", "号", (111.0, 27.0, 113.0, 29.0), 4546,
            {Level.COUNTY: 1, Level.TOWN: 2, Level.GRID: 4}, TODAY)  # fmt: skip
COUNTS = st.lists(st.integers(0, 400), min_size=1, max_size=60)


@settings(max_examples=100, deadline=None)
@given(COUNTS, st.booleans())
def test_the_class_of_a_count_is_the_one_that_the_legend_names(counts: list[int], is_fine: bool) -> None:
    values = np.array(counts, dtype=np.int64)
    painted = paint_counts(values, values, is_fine=is_fine)
    legend = paint_legend(
        painted, Paint.COUNT, (Level.GRID if is_fine else Level.TOWN, MeasureUnit.MATTERS), ZH
    )
    told = {entry["code"]: entry["text"] for entry in legend["entries"]}
    for count, code in zip(counts, painted.codes.tolist(), strict=True):
        low, _, high = told[code].replace(",", "").partition("–")
        assert int(low) <= count <= int(high or low)


@settings(max_examples=60, deadline=None)
@given(COUNTS)
def test_small_counts_cannot_be_told_apart_below_township(counts: list[int]) -> None:
    values = np.array(counts, dtype=np.int64)
    painted = paint_counts(values, values, is_fine=True)
    assert {code for code, count in zip(painted.codes.tolist(), counts, strict=True) if 0 < count < 5} <= {
        Code.FEW
    }
    assert {
        count for code, count in zip(painted.codes.tolist(), counts, strict=True) if code == Code.FEW
    } <= {1, 2, 3, 4}


def test_heads_of_few_matters_are_small_counts_too() -> None:
    heads, matters = np.array([40, 40]), np.array([1, 8])
    assert paint_counts(heads, matters, is_fine=True).codes.tolist()[0] == Code.FEW


def test_pictures_of_a_playback_are_cut_alike() -> None:
    counts = np.array([[1, 50, 3], [50, 1, 0]])
    painted = paint_frames(counts, counts, is_fine=False)
    assert painted.codes.shape == counts.shape
    assert painted.codes[0, 1] == painted.codes[1, 0]
    legend = playback_legend(painted, Step.WEEK, (Level.TOWN, MeasureUnit.MATTERS), ZH)
    assert {entry["n"] for entry in legend["entries"]} == {""}


def test_rates_that_are_not_said_are_too_few() -> None:
    painted = paint_rates(np.array([np.nan, 3.0, 9.0, 0.0]), np.array([False, False, True, True]))
    assert painted.codes.tolist()[:2] == [Code.TOO_FEW] * 2
    assert painted.codes.tolist()[3] == Code.ZERO
    nothing = paint_rates(np.array([np.nan]), np.array([False]))
    assert nothing.codes.tolist() == [Code.TOO_FEW]


@pytest.mark.parametrize("kind", [HotspotClass, Cluster, Emergence])
def test_every_finding_has_a_code_of_its_own_with_colour_and_words(kind: type) -> None:
    members = list(kind)  # type: ignore[call-overload]
    codes = paint_findings(members).codes.tolist()
    assert len(set(codes)) == len(members)
    assert all(code in COLOURS and code_words(code, ZH) for code in codes)
    assert paint_findings([None]).codes.tolist() == [Code.TOO_FEW]


def test_no_two_classes_of_a_legend_are_told_by_colour_alone() -> None:
    """Classes of significance carry a sign, a hatch or a plain grey besides."""
    plain = {Code.NOT_SIGNIFICANT, Code.NONE}
    significant = {code for code in Code if code > Code.TOO_FEW}
    assert significant - MARKED == plain


def test_codes_come_through_and_10_000_are_small() -> None:
    rng = np.random.default_rng(5)
    counts = rng.poisson(rng.gamma(0.7, 6, 10_000))
    codes = paint_counts(counts, counts, is_fine=False).codes
    sent = pack(codes)
    assert zlib.decompress(base64.b64decode(sent)) == codes.tobytes()
    assert len(sent) < 7_000


def test_orders_of_areas_are_told_apart() -> None:
    assert order_key([1, 2, 3]) != order_key([2, 1, 3])
    assert order_key([]) != order_key([0])


# The map


def test_the_map_loads_shapes_by_immutable_addresses_and_nothing_from_outside() -> None:
    spec = map_spec(CITY)
    assert spec["urls"] == {
        "county": "/shapes/county/1.json",
        "town": "/shapes/town/2.json",
        "grid": "/shapes/grid/4.json",
    }
    assert "http" not in str(spec)
    names = [layer["id"] for layer in spec["layers"]]
    assert len(names) == len(set(names))
    assert {layer["source"] for layer in spec["layers"]} <= set(spec["sources"])


def test_the_style_holds_no_value_that_changes() -> None:
    """Codes are feature state: one style for every filter."""
    fills = [layer for layer in map_spec(CITY)["layers"] if layer["id"].endswith("-fill")]
    assert len(fills) == 3
    assert all("feature-state" in str(layer["paint"]["fill-color"]) for layer in fills)
    stops = fills[0]["paint"]["fill-color"][2:-1]
    assert dict(zip(stops[::2], stops[1::2], strict=True)) == {
        int(code): colour for code, colour in COLOURS.items()
    }


def test_a_city_without_boundaries_has_a_map_all_the_same() -> None:
    bare = City("市", False, False, "", "", None, None, {}, TODAY)
    assert map_spec(bare)["levels"] == []
    assert blank_figure(bare)["layout"]["map"]["center"] == {"lon": 0, "lat": 0}


# Charts


@settings(max_examples=80, deadline=None)
@given(
    st.dates(date(2020, 1, 1), date(2026, 1, 1)),
    st.lists(st.integers(0, 9), min_size=1, max_size=900),
    st.sampled_from(list(ChartStep)),
)
def test_bars_add_up_and_only_cut_ones_are_pale(since: date, counts: list[int], step: ChartStep) -> None:
    figure = trend_figure(since, np.array(counts), step=step, breaks=(), unit="件", language=ZH)
    bars = figure["data"][0]
    assert sum(bars["y"]) == sum(counts)
    assert ("x" in bars) == (shown_step(step, len(counts)) is ChartStep.MONTH)
    assert set(bars["marker"]["opacity"][1:-1]) <= {1}


def test_long_periods_get_longer_steps() -> None:
    found = [shown_step(ChartStep.AUTO, days) for days in (1, 92, 93, 800, 801)]
    assert found == [ChartStep.DAY, ChartStep.DAY, ChartStep.WEEK, ChartStep.WEEK, ChartStep.MONTH]
    assert shown_step(ChartStep.DAY, 2000) is ChartStep.DAY


def test_only_breaks_inside_the_period_are_marked() -> None:
    days = (date(2025, 1, 1), date(2025, 3, 1), date(2027, 1, 1))
    figure = trend_figure(date(2025, 2, 1), np.ones(90, dtype=np.int64), step=ChartStep.AUTO,
                          breaks=days, unit="件", language=ZH)  # fmt: skip
    assert [line["x0"] for line in figure["layout"]["shapes"]] == ["2025-03-01"]


def test_a_calendar_has_each_day_in_its_place_and_blanks_around() -> None:
    since = date(2026, 1, 1)  # a Thursday
    z = calendar_figure(since, np.arange(10), "件", ZH)["data"][0]["z"]
    assert [row[0] for row in z] == [None, None, None, 0, 1, 2, 3]
    assert [row[1] for row in z] == [4, 5, 6, 7, 8, 9, None]


def test_a_long_calendar_shows_its_end() -> None:
    counts = np.zeros(3000, dtype=np.int64)
    counts[-1] = 77
    z = calendar_figure(date(2018, 1, 1), counts, "件", ZH)["data"][0]["z"]
    assert 77 in [row[-1] for row in z]
    assert len(z[0]) <= 110


def test_a_split_says_number_and_share() -> None:
    figure = split_figure(((Category.LABOUR, 30), (Category.LAND, 10)), "category", "件", ZH)
    assert figure["data"][0]["text"] == ["30 · 75%", "10 · 25%"]
    assert split_figure((), "category", "件", ZH)["data"][0]["x"] == []


# Density


def test_the_light_density_is_clear_where_nothing_is_and_dark_where_most_is() -> None:
    import io

    from PIL import Image

    field = np.full((64, 64), np.nan, dtype=np.float32)
    field[28:36, 28:36] = 5
    surface = DensitySurface(field, (420_000.0, 3_000_000.0, 500_000.0, 3_080_000.0), 1500.0, 99)
    drawn = draw_light_density(surface, bounds=(110.2, 27.1, 111.0, 27.8), epsg=4546)
    pixels = np.asarray(Image.open(io.BytesIO(drawn.png)).convert("RGBA"))
    assert pixels[0, 0, 3] == 0
    assert pixels[..., 3].max() > 200
    legend = light_density_legend(drawn, MeasureUnit.HEADS, ZH)
    assert len(legend["ticks"]) == len(legend["ramp"])
    assert "1,500" in legend["note"]
    assert legend["title"] == "密度（人次/平方公里）"


def test_the_light_density_shows_what_was_asked_for_and_says_so() -> None:
    per_km2 = np.full((64, 64), 5, dtype=np.float32)
    box = (420_000.0, 3_000_000.0, 500_000.0, 3_080_000.0)
    surface = DensitySurface(per_km2, box, 1500.0, 99, per_10k=per_km2 * 8, adaptive=True)
    drawn = draw_light_density(surface, bounds=(110.2, 27.1, 111.0, 27.8), epsg=4546)
    legend = light_density_legend(drawn, MeasureUnit.MATTERS, ZH)
    assert legend["title"] == "密度（件/万常住人口）"
    assert legend["ticks"][-1] == "40"
    assert "自适应" in legend["note"]
