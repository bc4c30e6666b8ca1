"""Every page by axe (WCAG 2.2 A and AA), and by the keyboard alone: nothing skipped, unmarked or trapped.

axe-core comes with the package axe-playwright-python; it is put into the page by the browser's own debugger,
which our policy for scripts does not bind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page, expect

from bench.demo_visits import settle
from callbacks.access.screens import ROLES, Screen
from grid.principals import Role

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SCREENS = [
    (min(roles - {Role.KIOSK} or roles), screen.path, "")
    for screen, roles in ROLES.items()
    if screen is not Screen.CARDS
]
VIEWS = [
    (Role.KIOSK, "/wall", ""),
    (Role.LEADER, "/brief?phone", ""),
    (Role.LEADER, "/units", "table a[href^='/units/']"),
    (Role.LEADER, "/units?view=listing", ""),
    (Role.LEADER, "/units?view=clocks", ""),
    (Role.BUREAU, "/matters", ".matters-row"),
    (Role.PLANNER, "/plan", ""),
    (Role.PLANNER, "/plan?view=history", ""),
    (Role.PLANNER, "/plan?view=compare", ""),
    (Role.PLANNER, "/plan?view=patches", ""),
    (Role.PLANNER, "/plan?view=patches", "a[href*='town=']"),
    (Role.ADMIN, "/admin?part=clocks", ""),
    (Role.ADMIN, "/admin?part=kiosks", ""),
    (Role.WORKER, "/patch?tab=map", ""),
    (Role.WORKER, "/patch?tab=service", ""),
    (Role.WORKER, "/patch?tab=me", ""),
    (Role.LEADER, "/password", ""),
    (Role.LEADER, "/admin", ""),
    (None, "/sign-in", ""),
    (None, "/kiosk", ""),
]
OPENED = {
    "table a[href^='/units/']": ".unit-head",
    ".matters-row": ".matters-beside h2",
    "a[href*='town=']": ".patches-name",
}
"""What is there once something was pressed."""
_FOUND = """async (tags) => {
  const told = await axe.run(document, {runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]});
  const line = (rule, node) => `${rule.id}: ${node.html.slice(0, 200)}`;
  return told.violations.flatMap((rule) => rule.nodes.map((node) => line(rule, node)));
}"""
_WATCH = """() => {
  const can = "a[href], button, input, select, textarea, summary, audio, [tabindex], [contenteditable]";
  const radios = new Set();
  const takes = (one) => {
    if (one.tabIndex < 0 || one.disabled || one.type === "hidden" || one.closest("[inert]")) return false;
    if (!one.checkVisibility({visibilityProperty: true}) || !one.getClientRects().length) return false;
    if (one.matches("summary") && one !== one.parentElement.querySelector(":scope > summary")) return false;
    if (one.type !== "radio" || !one.name) return true;
    const group = [...document.getElementsByName(one.name)];
    const checked = group.find((each) => each.checked);
    if (checked) return checked === one;
    return !radios.has(one.name) && Boolean(radios.add(one.name));
  };
  const looks = (one) => [one, one.parentElement, one.parentElement.parentElement, one.nextElementSibling,
    one.parentElement.nextElementSibling].filter(Boolean).map((each) => {
    const style = getComputedStyle(each);
    const outline = style.outlineStyle === "none" ? "" : style.outline;
    return [outline, style.boxShadow, style.borderColor, style.backgroundColor].join("|");
  }).join("~");
  const order = [...document.querySelectorAll(can)].filter(takes);
  // The next press of Tab begins at the top, also where a field had the focus from the start.
  document.body.tabIndex = -1;
  document.body.focus();
  const plain = order.map(looks);
  window.walk = {seen: [], unmarked: [], leaps: order.filter((one) => one.tabIndex > 0).length};
  document.addEventListener("focusin", ({target}) => {
    const at = order.indexOf(target);
    const {seen} = window.walk;
    // A box that scrolls takes the keys too; it is nothing to be pressed.
    if (at < 0 || seen.at(-1) === at) return;
    seen.push(at);
    if (looks(target) === plain[at]) window.walk.unmarked.push(target.outerHTML.slice(0, 200));
  });
  return order.length;
}"""
_FORWARD = 45


@pytest.fixture(scope="module")
def visit(
    _browser: Browser, served: str, cookie: Callable[[str, Role], str]
) -> Iterator[Callable[[Role | None, str], Page]]:
    """Return a function that opens a page as a role, with one context for each role and size."""
    pages: dict[tuple[Role | None, bool], Page] = {}

    def open_it(role: Role | None, path: str) -> Page:
        is_phone = role is Role.WORKER or path.endswith("?phone")
        if (role, is_phone) not in pages:
            size = {"width": 390, "height": 844} if is_phone else {"width": 1366, "height": 768}
            context = _browser.new_context(viewport=size, has_touch=is_phone, locale="zh-CN")
            if role is not None:
                context.add_cookies([{"name": "fengtu", "value": cookie(served, role), "url": served}])
            pages[role, is_phone] = context.new_page()
        page = pages[role, is_phone]
        page.goto(served + path.removesuffix("?phone"))
        settle(page, quiet_ms=250)
        return page

    yield open_it
    for page in pages.values():
        page.context.close()


def open_part(page: Page, press: str) -> None:
    """Press what opens a part of a page, and wait until it is there."""
    page.locator(press).first.click()
    expect(page.locator(OPENED[press])).to_be_visible()
    settle(page, quiet_ms=250)


def _violations(page: Page) -> list[str]:
    page.evaluate(AXE)
    found: list[str] = page.evaluate(_FOUND, TAGS)
    return found


@pytest.mark.parametrize(("role", "path", "press"), SCREENS + VIEWS)
def test_a_page_is_accessible(
    visit: Callable[[Role | None, str], Page], role: Role | None, path: str, press: str
) -> None:
    page = visit(role, path)
    if press:
        open_part(page, press)
    assert _violations(page) == []
    _walk(page)


def _walk(page: Page) -> None:
    """Press Tab from the top; of a long page, its first part."""
    size = page.evaluate(_WATCH)
    # A field for a day takes a press for each of its parts.
    for _ in range(min(3 * size + 3, _FORWARD)):
        page.keyboard.press("Tab")
    walk = page.evaluate("window.walk")
    seen, walked = walk["seen"], min(size, len(walk["seen"]))
    assert walk["unmarked"] == [], "one sees where one is"
    assert walk["leaps"] == 0, "nothing comes before its turn"
    assert walked >= min(size, _FORWARD // 3), "nothing keeps the keys"
    assert seen[:walked] == list(range(walked)), "each once, in the order of the page"


def test_a_page_that_nobody_answers_is_accessible(visit: Callable[[Role | None, str], Page]) -> None:
    """The database is down: the page in use is told so over what it shows, and stays usable."""
    page = visit(Role.BUREAU, "/matters")
    words = {"words": "数据库没有应答", "request": "x"}
    page.route("**/_dash-update-component", lambda asked: asked.fulfill(status=503, json=words))
    page.evaluate(
        "fetch('/_dash-update-component', {method: 'POST', headers: {'Content-Type': 'application/json'}})"
    )
    banner = page.locator("#shell-banner")
    banner.wait_for(state="visible")
    assert _violations(page) == []
    page.unroute_all()
    expect(banner).to_contain_text("数据库已恢复")
    assert _violations(page) == []
