"""Hotspots by density, rate and significance: what is drawn, what is said, and what is never claimed."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from dash._utils import to_json

from callbacks.density import DensityPictures
from callbacks.tools import Tools
from callbacks.wall.screen import WallScreen
from callbacks.wall.state import HotspotView, Layer, WallState, ask, drawn_state
from grid.areas import Level
from grid.hotspots.findings import HotspotClass
from layers.map_counts import Basis
from layers.map_significance import COLOURS
from layers.theme import DARK
from tests.drawing.drawn import drawn_layers
from tests.screens.wall_city import KIOSK, SEAT, FakeWall

SIZE = {"width": 1920, "height": 1080}
SHOWN = {"number": 7, "until": "2026-11-20", "at": "2026-11-20 09:05", "day": "2026-11-20"}


@pytest.fixture
def fake() -> FakeWall:
    return FakeWall()


@pytest.fixture
def screen(fake: FakeWall) -> WallScreen:
    tools = Tools(store=fake, principal=lambda: SEAT)  # type: ignore[arg-type]
    return WallScreen(tools, DensityPictures(tools))


def said(answer: object) -> str:
    return json.dumps(json.loads(to_json(answer)), ensure_ascii=False)


def trace_of(figure: dict[str, Any], uid: str) -> dict[str, Any]:
    return next(trace for trace in figure["data"] if trace["uid"] == uid)


def test_significance_colours_what_it_judges_and_hatches_what_it_does_not(
    screen: WallScreen, fake: FakeWall
) -> None:
    figure, legends, notes, _ = screen.picture(
        SIZE, {"layers": ["density"], "view": "significance"}, None, shown=SHOWN
    )
    found = fake.significance(Level.TOWN, ask(WallState()))
    verdicts = Counter(one.verdict for one in found.rows)
    assert verdicts[HotspotClass.TOO_FEW] >= 2, "an island, and a town whose residents are not known"
    assert verdicts[HotspotClass.NOT_SIGNIFICANT], "most of the fake city is like the rest of it"
    fill = trace_of(figure, "slot-counts")
    unsaid = {str(one.area_id) for one in found.rows if one.verdict is HotspotClass.TOO_FEW}
    assert len(fill["locations"]) == len(found.rows) - len(unsaid)
    assert not unsaid & set(fill["locations"])
    assert any(layer["name"] == "slot-counts-hatch" for layer in drawn_layers(figure))
    steps = list(COLOURS)
    verdict_of = {str(one.area_id): one.verdict for one in found.rows}
    assert [steps[at] for at in fill["z"]] == [verdict_of[one] for one in fill["locations"]]
    legend = said(legends)
    for words in ("不显著", "数量过少", "Gi*", "FDR", f"n={found.n:,}", "▲", "▼"):
        assert words in legend
    assert notes == []
    assert not any(layer["type"] == "raster" for layer in drawn_layers(figure))


def test_each_class_has_a_colour_of_its_own_that_also_differs_in_lightness() -> None:
    def lightness(colour: str) -> float:
        red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    for kind in ("hot", "cold"):
        steps = [lightness(COLOURS[HotspotClass(f"{kind}_{sure}")]) for sure in ("90", "95", "99")]
        assert steps == sorted(steps)
        assert min(after - before for before, after in pairwise(steps)) > 15
    assert len(set(COLOURS.values())) == len(COLOURS) == len(HotspotClass) - 1


def test_only_what_stands_out_is_listed_and_named_with_a_sign(screen: WallScreen, fake: FakeWall) -> None:
    listed, _ = screen.ranking({"layers": ["density"], "view": "significance", "period": "m24"})
    found = [
        one
        for one in fake.significance(Level.TOWN, ask(WallState())).rows
        if one.verdict not in (HotspotClass.NOT_SIGNIFICANT, HotspotClass.TOO_FEW)
    ]
    assert found, "the fake city has a town that stands out"
    assert "▲" in said(listed) or "没有一处镇" in said(listed)


def test_few_matters_are_said_to_be_too_few(screen: WallScreen, fake: FakeWall) -> None:
    fake.matters_known = False
    controls: dict[str, object] = {"layers": ["density"], "view": "significance"}
    listed, _ = screen.ranking(controls)
    assert "太少" in said(listed)
    _, legends, notes, _ = screen.picture(SIZE, controls, None, shown=SHOWN)
    assert legends == []
    assert "fengtu import petitions" in said(notes)


def test_villages_are_never_judged_by_hidden_counts(screen: WallScreen, fake: FakeWall) -> None:
    controls: dict[str, object] = {"layers": ["density"], "view": "significance", "level": "village"}
    _, legends, notes, _ = screen.picture(SIZE, controls, None, shown=SHOWN)
    assert "按乡镇" in said(legends) or "按镇" in said(legends)
    assert "村级有隐去的数" in said(notes)


def test_rate_is_the_count_per_resident_and_two_fills_never_lie_on_each_other(screen: WallScreen) -> None:
    by_view, legends, notes, _ = screen.picture(
        SIZE, {"layers": ["density"], "view": "rate"}, None, shown=SHOWN
    )
    by_counts, *_ = screen.picture(SIZE, {"layers": ["counts"], "basis": "rate"}, None, shown=SHOWN)
    assert said(by_view) == said(by_counts)
    assert "每万人" in said(legends)
    assert notes == []
    both, legends, notes, _ = screen.picture(
        SIZE, {"layers": ["density", "counts"], "view": "significance"}, None, shown=SHOWN
    )
    assert sum(trace["uid"] == "slot-counts" for trace in both["data"]) == 1
    assert len(legends) == 1
    assert "不叠加" in said(notes)


@pytest.mark.parametrize("view", HotspotView)
@pytest.mark.parametrize("layers", [(), (Layer.DENSITY,), (Layer.COUNTS,), tuple(Layer)])
def test_what_is_drawn_never_fills_twice(view: HotspotView, layers: tuple[Layer, ...]) -> None:
    drawn = drawn_state(WallState(layers=layers, view=view, level=Level.VILLAGE))
    fills = [Layer.COUNTS in drawn.layers, drawn.judged]
    assert sum(fills) <= 1
    assert set(drawn.layers) & {Layer.LISTING, Layer.COVERAGE} == set(layers) & {
        Layer.LISTING,
        Layer.COVERAGE,
    }
    if Layer.DENSITY in layers and view is HotspotView.RATE:
        assert drawn.basis is Basis.RATE
    if drawn.judged:
        assert drawn.level is Level.TOWN


def test_a_kiosk_judges_by_published_counts_alone(fake: FakeWall) -> None:
    tools = Tools(store=fake, principal=lambda: KIOSK)  # type: ignore[arg-type]
    screen = WallScreen(tools, DensityPictures(tools))
    fake.asked.clear()
    screen.ranking({"layers": ["density"], "view": "significance"})
    assert {"counts", "significance"} <= set(fake.asked)
    assert not any(name.startswith("cards") for name in fake.asked)


def test_a_month_is_told_by_what_is_published_of_it(screen: WallScreen) -> None:
    """Counts of the city: no map of a single month is published, and the wall says so."""
    still, words = screen.trend(SIZE, {}, None)
    assert "斜纹" in said(words)
    played, words = screen.trend(SIZE, {}, "2026-08")
    bright = [at for at, colour in enumerate(played["data"][0]["marker"]["color"]) if colour != DARK.line]
    assert [played["data"][0]["x"][at] for at in bright] == ["2026-08"]
    count = dict(zip(played["data"][0]["x"], played["data"][0]["y"], strict=True))["2026-08"]
    assert f"2026年8月：登记 {count:,} 件" in said(words)
    assert "逐月地图未发布" in said(words)
    assert "环比" in said(words)
    assert played["data"][0]["y"] == still["data"][0]["y"]


@pytest.mark.parametrize(
    ("month", "told"), [("2026-11", "未满月"), ("2019-01", "没有发布"), ("0001-01", "没有发布")]
)
def test_what_is_not_over_or_not_published_is_not_compared(screen: WallScreen, month: str, told: str) -> None:
    _, words = screen.trend(SIZE, {}, month)
    assert told in said(words)
    assert "环比" not in said(words)


def test_every_slot_is_there_and_says_when_it_is_empty(screen: WallScreen, fake: FakeWall) -> None:
    city = fake.city()
    fake.city = lambda: replace(city, internal=False, source="", review_number="")  # type: ignore[method-assign]
    _, stamps, source = screen.heading({**SHOWN, "at": None}, {})
    for words in ("不标内部资料", "演示数据", "数据截至 尚未发布"):
        assert words in said(stamps)
    assert source == "来源：未填写 · 审图号：未填写"
