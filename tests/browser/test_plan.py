"""The planner's board in a real browser: clicks and keys move areas, no press lost, no draft overwritten."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

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


@pytest.fixture
def board(open_page: Callable[..., Page]) -> Page:
    """The board at desk size with its map drawn."""
    page = open_page("/plan", 1440, 900)
    _wait_for_map(page)
    return page


def _wait_for_map(page: Page) -> None:
    page.wait_for_selector(".plan-leader")
    page.wait_for_function(
        "() => document.querySelector('#plan-map .js-plotly-plot')?._fullLayout?.map?._subplot?.map?.loaded()"
    )


def _changes(page: Page) -> Locator:
    return page.locator(".plan-change")


def _click_nobodys_area(page: Page) -> None:
    """Click the county that nobody leads; the demo city has one, as real annexes do."""
    spot = next(one for one in page.evaluate(_SPOTS) if one["text"].startswith("待明确"))
    page.mouse.move(spot["x"] + 3, spot["y"] - 2)
    page.mouse.move(spot["x"], spot["y"])
    page.mouse.click(spot["x"], spot["y"])


def _loads(page: Page) -> list[int]:
    return [int(text) for text in page.locator(".plan-leader-cases b").all_inner_texts()]


def test_a_click_gives_an_area_and_everything_follows(board: Page, shots: Path) -> None:
    before = _loads(board)
    board.keyboard.press("1")
    expect(board.locator(".plan-leader-chosen")).to_have_count(1)
    _click_nobodys_area(board)
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
    board.locator(".plan-change button").click()
    expect(_changes(board)).to_have_count(0)
    _click_nobodys_area(board)
    expect(_changes(board), "a second click on the same area is heard too").to_have_count(1)


def test_no_press_of_many_fast_ones_is_lost(board: Page) -> None:
    """Sixty moves and sixty steps back, faster than the server answers."""
    board.locator(".plan-by-list summary").click()
    board.evaluate("""() => {
      const press = (selector, at) => document.querySelectorAll(selector)[at].click();
      for (let n = 0; n < 60; n += 1) { press('.plan-leader', n % 2); press('.plan-unit', 2); }
    }""")
    expect(board.locator("#plan-undo")).to_be_enabled()
    board.evaluate("() => { for (let n = 0; n < 59; n += 1) document.getElementById('plan-undo').click(); }")
    expect(_changes(board)).to_have_count(1)
    expect(board.locator("#plan-undo")).to_be_enabled()
    board.keyboard.press("Control+z")
    expect(_changes(board)).to_have_count(0)
    expect(board.locator("#plan-undo")).to_be_disabled()


def test_a_department_is_given_by_its_select(board: Page) -> None:
    board.locator(".plan-holder").first.click()
    board.get_by_role("option").first.click()
    expect(_changes(board)).to_have_count(1)


def test_a_draft_is_saved_reopened_kept_from_overwriting_and_discarded(
    board: Page, open_page: Callable[..., Page], served: str
) -> None:
    board.locator(".plan-by-list summary").click()
    board.keyboard.press("2")
    expect(board.locator(".plan-leader-chosen")).to_have_count(1)
    board.locator(".plan-unit").nth(3).click()
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
    expect(board.locator("#plan-saved")).to_contain_text("第 1 版")

    board.locator(".plan-drafting > details > summary").click()
    expect(board.locator(".plan-draft")).to_have_count(2)
    for left in (1, 0):
        board.locator(".plan-discard summary").first.click()
        board.locator(".plan-discard .plan-danger").first.click()
        expect(board.locator(".plan-draft")).to_have_count(left)
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
