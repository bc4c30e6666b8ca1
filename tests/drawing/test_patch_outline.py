"""A grid's outline as a picture: its shape, its parts and its scale."""

from __future__ import annotations

import re
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest

from layers.patch_outline import outline_picture
from layers.words import Language

# At 60° north a degree of longitude is half as long as one of latitude.
TALL = [[[119, 60], [119.02, 60], [119.02, 60.02], [119, 60.02], [119, 60]]]


def _svg(outline: dict[str, object]) -> ElementTree.Element:
    kind, _, drawn = outline_picture(outline, Language.ZH).partition(",")
    assert kind == "data:image/svg+xml"
    return ElementTree.fromstring(unquote(drawn))  # noqa: S314  our own


def _points(svg: ElementTree.Element) -> list[list[tuple[float, float]]]:
    drawn = svg[0].attrib["d"]
    return [
        [(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+),(-?[\d.]+)", ring)]
        for ring in drawn.removesuffix("Z").split("Z")
    ]


def test_metres_are_metres_in_both_directions() -> None:
    (ring,) = _points(_svg({"type": "Polygon", "coordinates": TALL}))
    xs, ys = zip(*ring, strict=True)
    assert (max(ys) - min(ys)) / (max(xs) - min(xs)) == pytest.approx(2, rel=0.01)
    assert ring[0][1] == max(ys), "south is below"


def test_the_bar_is_as_long_as_it_says() -> None:
    svg = _svg({"type": "Polygon", "coordinates": TALL})
    (ring,) = _points(svg)
    ys = [y for _, y in ring]
    px_per_metre = (max(ys) - min(ys)) / (0.02 * 111_320)
    left, right = (float(one) for one in re.findall(r"M([\d.]+),.*H([\d.]+)V", svg[1].attrib["d"])[0])
    metres = int(re.sub(r"\D", "", svg[2].text or ""))
    assert (right - left) / px_per_metre == pytest.approx(metres, rel=0.01)


def test_holes_and_parts_are_all_drawn() -> None:
    hole = [[119.005, 60.005], [119.01, 60.005], [119.01, 60.01], [119.005, 60.005]]
    exclave = [[[119.03, 60], [119.04, 60], [119.04, 60.01], [119.03, 60]]]
    svg = _svg({"type": "MultiPolygon", "coordinates": [[TALL[0], hole], exclave]})
    assert [len(ring) for ring in _points(svg)] == [5, 4, 4]
    assert svg[0].attrib["fill-rule"] == "evenodd"
    wide, high = map(float, svg.attrib["viewBox"].split()[2:])
    for ring in _points(svg):
        assert all(0 <= x <= wide and 0 <= y <= high for x, y in ring)
