"""The hotspot screen in a real browser over the demo city: filter, playback, deep link, back, exports."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Position, expect

from bench.demo_visits import settle
from grid.principals import Role

PAINTED = "() => Boolean(document.getElementById('hotspots-root')?.dataset.painted)"
CODES = """() => {
  const map = window.fengtuHotspots.map;
  return Array.from(map.codes(map.level()) || []);
}"""
SEEN = """() => {
  const plot = document.querySelector('#hotspots-map .js-plotly-plot');
  const map = plot._fullLayout.map._subplot.map, level = window.fengtuHotspots.map.level();
  const states = {};
  map.queryRenderedFeatures({ layers: ['hotspots-areas-' + level + '-fill'] })
    .forEach((one) => { states[one.id] = one.state.c; });
  return states;
}"""
"""Codes of the areas as the map itself has them drawn."""

NOTE_MOMENTS = """() => {
  window.moments = new Set();
  const map = window.fengtuHotspots.map;
  const note = (codes) => codes && codes.length && window.moments.add(String(Array.from(codes)));
  setInterval(() => note(map.codes(map.level())), 50);
}"""
"""Keeps what the map has shown."""
SPLIT = """() => {
  const { x, y, customdata } = document.querySelector('#hotspots-split .js-plotly-plot').data[0];
  return JSON.stringify([x, y, customdata]);
}"""

OUTLINED = """() => {
  const map = window.fengtuMap.of(document.querySelector('#hotspots-map .js-plotly-plot'));
  return map.querySourceFeatures('hotspots-pointed').length > 0;
}"""
"""Whether an area stands out by its outline."""


def answered(page: Page) -> None:
    page.wait_for_function(PAINTED, timeout=90_000)
    page.wait_for_selector(".hotspots-map[data-drawn=yes]", timeout=90_000)


@pytest.fixture
def hotspots(open_page: Callable[..., Page]) -> Callable[..., Page]:
    """Return a function that opens an address of the screen, painted; the worker may still be copying."""

    def open_it(query: str = "", width: int = 1366, height: int = 768) -> Page:
        page = open_page(f"/hotspots{query}", width, height, role=Role.LEADER)
        until = time.monotonic() + 120
        page.wait_for_selector("#hotspots-root, .message-alert", timeout=60_000)
        while page.locator(".message-alert").count() and time.monotonic() < until:
            page.wait_for_timeout(1500)
            page.reload()
            page.wait_for_selector("#hotspots-root, .message-alert", timeout=60_000)
        answered(page)
        return page

    return open_it


def changed(page: Page, before: list[int]) -> list[int]:
    page.wait_for_function(
        "(before) => { const map = window.fengtuHotspots.map;"
        " return String(Array.from(map.codes(map.level()) || [])) !== String(before); }",
        arg=before,
        timeout=60_000,
    )
    codes: list[int] = page.evaluate(CODES)
    return codes


def test_a_filter_repaints_the_map_and_the_address_says_so(
    hotspots: Callable[..., Page], shots: Path
) -> None:
    page = hotspots("?since=2025-01-01&until=2026-06-30")
    before = page.evaluate(CODES)
    page.wait_for_function(f"() => Object.keys(({SEEN})()).length > 0")
    seen = page.evaluate(SEEN)
    assert {code for code in seen.values() if code} <= set(before)
    total = page.locator(".hotspots-figures b").first.inner_text()
    page.screenshot(path=shots / "hotspots-count-1366.png")
    page.click("#hotspots-category")
    page.locator(".dash-dropdown-content .dash-dropdown-option").filter(has_text="劳动和社会保障").click()
    page.keyboard.press("Escape")
    after = changed(page, before)
    assert set(page.evaluate(SEEN).values()) <= {*after, None}
    page.wait_for_url(re.compile("category=labour"))
    expect(page.locator(".hotspots-figures b").first).not_to_have_text(total)
    page.go_back()
    changed(page, after)
    assert page.evaluate(CODES) == before
    expect(page.locator(".hotspots-figures b").first).to_have_text(total)


def test_a_deep_link_shows_the_same_again(hotspots: Callable[..., Page], shots: Path) -> None:
    query = "?level=town&paint=gi&over=sites,density&since=2025-03-01&until=2026-05-31&category=land,labour"
    page = hotspots(query)
    codes, address = page.evaluate(CODES), page.url
    ranked = page.locator(".hotspots-ranking").inner_text()
    page.wait_for_timeout(500)
    page.screenshot(path=shots / "hotspots-gi-1366.png")
    again = hotspots(address.partition("/hotspots")[2])
    assert again.url == address
    assert again.evaluate(CODES) == codes
    assert again.locator(".hotspots-ranking").inner_text() == ranked
    assert again.locator("#hotspots-paint input:checked").get_attribute("value") == "gi"


def test_a_tampered_address_is_named_and_has_defaults(hotspots: Callable[..., Page]) -> None:
    page = hotspots("?level=castle&purpose=accusation&since=2026-99-01&paint=gi")
    expect(page.locator(".hotspots-notes")).to_contain_text("已改用默认值：起、按哪一级、信访目的")
    assert "castle" not in page.url
    assert "paint=gi" in page.url


def test_a_playback_plays_steps_and_ends_by_keys(hotspots: Callable[..., Page], shots: Path) -> None:
    page = hotspots("?since=2026-01-01&until=2026-06-30")
    still = page.evaluate(CODES)
    page.evaluate(NOTE_MOMENTS)
    page.click("[data-act=play]")
    expect(page.locator(".hotspots-frame")).to_have_count(6, timeout=60_000)
    page.wait_for_function("() => window.moments.size > 2", timeout=60_000)
    page.click("[data-act=play]")
    page.screenshot(path=shots / "hotspots-playback-1366.png")
    page.locator(".hotspots-frame").nth(3).click()
    expect(page.locator(".hotspots-moment")).to_contain_text("2026-04-01")
    page.locator(".hotspots-moment").click()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".hotspots-moment")).to_contain_text("2026-05-01")
    page.wait_for_url(re.compile("at=2026-05-01"))
    page.click("[data-act=stop]")
    page.wait_for_function(f"(still) => String(({CODES})()) === String(still)", arg=still)


def test_a_row_of_the_ranking_chooses_its_area(hotspots: Callable[..., Page]) -> None:
    page = hotspots()
    row = page.locator(".hotspots-row").first
    name = row.locator(".hotspots-area-name").inner_text()
    row.focus()
    page.keyboard.press("Enter")
    expect(row).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".hotspots-told")).to_contain_text(name)
    expect(page.locator(".hotspots-told")).to_contain_text("件")
    page.wait_for_url(re.compile(r"chosen=\d+"))
    page.wait_for_function(OUTLINED)
    page.keyboard.press("Escape")
    expect(row).to_have_attribute("aria-pressed", "false")
    page.wait_for_function(f"() => !({OUTLINED})()")


def test_what_is_picked_in_a_chart_is_looked_at_alone(hotspots: Callable[..., Page]) -> None:
    page = hotspots("?since=2025-03-01&until=2026-06-30&step=month")
    bars = page.locator("#hotspots-trend .bars .point path")
    expect(bars).to_have_count(16, timeout=60_000)
    address, total = page.url, page.locator(".hotspots-figures b").first
    whole, split = total.inner_text(), page.evaluate(SPLIT)
    page.locator("#hotspots-trend .nsewdrag").click(position=_middle(page, "#hotspots-trend", 4))
    page.wait_for_url(re.compile("since=2025-07-01&until=2025-07-31"))
    expect(total).not_to_have_text(whole)
    page.go_back()
    page.wait_for_url(address)
    expect(total).to_have_text(whole)
    page.wait_for_function(f"(split) => ({SPLIT})() === split", arg=split)
    settle(page)
    value = page.locator("#hotspots-split .js-plotly-plot").evaluate("(plot) => plot.data[0].customdata[1]")
    page.locator("#hotspots-split .nsewdrag").click(position=_middle(page, "#hotspots-split", 1))
    page.wait_for_url(re.compile(f"category={value}&"))


def _middle(page: Page, chart: str, number: int) -> Position:
    """Return where a bar's middle is in the field of its chart."""
    box = page.locator(f"{chart} .bars .point path").nth(number).bounding_box()
    field = page.locator(f"{chart} .nsewdrag").bounding_box()
    assert box
    assert field
    return {"x": box["x"] + box["width"] / 2 - field["x"], "y": box["y"] + box["height"] / 2 - field["y"]}


NOTE_WRITTEN = """() => {
  const write = CanvasRenderingContext2D.prototype.fillText;
  window.written = [];
  CanvasRenderingContext2D.prototype.fillText = function (words, ...where) {
    window.written.push(words);
    return write.call(this, words, ...where);
  };
}"""


def test_pictures_and_charts_are_saved(hotspots: Callable[..., Page], tmp_path: Path) -> None:
    page = hotspots("?over=density")
    page.evaluate(NOTE_WRITTEN)
    with page.expect_download() as picture:
        page.click("[data-act=png]")
    body = Path(picture.value.path()).read_bytes()
    assert body[1:4] == b"PNG"
    assert len(body) > 20_000
    written = page.evaluate("window.written")
    shown = page.locator(".hotspots-legends .hotspots-class").all_inner_texts()
    assert "功能区" in shown
    assert set(shown) <= {words.split("  ")[0].lstrip("▲▼△▽◆◇ ") for words in written}
    with page.expect_download() as chart:
        page.click("[data-of=hotspots-trend]")
    svg = Path(chart.value.path()).read_text(encoding="utf-8")
    assert svg.startswith("<svg")
    assert "审图号" in svg
    assert "数据来源" in svg


FITS = """() => {
  const map = window.fengtuMap.of(document.querySelector('#hotspots-map .js-plotly-plot'));
  const [west, south, east, north] = window.fengtuHotspots.spec().bounds, room = map.getContainer();
  const low = map.project([west, south]), high = map.project([east, north]);
  const inside = low.x >= 0 && high.y >= 0 && high.x <= room.clientWidth && low.y <= room.clientHeight;
  const share = Math.max((high.x - low.x) / room.clientWidth, (low.y - high.y) / room.clientHeight);
  return inside && share > 0.5;
}"""
"""Whether the whole city is seen, and large."""


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080), (390, 844)])
def test_the_city_fills_its_room_and_nothing_overflows(
    hotspots: Callable[..., Page], shots: Path, width: int, height: int
) -> None:
    page = hotspots("", width, height)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.wait_for_function(FITS)
    page.screenshot(path=shots / f"hotspots-{width}.png")
    page.set_viewport_size({"width": height, "height": width})
    page.wait_for_function(FITS)
