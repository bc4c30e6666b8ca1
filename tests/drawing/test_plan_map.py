"""The planner's map and the patch's: who is drawn where, in which colour, and what is never drawn."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from grid.areas import Level
from grid.coverage import Unit, UnitKind
from grid.planning import Edit, EditKind, apply_edits, balance, floor, issues
from layers.leader_colours import assign_colours
from layers.map_camera import Viewport
from layers.plan_map import NOBODY_COLOUR, PlanScene, plan_figure, plan_paint
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
    after = _painted(_scene(book=apply_edits(book(), [Edit(EditKind.GIVE, 4, 2)])))
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
    texts = _texts(_scene(book=apply_edits(book(), [Edit(EditKind.GIVE, 1, 3)])))
    assert "领导3 ← 领导1<br>县1 44 件" in texts
    assert "领导2<br>县2 20 件" in texts
    assert "待明确<br>6 件" in texts
    assert len(texts) == len(AREAS)


def test_where_labels_have_no_room_the_moved_and_nobodys_come_first() -> None:
    texts = _texts(_scene(viewport=Viewport(200, 200), book=apply_edits(book(), [Edit(EditKind.GIVE, 3, 4)])))
    assert [text.partition("<br>")[0] for text in texts[:2]] == ["领导4 ← 领导1", "待明确"]


def test_what_a_step_changes_is_what_the_figure_would_have() -> None:
    """The browser puts paint on a figure drawn before: it must come to the same as a new figure."""
    edits = [Edit(EditKind.GIVE, 1, 3), Edit(EditKind.PIN, 2), Edit(EditKind.HELP, 3, 4, value=2)]
    after = _scene(book=apply_edits(book(), edits))
    units = plan_paint(after)["units"]
    for trace in plan_figure(after)["data"]:
        if trace["type"] == "choroplethmap":
            assert [units[str(unit)][0] for unit in trace["customdata"]] == trace["z"]
        else:
            assert [units[str(unit)][1] for unit in trace["customdata"]] == trace["text"]
    assert units["2"][1].startswith("◆")
    assert units["3"][1].startswith("+")


def test_of_a_split_county_the_towns_are_drawn_and_it_is_not() -> None:
    towns = tuple(Unit(70 + n, f"镇{n}", UnitKind.AREA, 700 + n) for n in (1, 2))
    shapes = {
        700 + n: replace(AREAS[0], id=700 + n, level=Level.TOWN, label_lon=AREAS[0].label_lon + n / 10)
        for n in (1, 2)
    }
    base = replace(book(), parts={1: towns})
    split = apply_edits(base, [Edit(EditKind.SPLIT, 1), Edit(EditKind.GIVE, 72, 2)])
    areas = {area.id: area for area in AREAS} | shapes
    city = replace(CITY, editions={Level.COUNTY: 3, Level.TOWN: 4})
    painted = _painted(_scene(city=city, book=split, base=base, areas=areas))
    assert "101" not in painted
    assert (painted["701"], painted["702"]) == (COLOURS[1], COLOURS[2])


def test_a_city_without_county_shapes_draws_no_broken_map() -> None:
    assert _fills(_scene(city=replace(CITY, editions={Level.TOWN: 9}))) == []


def test_the_floor_is_told_with_its_reason() -> None:
    now = book()
    words = floor_words(balance(now), floor(now), now, Language.ZH)
    assert "不可能低于 44 件" in words
    assert "县1" in words
    assert "高出下限 7 件" in words
    even = apply_edits(now, [Edit(EditKind.GIVE, 3, 4)])
    assert "已到下限" in floor_words(balance(even), floor(even), even, Language.ZH)


@pytest.mark.parametrize("language", list(Language))
def test_every_issue_has_a_sentence_with_its_names(language: Language) -> None:
    broken = apply_edits(book(), [Edit(EditKind.GIVE, 2, 3), Edit(EditKind.GIVE, 4, 1)])
    said = [issue_words(issue, broken, language) for issue in issues(broken, book())]
    assert any("县6" in words for words in said)
    assert any("领导1" in words and "县" in words for words in said)
    assert not any("{" in words for words in said)
