"""The wall at the sizes of command centres: computed styles and boxes, so that nothing is cut or tiny."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from bench.demo_visits import settle

DRAWN = ".wall[data-drawn]"
SLOW_MS = 120_000
MAP = "document.querySelector('#wall-map .js-plotly-plot')._fullLayout.map._subplot.map"
SIZES = {"1080p": (1920, 1080, 1), "4k": (3840, 2160, 2), "32to9": (3840, 1080, 1), "8k": (7680, 2160, 2)}
STATES = {
    "density": "layers=density",
    "significance": "layers=density&view=significance",
    "month": "layers=density&view=rate&month=2026-07",
    "composed": "layers=listing,coverage",
}
CUT = """() => [...document.querySelectorAll(
    '.wall-heading, .wall-stamps, .wall-as-of, .wall-stamp, .wall-controls, .wall-chips label, .wall-figure,'
    + '.wall-label, .wall-value, .wall-changes, .wall-list, .wall-row, .wall-listing > *, .wall-name,'
    + '.wall-count, .wall-legends, .wall-legend-title, .wall-trend-title, .wall-month-said, .wall-foot,'
    + '.wall-source, .wall-view, .wall-play')]
  .filter((box) => box.offsetParent && (box.scrollWidth > box.clientWidth + 2
    || (getComputedStyle(box).overflowY !== 'visible' && box.scrollHeight > box.clientHeight + 2)))
  .map((box) => box.className + ': ' + box.textContent.slice(0, 60))"""
OVER_ONE_ANOTHER = """() => {
  const names = ['.wall-top', '.wall-figures', '.wall-right', '.wall-trend', '.wall-foot',
    '#wall-scale-bar'];
  const boxes = names.map((name) => [name, document.querySelector(name)])
    .filter(([, one]) => one && one.offsetWidth).map(([name, one]) => [name, one.getBoundingClientRect()]);
  const over = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
  return boxes.flatMap(([name, one], at) =>
    boxes.slice(at + 1).filter(([, other]) => over(one, other)).map(([other]) => name + ' on ' + other));
}"""
LISTED_OVER = """() => {
  const list = document.querySelector('.wall-list').getBoundingClientRect();
  return [...document.querySelectorAll('.wall-list .wall-row')]
    .filter((row) => row.getBoundingClientRect().bottom > list.bottom + 1).length;
}"""
FONT_PX = """(selector) => Math.min(...[...document.querySelectorAll(selector)]
  .filter((one) => one.offsetParent).map((one) => parseFloat(getComputedStyle(one).fontSize)))"""


def drawn(page: Page) -> Page:
    page.wait_for_selector(DRAWN, timeout=SLOW_MS)
    page.wait_for_selector("#wall-figures .wall-number", timeout=SLOW_MS)
    page.wait_for_selector("#wall-trend .xtick text", timeout=SLOW_MS)
    settle(page)
    return page


def show(page: Page, query: str) -> None:
    """Lead the wall to a state and wait until all of it is drawn."""
    assert page.evaluate("(query) => window.fengtuWall.show(query)", query)
    page.wait_for_url(lambda address: parts_of(query).items() <= parts_of(urlsplit(address).query).items())
    settle(page)


def parts_of(query: str) -> dict[str, set[str]]:
    """Return what a query string asks for, lists without their order."""
    return {name: set(",".join(values).split(",")) for name, values in parse_qs(query).items()}


@pytest.mark.parametrize("size", SIZES)
def test_the_wall_is_legible_and_whole(open_page: Callable[..., Page], shots: Path, size: str) -> None:
    width, height, scale = SIZES[size]
    page = drawn(open_page("/wall?" + STATES["density"], width, height))
    zoomed: set[float] = set()
    for name, query in STATES.items():
        before = page.evaluate("document.querySelector('#wall-map .js-plotly-plot').data.length")
        show(page, query)
        page.screenshot(path=shots / f"wall-{name}-{size}.png")
        assert before, "a map that has nothing on it"
        assert page.evaluate(CUT) == [], name
        assert page.evaluate(OVER_ONE_ANOTHER) == [], name
        assert page.evaluate(LISTED_OVER) == 0, name
        assert page.locator(".wall-figures .wall-number").count() <= 7
        assert page.evaluate(FONT_PX, ".wall-figures .wall-number") >= 64 * scale
        for label in (".wall-figures .wall-label", ".wall-list .wall-name", ".wall-list h2"):
            if page.locator(label).count():
                assert page.evaluate(FONT_PX, label) >= 24 * scale, label
        smallest = ".wall-small, .wall-aside, .wall-changes, .wall-legend-entry, .wall-foot span, .wall small"
        assert page.evaluate(FONT_PX, smallest) >= 16 * scale, "small print"
        text_px = f"{MAP}.getLayoutProperty('plotly-trace-layer-slot-label-title-symbol', 'text-size')"
        assert page.evaluate(text_px) >= 24 * scale
        assert page.evaluate(FONT_PX, "#wall-trend .xtick text") >= 16 * scale
        assert page.locator(".wall-figures .wall-mark").count() == page.locator(".wall-figure").count()
        for words in ("数据截至", "内部资料"):
            expect(page.locator("#wall-stamps")).to_contain_text(words)
        for words in ("来源", "审图号"):
            expect(page.locator("#wall-source")).to_contain_text(words)
        assert page.evaluate("document.documentElement.scrollHeight <= window.innerHeight")
        zoomed.add(round(page.evaluate(f"{MAP}.getZoom()"), 3))
    assert len(zoomed) == 1, "the city is as large in every scene"


def test_a_larger_wall_is_zoomed_in_further(open_page: Callable[..., Page]) -> None:
    """Twice the pixels are one level of zoom: what fills the small wall fills the large one."""
    zooms = [
        drawn(open_page("/wall?layers=listing", *SIZES[size][:2])).evaluate(f"{MAP}.getZoom()")
        for size in ("1080p", "4k")
    ]
    assert zooms[1] - zooms[0] == pytest.approx(1, abs=0.02)


def test_the_view_is_switched_and_the_months_are_played(open_page: Callable[..., Page], shots: Path) -> None:
    page = drawn(open_page("/wall?layers=density", 1920, 1080))
    page.get_by_text("显著性", exact=True).click()
    expect(page.locator("#wall-legends")).to_contain_text("不显著")
    expect(page.locator("#wall-legends")).to_contain_text("数量过少")
    expect(page.locator("#wall-legends")).to_contain_text("n=")
    expect(page.locator("#wall-heading")).to_contain_text("偏多")
    expect(page).to_have_url(re.compile("view=significance"))

    page.keyboard.press("p")
    said = page.locator("#wall-month-said")
    expect(said).to_contain_text("：登记")
    expect(said).to_contain_text("逐月地图未发布")
    first = said.inner_text()
    expect(said).not_to_have_text(first)
    expect(page.locator("#wall-play-button")).to_contain_text("暂停")
    expect(page).to_have_url(re.compile(r"month=20..-..&play=1"))
    page.locator("#wall-play-button").click()
    expect(page.locator("#wall-play-button")).to_contain_text("回放")
    expect(page).not_to_have_url(re.compile("play=1"))
    page.wait_for_timeout(1_000)
    month = parse_qs(urlsplit(page.url).query)["month"][0]
    page.keyboard.press("]")
    expect(page).not_to_have_url(re.compile(month))
    page.keyboard.press("[")
    expect(page).to_have_url(re.compile(month))
    page.keyboard.press("Escape")
    expect(page).not_to_have_url(re.compile("month="))
    expect(said).to_contain_text("斜纹")


def test_a_state_is_opened_without_a_reload(open_page: Callable[..., Page]) -> None:
    page = drawn(open_page("/wall?layers=density", 1920, 1080))
    page.evaluate("window.notReloaded = true")
    query = "?layers=listing,coverage&focus=coverage&period=m12&month=2026-03"
    assert page.evaluate("(query) => window.fengtuWall.show(query)", query)
    expect(page.locator("#wall-legends")).to_contain_text("挂牌")
    expect(page.locator("#wall-list")).to_contain_text("包片领导")
    expect(page.locator("#wall-month-said")).to_contain_text("2026年3月")
    expect(page).to_have_url(re.compile("period=m12.*focus=coverage.*month=2026-03"))
    assert page.evaluate("window.notReloaded")
    assert page.evaluate("document.querySelector('.wall').remove() || window.fengtuWall.show('')") is False
