"""The map of a report is drawn without a browser: colours where areas are, enclaves, labels, marks."""

from __future__ import annotations

import io

import pytest
import shapely
from PIL import Image, ImageColor

from data.reports import drawing
from data.reports.drawing import LegendBox, MapArea, draw_map
from data.reports.excel import sheet_name

LOW, HIGH, MARK = "#DCE9F5", "#1B5990", "#C23F18"
OUTER = shapely.box(120, 28, 121, 29).difference(shapely.box(120.4, 28.4, 120.6, 28.6))
INNER = shapely.box(120.4, 28.4, 120.6, 28.6)
ISLANDS = shapely.MultiPolygon([shapely.box(121.2, 28, 121.4, 28.2), shapely.box(121.2, 28.5, 121.4, 28.9)])


def areas(label: str = "临枫区\n12") -> list[MapArea]:
    return [
        MapArea(INNER, 120.5, 28.5, 1, "", HIGH),
        MapArea(OUTER, 120.2, 28.8, 2, label, LOW),
        MapArea(ISLANDS, 121.3, 28.7, 3, "", HIGH, MARK),
    ]


def drawn(*given: object) -> Image.Image:
    png, width, height = draw_map(*given)  # type: ignore[arg-type]
    found = Image.open(io.BytesIO(png)).convert("RGB")
    assert found.size == (width, height)
    return found


def near(found: tuple[int, ...], wanted: str) -> bool:
    return all(abs(a - b) <= 6 for a, b in zip(found, ImageColor.getrgb(wanted), strict=True))


def test_areas_have_their_colours_enclaves_and_islands_too() -> None:
    frame = drawing._Frame.around(areas())
    found = drawn(areas(), [], [], [])
    for lon, lat, colour in (
        (120.45, 28.45, HIGH), (120.1, 28.1, LOW), (120.9, 28.9, LOW),
        (121.3, 28.1, HIGH), (121.3, 28.55, HIGH), (121.1, 28.5, drawing.GROUND),
        (121.3, 28.35, drawing.GROUND),
    ):  # fmt: skip
        x, y = frame.at(lon, lat)
        assert near(found.getpixel((round(x), round(y))), colour), (lon, lat)  # type: ignore[arg-type]


def test_a_marked_area_is_outlined_for_paper_without_colour() -> None:
    x, y = drawing._Frame.around(areas()).at(121.2, 28.7)
    found = drawn(areas(), [], [], [])
    assert near(found.getpixel((round(x), round(y))), MARK)  # type: ignore[arg-type]


def test_equal_maps_are_equal_bytes() -> None:
    assert draw_map(areas(), [LegendBox(LOW, "1–5")], ["来源"], ["内部资料"]) == draw_map(
        areas(), [LegendBox(LOW, "1–5")], ["来源"], ["内部资料"]
    )


def test_without_a_chinese_font_numbers_stand_where_names_would(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    named = drawn(areas(), [], ["来源"], ["内部资料"])
    monkeypatch.setattr(drawing, "chinese_font_name", lambda: None)
    drawing.font.cache_clear()
    monkeypatch.setattr("data.reports.fonts.chinese_font_name", lambda: None)
    kept = drawing.ImageDraw.ImageDraw.multiline_text

    def noted(pen: object, at: object, text: str, *rest: object, **shape: object) -> None:
        asked.append(text)
        kept(pen, at, text, *rest, **shape)  # type: ignore[arg-type]

    monkeypatch.setattr(drawing.ImageDraw.ImageDraw, "multiline_text", noted)
    try:
        plain = drawn(areas(), [LegendBox(LOW, "已挂牌")], ["来源"], ["内部资料"])
    finally:
        drawing.font.cache_clear()
    assert asked == ["1", "2", "3"]
    assert plain.height < named.height


def test_a_map_without_areas_is_an_error() -> None:
    with pytest.raises(ValueError, match="needs areas"):
        draw_map([], [], [], [])


@pytest.mark.parametrize("title", ["a/b\\c[d]*?:", "", "'x'", "长" * 40, "说明"])
def test_a_sheet_has_a_name_that_excel_takes_and_no_other_has(title: str) -> None:
    taken: set[str] = set()
    names = [sheet_name(title, taken) for _ in range(12)]
    assert len({name.casefold() for name in names}) == 12
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\'") for name in names)
