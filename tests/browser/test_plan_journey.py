"""A plan from draft to history in a real browser: drawn up by a planner, published by an approver."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

from playwright.sync_api import Page, expect

from bench.demo_visits import settle
from grid.principals import Role
from tests.browser.test_plan import LASSO_READY

_SPOT = """(name) => {
  const plot = document.querySelector('#plan-map .js-plotly-plot');
  const labels = plot._fullData.find((trace) => trace.type === 'scattermap' && trace.text);
  const box = plot.getBoundingClientRect();
  const at = labels.text.findIndex((text) => text.includes(name));
  const seen = plot._fullLayout.map._subplot.map.project([labels.lon[at], labels.lat[at]]);
  return { x: box.x + seen.x, y: box.y + seen.y };
}"""
_COMPARED = """() => {
  const plots = [...document.querySelectorAll('.js-plotly-plot')];
  return plots.length === 2 && plots.every((one) => one._fullLayout?.map?._subplot?.map?.loaded());
}"""
_LASSOED, _KEYED = "竹坞县", "岚泉县"
"""What nobody leads must be given to somebody before a plan can be proposed."""


def test_a_plan_is_drawn_up_suggested_proposed_approved_published_and_kept(
    open_page: Callable[..., Page], shots: Path
) -> None:
    """One plan's whole life: nothing on the way is done but by what the pages offer."""
    planner = open_page("/plan", 1366, 768)
    _drafted(planner)
    planner.screenshot(path=shots / "journey-1-draft.png")
    _suggested(planner, shots)
    plan_id = _saved(planner)
    _proposed(planner)
    planner.screenshot(path=shots / "journey-4-proposed.png")
    approver = open_page(f"/plan?view=history&plan={plan_id}", 1366, 768, role=Role.APPROVER)
    first = _published(approver, shots)
    _kept(approver, plan_id, first, shots)
    _cancelled(open_page(f"/plan?view=history&plan={plan_id}", 1366, 768, role=Role.APPROVER))


def _drafted(page: Page) -> None:
    """One county by lasso and another by keys alone; each is a change."""
    page.wait_for_selector(".plan-leader")
    settle(page)
    page.locator("[data-act=mode][data-of=lasso]").click()
    expect(page.locator("[data-act=mode][data-of=lasso]")).to_have_attribute("aria-pressed", "true")
    page.wait_for_function(LASSO_READY)
    spot = page.evaluate(_SPOT, _LASSOED)
    corners = [(-70, -50), (70, -50), (70, 90), (-70, 90), (-70, -50)]
    page.mouse.move(spot["x"] + corners[0][0], spot["y"] + corners[0][1])
    page.mouse.down()
    for dx, dy in corners[1:]:
        page.mouse.move(spot["x"] + dx, spot["y"] + dy, steps=6)
    page.mouse.up()
    expect(page.locator(".plan-unit[aria-checked=true]")).to_have_count(1)
    page.keyboard.press("7")
    expect(page.locator(".plan-change")).to_have_count(1)
    page.locator(".plan-unit", has_text=_KEYED).focus()
    page.keyboard.press("Space")
    page.keyboard.press("7")
    expect(page.locator(".plan-change")).to_have_count(2)


def _suggested(page: Page, shots: Path) -> None:
    """A run is streamed to its end; one of its steps is rejected, the rest goes onto the board at once."""
    page.locator("[data-act=tab][data-of=suggest]").click()
    for name, value in (("changes", 3), ("helpers", 2), ("seconds", 3)):
        page.locator(f"#plan-suggest-{name}").fill(str(value))
    page.locator("#plan-suggest-start").click()
    expect(page.locator(".suggest-badge")).to_be_visible()
    page.screenshot(path=shots / "journey-2-searching.png")
    steps = page.locator(".suggest-step")
    expect(page.locator(".suggest-take"), "the search is over").to_be_visible(timeout=40_000)
    before = steps.count()
    assert before > 1
    expect(page.locator(".suggest-words")).to_contain_text(re.compile("已证明"))
    page.locator(".suggest-switch").last.click()
    expect(page.locator(".suggest-rejected")).to_have_count(1)
    expect(page.locator(".suggest-take")).not_to_contain_text(f"{before} 步")
    expect(page.locator(".suggest-floor")).to_contain_text("只调整整个单位")
    page.screenshot(path=shots / "journey-3-rejected.png")
    page.locator(".suggest-take").click()
    expect(page.locator(".suggest-taken-note")).to_be_visible()
    page.keyboard.press("Control+z")
    expect(page.locator(".suggest-taken-note"), "taken back as one step").to_be_hidden()
    page.keyboard.press("Control+y")
    expect(page.locator(".suggest-taken-note")).to_be_visible()


def _saved(page: Page) -> str:
    page.locator("#plan-name").fill("减轻城区负担")
    page.locator("#plan-save").click()
    expect(page).to_have_url(re.compile(r"/plan\?plan=\d+$"))
    return page.url.rsplit("=", 1)[1]


def _proposed(page: Page) -> None:
    page.locator("[data-act=tab][data-of=plans]").click()
    page.locator(".life-propose summary").click()
    page.locator("#plan-life-note").fill("请审批：城区积案太集中。")
    page.locator("#plan-life-propose").click()
    expect(page.locator(".life-head .life-standing")).to_have_text("待审")


def _published(page: Page, shots: Path) -> date:
    """The approver reads what would be handed over, and puts the plan in force next month."""
    expect(page.locator("h2", has_text="减轻城区负担")).to_be_visible()
    page.screenshot(path=shots / "journey-5-proposal.png")
    day = page.locator("[id*='publish-day']")
    first = date.fromisoformat(str(day.input_value()))
    assert first.day == 1, "the next month's first day is offered"
    page.locator("button[id*='\"publish\"']").click()
    expect(page.locator(".life-head")).to_contain_text(first.isoformat())
    return first


def _kept(page: Page, plan_id: str, first: date, shots: Path) -> None:
    """It is in the history, and can be taken home as the annex, and held against the plan before it."""
    expect(page.locator(".life-plan.life-here")).to_contain_text(first.isoformat())
    page.screenshot(path=shots / "journey-6-history.png")
    for file in ("annex.xlsx", "annex.docx", "handover.xlsx"):
        answer = page.request.get(f"{page.url.partition(chr(63))[0]}/{plan_id}/{file}")
        assert answer.status == 200, file
        assert answer.body()[:2] == b"PK", file
    page.locator("a[href*='view=compare']").first.click()
    page.wait_for_selector(".compare-loads tbody tr")
    expect(page.locator(".compare-total")).to_contain_text("换手")
    expect(page.locator(".compare-signed").first).not_to_have_text("0")
    page.wait_for_function(_COMPARED)
    page.screenshot(path=shots / "journey-7-compare.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366


def _cancelled(page: Page) -> None:
    """What has not begun can be taken back: its days go back to the plan before."""
    page.locator("details.life-more summary", has_text="撤销发布").click()
    page.locator("button[id*='\"cancel\"']").click()
    expect(page.locator(".life-head")).to_contain_text("已撤销发布")
