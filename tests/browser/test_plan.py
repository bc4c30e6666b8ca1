"""The planner's board in a real browser: clicks and keys move areas, no press lost, no draft overwritten."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from bench.demo_visits import settle

_SPOTS = """() => {
  const plot = document.querySelector('#plan-map .js-plotly-plot');
  const labels = plot._fullData.find((trace) => trace.type === 'scattermap');
  const box = plot.getBoundingClientRect();
  const map = plot._fullLayout.map._subplot.map;
  return labels.text.map((text, at) => {
    const seen = map.project([labels.lon[at], labels.lat[at]]);
    return { text: text, x: box.x + seen.x, y: box.y + seen.y };
  });
}"""

_CUT = """() => [...document.querySelectorAll('.plan-figure-value, .plan-leader-cases, .plan-tool')]
  .filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.innerText)"""

_TINTED = """() => {
  const plot = document.querySelector('#plan-map .js-plotly-plot');
  const map = plot._fullLayout.map._subplot.map;
  const fill = (trace) => map.getPaintProperty(`plotly-trace-layer-${trace.uid}-fill`, 'fill-color');
  return map.loaded() && plot.data.filter((trace) => trace.type === 'choroplethmap' && trace.customdata)
    .every((trace) => JSON.stringify(fill(trace)).includes('feature-state'));
}"""

_FILLS_ITS_BOX = """() => {
  const box = document.getElementById('plan-map-box');
  return document.querySelector('#plan-map .js-plotly-plot')._fullLayout.width === box.clientWidth;
}"""
LASSO_READY = """() => {
  const map = document.querySelector('#plan-map .js-plotly-plot')._fullLayout.map._subplot.map;
  return !map.dragPan.isEnabled();
}"""
"""Plotly changes what a drag does when its drawing is done: until then a drag moves the map."""


@pytest.fixture
def board(open_page: Callable[..., Page]) -> Page:
    """The board at desk size with its map drawn."""
    page = open_page("/plan", 1440, 900)
    _wait_for_map(page)
    return page


def _wait_for_map(page: Page) -> None:
    page.wait_for_selector(".plan-leader")
    settle(page)


def _changes(page: Page) -> Locator:
    return page.locator("#plan-changes .plan-change")


def _click_nobodys_area(page: Page) -> None:
    """Click the county that nobody leads; the demo city has one, as real annexes do."""
    spot = next(one for one in page.evaluate(_SPOTS) if "待明确" in one["text"])
    page.mouse.move(spot["x"] + 3, spot["y"] - 2)
    page.mouse.move(spot["x"], spot["y"])
    page.mouse.click(spot["x"], spot["y"])
    page.wait_for_function("() => window.fengtuPlan.selected().length === 1")


def _select_first(page: Page, count: int = 1) -> None:
    """Select areas from the list."""
    for row in range(count):
        page.locator(".plan-unit:not(.plan-away)").nth(row).click()


def _select_named(page: Page, name: str) -> None:
    page.locator(".plan-unit:not(.plan-away)", has_text=name).click()
    page.wait_for_function("() => window.fengtuPlan.selected().length === 1")


def _loads(page: Page) -> list[int]:
    return [int(text) for text in page.locator(".plan-leader-cases b").all_inner_texts()]


def test_a_click_and_a_key_give_an_area_and_everything_follows(board: Page, shots: Path) -> None:
    before = _loads(board)
    _click_nobodys_area(board)
    expect(board.locator("#plan-selection")).to_contain_text("已选 1 个")
    board.keyboard.press("1")
    expect(_changes(board)).to_have_count(1)
    after = _loads(board)
    assert after[0] > before[0]
    expect(board.locator(".plan-figure-changes b")).to_have_text("1")
    expect(board.locator(".plan-figure-maximum b")).to_have_text(str(max(after)))
    board.screenshot(path=shots / "plan-moved.png")
    board.keyboard.press("Control+z")
    expect(_changes(board)).to_have_count(0)
    assert _loads(board) == before
    board.keyboard.press("Control+y")
    expect(_changes(board)).to_have_count(1)
    board.locator("#plan-changes .plan-change button").click()
    expect(_changes(board)).to_have_count(0)


def test_a_colour_given_stays_whatever_is_drawn_after_it(board: Page) -> None:
    """Labels, another size and another tab have the map drawn anew."""
    _select_first(board)
    board.keyboard.press("3")
    expect(_changes(board)).to_have_count(1)
    board.wait_for_function(_TINTED)
    board.set_viewport_size({"width": 1366, "height": 768})
    board.locator("[data-act=tab][data-of=suggest]").click()
    board.wait_for_function(_FILLS_ITS_BOX)
    settle(board)
    board.wait_for_function(_TINTED, timeout=5_000)


def test_no_press_of_many_fast_ones_is_lost(board: Page) -> None:
    """Sixty steps and sixty back, faster than the server answers."""
    _select_first(board)
    board.evaluate("""() => {
      const at = document.getElementById('plan-map-box');
      const press = (key) => at.dispatchEvent(new KeyboardEvent('keydown', { key: key, bubbles: true }));
      for (let n = 0; n < 60; n += 1) press('34'[n % 2]);
    }""")
    assert board.evaluate("window.fengtuPlan.board().done") == 60
    board.evaluate("() => { for (let n = 0; n < 59; n += 1) document.getElementById('plan-undo').click(); }")
    expect(_changes(board)).to_have_count(1)
    board.keyboard.press("Control+z")
    expect(_changes(board)).to_have_count(0)
    expect(board.locator("#plan-undo")).to_be_disabled()


def test_a_lasso_selects_what_it_encloses_and_is_given_in_one_step(board: Page) -> None:
    box = board.locator("#plan-map-box").bounding_box()
    assert box is not None
    board.locator(".plan-mode[data-of=lasso]").click()
    board.wait_for_function(LASSO_READY)
    corners = [(0.05, 0.05), (0.6, 0.05), (0.6, 0.6), (0.05, 0.6), (0.06, 0.07)]
    spots = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in corners]
    board.mouse.move(*spots[0])
    board.mouse.down()
    for spot in spots[1:]:
        board.mouse.move(*spot, steps=8)
    board.mouse.up()
    board.wait_for_function("() => window.fengtuPlan.selected().length > 1")
    selected = board.evaluate("window.fengtuPlan.selected().length")
    board.keyboard.press("2")
    expect(_changes(board)).not_to_have_count(0)
    assert board.evaluate("window.fengtuPlan.board().marks.length") == 1
    assert board.evaluate("window.fengtuPlan.board().done") in {selected, selected - 1}, "his own stays"
    board.keyboard.press("Control+z")
    expect(_changes(board)).to_have_count(0)


def test_the_keyboard_alone_selects_gives_and_explains(board: Page) -> None:
    board.keyboard.press("ArrowRight")
    board.keyboard.press("Space")
    assert len(board.evaluate("window.fengtuPlan.selected()")) == 1
    board.keyboard.press("ArrowRight")
    board.keyboard.press("Space")
    assert len(board.evaluate("window.fengtuPlan.selected()")) == 2
    board.keyboard.press("4")
    expect(_changes(board)).not_to_have_count(0)
    board.keyboard.press("Escape")
    assert board.evaluate("window.fengtuPlan.selected()") == []
    board.keyboard.press("Control+a")
    assert len(board.evaluate("window.fengtuPlan.selected()")) >= 2, "all of the chosen leader"
    board.keyboard.press("?")
    expect(board.locator("#plan-keys")).to_be_visible()


def test_a_helper_takes_a_part_and_demands_are_listed_and_lifted(board: Page) -> None:
    before = _loads(board)
    _click_nobodys_area(board)
    board.locator(".plan-leader").nth(3).click()
    board.locator("#plan-help-value").fill("4")
    board.locator(".plan-do[data-act=help]").click()
    expect(board.locator(".plan-figure-helpers b")).to_have_text("1")
    assert _loads(board)[3] == before[3] + 4
    board.locator(".plan-do[data-act=pin]").click()
    board.locator(".plan-do[data-act=forbid]").click()
    expect(board.locator(".plan-demand")).to_have_count(2)
    board.locator(".plan-demand button").first.click()
    expect(board.locator(".plan-demand")).to_have_count(1)


def test_a_county_is_split_its_town_given_and_joined_again(board: Page) -> None:
    towns = board.locator(".plan-part:not(.plan-away)")
    expect(towns).to_have_count(0)
    before = _loads(board)
    _select_named(board, "临枫区")
    board.locator(".plan-do[data-act=split]").click()
    expect(towns).not_to_have_count(0)
    expect(board.locator(".plan-unit:not(.plan-away)", has_text="临枫区")).to_have_count(0)
    assert sum(_loads(board)) == sum(before), "a division shares out what there was"
    towns.first.click()
    board.locator(".plan-do[data-act=join]").click()
    expect(towns).to_have_count(0)
    expect(_changes(board)).to_have_count(0)
    assert _loads(board) == before


def test_what_the_server_refuses_is_taken_back_and_said(board: Page) -> None:
    before = _loads(board)
    _select_named(board, "竹坞县")
    board.keyboard.press("1")
    expect(_changes(board)).to_have_count(1)
    board.locator(".plan-leader").nth(3).click()
    board.locator("#plan-help-value").fill("999")
    board.locator(".plan-do[data-act=help]").click()
    expect(board.locator("#plan-refused")).not_to_be_empty()
    board.wait_for_function("() => window.fengtuPlan.board().edits.length === 1")
    expect(board.locator("#plan-refused")).not_to_be_empty()
    expect(_changes(board)).to_have_count(1)
    board.keyboard.press("Control+z")
    expect(_changes(board)).to_have_count(0)
    expect(board.locator("#plan-refused")).to_be_empty()
    assert _loads(board) == before


def test_edits_from_elsewhere_are_one_step(board: Page) -> None:
    """What an accepted suggestion does."""
    taken = board.evaluate("""() => window.fengtuPlan.take(
      window.fengtuPlan.board() ? [["give", 1, 2, null, null], ["give", 2, 1, null, null]] : [])""")
    assert taken
    assert board.evaluate("window.fengtuPlan.board().marks") == [2]
    board.keyboard.press("Control+z")
    assert board.evaluate("window.fengtuPlan.board().done") == 0


def test_a_draft_is_saved_reopened_kept_from_overwriting_and_discarded(
    board: Page, open_page: Callable[..., Page], served: str
) -> None:
    board.locator(".plan-unit:not(.plan-away)").nth(3).click()
    board.keyboard.press("2")
    expect(_changes(board)).to_have_count(1)
    board.locator("#plan-name").fill("减轻南片")
    board.locator("#plan-save").click()
    expect(board.locator("#plan-saved")).to_contain_text("第 1 版")
    expect(board).to_have_url(re.compile(r"/plan\?plan=\d+$"))

    other = open_page(board.url.removeprefix(served), 1440, 900)
    expect(_changes(other)).to_have_count(1)
    other.keyboard.press("Control+z")
    expect(_changes(other)).to_have_count(0)
    other.locator("#plan-save").click()
    expect(other.locator("#plan-saved")).to_contain_text("第 2 版")

    board.locator("#plan-save").click()
    expect(board.locator("#plan-saved")).to_contain_text("他人已先保存")
    board.locator("#plan-save-as").click()
    expect(board).not_to_have_url(other.url)
    expect(board.locator("#plan-saved")).to_contain_text("第 1 版")

    board.locator(".plan-tab[data-of=plans]").click()
    draft_id = board.url.partition("plan=")[2]
    discards = board.locator(f".plan-danger[id*='\"{draft_id}-1\"']")
    mine = board.locator(".plan-draft-here", has=discards)
    expect(mine).to_have_count(1)
    others = board.locator(".plan-draft").count() - 1
    mine.locator(".plan-discard summary").click()
    mine.locator(".plan-discard .plan-danger").click()
    expect(board.locator(".plan-draft")).to_have_count(others)
    expect(board).to_have_url(re.compile(r"/plan$"))
    expect(_changes(board)).to_have_count(1)


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1920, 1080)])
def test_nothing_is_cut_off_at_desk_sizes(
    open_page: Callable[..., Page], shots: Path, width: int, height: int
) -> None:
    page = open_page("/plan", width, height)
    _wait_for_map(page)
    page.wait_for_timeout(500)
    page.screenshot(path=shots / f"plan-{width}.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.documentElement.scrollHeight") <= height
    assert page.evaluate(_CUT) == []
