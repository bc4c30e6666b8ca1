"""The planner's map and the patch's: who is drawn where, in which colour, and what is never drawn."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from grid.areas import Level
from grid.planning import Move, apply_moves, balance, floor, issues
from layers.leader_colours import assign_colours
from layers.map_camera import Viewport
from layers.plan_map import NOBODY_COLOUR, PlanScene, plan_camera, plan_figure
from layers.plan_words import floor_words, issue_words
from layers.words import Language
from tests.screens.plan_city import AREAS, CITY, book

COLOURS = assign_colours(book())


def _scene(**changes: Any) -> PlanScene:
    scene = PlanScene(
        CITY, book(), book(), {area.id: area for area in AREAS}, COLOURS, Viewport(700, 600), Language.ZH
    )
    return replace(scene, **changes)


def _fills(scene: PlanScene) -> list[dict[str, Any]]:
    return [trace for trace in plan_figure(scene)["data"] if trace["type"] == "choroplethmap"]


def _painted(scene: PlanScene) -> dict[str, str]:
    """The colour in which each area is seen, read back from the figure as Plotly computes it."""
    painted = {}
    for trace in _fills(scene):
        for location, z in zip(trace["locations"], trace["z"], strict=True):
            share = (z - trace["zmin"]) / (trace["zmax"] - trace["zmin"])
            painted[location] = next(colour for edge, colour in trace["colorscale"] if edge > share)
    return painted


def test_every_area_has_its_leaders_colour_and_nobodys_none() -> None:
    expected = {str(100 + unit): COLOURS[leader] for unit, leader in ((1, 1), (2, 2), (3, 1), (4, 3), (5, 4))}
    assert _painted(_scene()) == expected | {"106": NOBODY_COLOUR}


def test_a_move_repaints_that_area_only() -> None:
    before = _painted(_scene())
    after = _painted(_scene(book=apply_moves(book(), [Move(4, 2)])))
    assert {area for area in before if before[area] != after[area]} == {"104"}
    assert after["104"] == COLOURS[2]


def test_functional_areas_lie_on_top_where_a_click_meets_them_first() -> None:
    fills = _fills(_scene())
    assert fills[-1]["locations"] == ["106"]


def test_shapes_come_by_address_and_nothing_from_outside() -> None:
    figure = plan_figure(_scene())
    assert {trace["geojson"] for trace in _fills(_scene())} == {"/shapes/county/3.json"}
    assert "http" not in str(figure)


def _texts(scene: PlanScene) -> list[str]:
    return next(trace for trace in plan_figure(scene)["data"] if trace["type"] == "scattermap")["text"]


def test_labels_say_leader_unit_and_cases_and_from_whom_a_unit_came() -> None:
    texts = _texts(_scene(book=apply_moves(book(), [Move(1, 3)])))
    assert "领导3 ← 领导1<br>县1 44 件" in texts
    assert "领导2<br>县2 20 件" in texts
    assert "待明确<br>6 件" in texts
    assert len(texts) == len(AREAS)


def test_where_labels_have_no_room_the_moved_and_nobodys_come_first() -> None:
    texts = _texts(_scene(viewport=Viewport(200, 200), book=apply_moves(book(), [Move(3, 4)])))
    assert [text.partition("<br>")[0] for text in texts[:2]] == ["领导4 ← 领导1", "待明确"]


def test_the_chosen_leaders_areas_and_what_is_pointed_at_are_outlined() -> None:
    trace = _fills(_scene(chosen=1, focus=(4,)))[0]
    widths = dict(zip(trace["locations"], trace["marker"]["line"]["width"], strict=True))
    assert widths["104"] > widths["101"] == widths["103"] > widths["102"]


def test_pointing_brings_the_camera_nearer_and_keeps_the_areas_in_view() -> None:
    far, near = plan_camera(_scene()), plan_camera(_scene(focus=(4, 5)))
    assert near.zoom > far.zoom
    for area in AREAS[3:5]:
        x, y = near.to_px(area.label_lon, area.label_lat)
        assert 0 < x < 700
        assert 0 < y < 600


def test_a_city_without_county_shapes_draws_no_broken_map() -> None:
    assert _fills(_scene(city=replace(CITY, editions={Level.TOWN: 9}))) == []


def test_the_floor_is_told_with_its_reason() -> None:
    now = book()
    words = floor_words(balance(now), floor(now), now, Language.ZH)
    assert "不可能低于 44 件" in words
    assert "县1" in words
    assert "高出下限 7 件" in words
    even = apply_moves(now, [Move(3, 4)])
    assert "已到下限" in floor_words(balance(even), floor(even), even, Language.ZH)


@pytest.mark.parametrize("language", list(Language))
def test_every_issue_has_a_sentence_with_its_names(language: Language) -> None:
    broken = apply_moves(book(), [Move(2, 3), Move(4, 1)])
    said = [issue_words(issue, broken, language) for issue in issues(broken, book())]
    assert any("县6" in words for words in said)
    assert any("领导1" in words and "县" in words for words in said)
    assert not any("{" in words for words in said)
