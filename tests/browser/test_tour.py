"""A tour on a kiosk: it plays, is stepped by a remote's keys, pauses on touch; and the bureau edits it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, text

from data.writes.tours import save_tour
from grid.principals import COMMAND_LINE, Role
from grid.tours import Scene, Shows, Tour

SLOW_MS = 60_000
SCENES = (
    Scene(Shows.WALL, "全市热点", "?layers=density", 600),
    Scene(Shows.WALL, "各乡镇", "?layers=counts&level=town", 600),
    Scene(Shows.PATCHES, "包片", "", 600),
)
FIRST, SECOND, THIRD = "全市热点", "各乡镇", re.compile("^包片：")


@pytest.fixture
def kept(served: str, engines: dict[str, Engine]) -> Iterator[Tour]:
    """A tour of the demo city, of which no scene ends by itself while a test looks."""
    engine = engines[served]
    yield save_tour(engine, COMMAND_LINE, Tour(0, "值班", SCENES))
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM tour"))


def test_a_kiosk_plays_and_is_stepped_by_a_remote(
    open_page: Callable[..., Page], kept: Tour, shots: Path
) -> None:
    page = open_page("/wall?tour=值班&scene=2", 1920, 1080, role=Role.KIOSK)
    shown = page.locator(".tour-title")
    expect(shown).to_have_text(SECOND, timeout=SLOW_MS)
    page.evaluate("window.untouched = true")
    expect(page.locator("#wall-heading")).to_contain_text("信访件数", timeout=SLOW_MS)
    page.keyboard.press("ArrowRight")
    expect(shown).to_have_text(THIRD)
    expect(page.locator("#wall-heading")).to_contain_text("包片", timeout=SLOW_MS)
    expect(page).to_have_url(re.compile("spot=leader-.*scene=3"), timeout=SLOW_MS)
    page.keyboard.press("Home")
    expect(shown).to_have_text(FIRST)
    for key, expected in (("PageDown", SECOND), ("PageUp", FIRST), ("ArrowLeft", THIRD), ("Home", FIRST)):
        page.keyboard.press(key)
        expect(shown).to_have_text(expected)
    expect(page.locator("#wall-heading")).to_contain_text("集中在哪里", timeout=SLOW_MS)
    assert page.evaluate("window.untouched"), "the page is never loaded anew"
    assert page.locator(".wall-card").count() == 0
    sizes = page.evaluate(
        "['.tour-count', '.tour-title', '.tour-left'].map((one) =>"
        " parseFloat(getComputedStyle(document.querySelector(one)).fontSize))"
    )
    assert min(sizes) >= 24
    page.screenshot(path=shots / "tour-1080.png")
    page.locator(".tour-title").hover()
    page.get_by_role("button", name="停止").click()
    expect(page.locator(".tour-run")).to_be_hidden()
    assert "tour=" not in page.url


def test_an_open_card_is_under_no_bar_and_cuts_no_list(
    open_page: Callable[..., Page], kept: Tour, shots: Path
) -> None:
    page = open_page(f"/wall?tour={kept.id}", 1920, 1080)
    expect(page.locator(".wall[data-drawn]")).to_be_attached(timeout=SLOW_MS)
    page.locator(".wall-list button.wall-row").first.click()
    expect(page.locator(".wall-card h2")).to_be_visible(timeout=SLOW_MS)
    expect(page.locator(".tour-paused")).to_be_visible()
    for width in (1920, 3840):
        page.set_viewport_size({"width": width, "height": 1080})
        page.wait_for_timeout(1000)
        card, bar, beside = (
            page.locator(one).bounding_box() for one in (".wall-card", ".tour-run", ".wall-right")
        )
        assert card
        assert bar
        assert beside
        assert bar["x"] + bar["width"] <= card["x"] + 1
        assert card["x"] <= beside["x"] + 1
    page.screenshot(path=shots / "tour-card-32to9.png")


def test_a_touch_pauses_and_a_key_or_two_minutes_go_on(
    open_page: Callable[..., Page], served: str, kept: Tour, shots: Path
) -> None:
    page = open_page("/wall?layers=coverage", 1920, 1080, role=Role.KIOSK)
    page.clock.install()
    page.goto(f"{served}/wall?tour={kept.id}")
    shown, mark = page.locator(".tour-title"), page.locator(".tour-paused")
    expect(shown).to_have_text(FIRST, timeout=SLOW_MS)
    expect(page.locator(".wall[data-drawn]")).to_be_attached(timeout=SLOW_MS)
    expect(mark).to_be_hidden()
    page.mouse.click(900, 400)
    expect(mark).to_be_visible()
    expect(mark).to_have_text("已暂停")
    page.screenshot(path=shots / "tour-paused-1080.png")
    page.keyboard.press(" ")
    expect(mark).to_be_hidden()
    page.mouse.click(900, 400)
    expect(mark).to_be_visible()
    page.clock.fast_forward(110_000)
    expect(mark).to_be_visible()
    page.clock.fast_forward(11_000)
    expect(mark).to_be_hidden()
    expect(shown).to_have_text(FIRST)
    page.clock.fast_forward(601_000)
    expect(shown).to_have_text(SECOND)
    page.keyboard.press(" ")
    expect(mark).to_be_visible()
    page.clock.fast_forward(700_000)
    expect(mark).to_be_visible()
    expect(shown).to_have_text(SECOND)


def test_a_kiosk_link_may_name_the_tour_and_one_that_is_gone_goes_on(
    open_page: Callable[..., Page], served: str, cookie: Callable[[str, Role], str], kept: Tour
) -> None:
    token = cookie(served, Role.KIOSK)
    page = open_page(f"/kiosk?tour={kept.id}#{token}", 1920, 1080, role=Role.KIOSK)
    expect(page.locator(".tour-title")).to_have_text(FIRST, timeout=SLOW_MS)
    assert token not in page.url
    page.goto(f"{served}/wall?tour=no-such")
    expect(page.locator(".tour-bar[data-state='playing']")).to_be_visible(timeout=SLOW_MS)
    expect(page.locator(".tour-count")).to_contain_text(re.compile(r"^1/\d\d$"))


def test_the_bureau_puts_a_tour_together(
    open_page: Callable[..., Page], served: str, kept: Tour, engines: dict[str, Engine], shots: Path
) -> None:
    page = open_page(f"/tour?tour={kept.id}", 1366, 768, role=Role.BUREAU)
    said, options = page.locator("#tour-said"), page.locator("#tour-list label")
    expect(options).to_have_count(3)
    page.get_by_role("button", name="添加").focus()
    page.keyboard.press("Enter")
    expect(options).to_have_count(4)
    page.locator("#tour-query").fill("http://10.0.0.1/wall?layers=listing&card=area-1")
    page.locator("#tour-query").press("Tab")
    expect(page.locator("#tour-query")).to_have_value("?layers=listing&spot=area-1")
    page.locator("#tour-title").fill("重点")
    page.locator("#tour-title").press("Tab")
    expect(options.nth(1)).to_contain_text("重点")
    page.get_by_role("button", name="上移").click()
    expect(options.nth(0)).to_contain_text("重点")
    page.get_by_role("button", name="撤销").click()
    expect(options.nth(1)).to_contain_text("重点")
    page.screenshot(path=shots / "tour-editor-1366.png")
    page.get_by_role("button", name="保存").click()
    expect(said).to_have_text("已保存。")
    with engines[served].begin() as connection:
        assert connection.execute(text("SELECT scenes->1->>'title' FROM tour")).scalar_one() == "重点"
        connection.execute(text("UPDATE tour SET version = version + 1"))
    page.get_by_role("button", name="移除").click()
    expect(options).to_have_count(3)
    page.get_by_role("button", name="保存").click()
    expect(said).to_contain_text("刚被别人改过")
    expect(options).to_have_count(3)
