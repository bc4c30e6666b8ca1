"""The patch's map: only what is placed to a point is a dot, the urgent ones larger and on top."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from layers.patch_map import PHONE, patch_figure, points_on_map
from layers.theme import LIGHT
from layers.words import Language
from tests.screens.patch_city import MATTERS, FakePatchDesk

PATCH = FakePatchDesk().patch(4)


def _trace(below: str, **changes: Any) -> dict[str, Any]:
    figure = patch_figure(replace(PATCH, **changes), Language.ZH)
    return next(trace for trace in figure["data"] if trace["below"] == below)


def test_a_matter_known_only_to_the_grid_is_no_dot() -> None:
    dots = _trace("slot-hit")
    assert len(dots["lon"]) == len(MATTERS) - 1 == len(points_on_map(MATTERS))
    assert None not in dots["lon"]


def test_urgent_dots_are_larger_coloured_by_clock_and_on_top() -> None:
    dots = _trace("slot-hit")
    assert dots["marker"]["size"] == sorted(dots["marker"]["size"])
    assert dots["marker"]["color"][-1] == LIGHT.maple


def test_days_are_written_at_the_pressing_ones_the_most_pressing_first() -> None:
    assert _trace("slot-label-title")["text"] == ["超9天", "超1天", "剩7天"]


def test_no_number_or_text_of_a_matter_is_on_the_map() -> None:
    assert "X2" not in str(patch_figure(PATCH, Language.ZH))


def test_a_service_point_near_is_in_view_and_one_far_off_does_not_shrink_the_grid() -> None:
    near = patch_figure(PATCH, Language.ZH)["layout"]["map"]
    far_points = (replace(PATCH.points[0], lon=121.0),)
    far = patch_figure(replace(PATCH, points=far_points), Language.ZH)["layout"]["map"]
    assert far["zoom"] > near["zoom"]
    assert near["center"]["lon"] > far["center"]["lon"]
    assert PHONE.width < 430


def test_an_outline_of_several_parts_is_drawn_whole() -> None:
    parts = [PATCH.outline["coordinates"], [[[119.1, 28.1], [119.11, 28.1], [119.11, 28.12], [119.1, 28.1]]]]
    figure = patch_figure(replace(PATCH, outline={"type": "MultiPolygon", "coordinates": parts}), Language.ZH)
    assert figure["layout"]["map"]["center"]["lon"] > 119.04
