"""The review in a real browser by keys alone: choose, search, point, decide, undo; nothing is cut off."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine

from tests.browser.waiting import slow_down

DRAWN = "#review-root[data-drawn=yes]"


@pytest.fixture(scope="module")
def base(serve: Callable[[Engine], str], new_database: Callable[..., Engine], demo_template: str) -> str:
    """A server of its own over the demo city: decisions are made in it."""
    return serve(new_database(demo_template))


def _open(open_page: Callable[..., Page], base: str, width: int, height: int) -> Page:
    page = open_page("/review", width, height, base=base)
    expect(page.locator(".review-row").first).to_be_visible(timeout=20_000)
    expect(page.locator(DRAWN)).to_be_visible(timeout=40_000)
    return page


def _to_rivals(page: Page) -> str:
    """Move by key to the first text with candidates and return it."""
    rows = page.locator(".review-row")
    at = next(n for n in range(rows.count()) if "多处" in rows.nth(n).inner_text())
    for _ in range(at):
        page.keyboard.press("j")
    address = rows.nth(at).locator(".review-row-address").inner_text()
    expect(page.locator(".review-address")).to_have_text(address, timeout=20_000)
    expect(page.locator(".review-area").first).to_be_visible()
    return address


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080)])
def test_the_page_fits_and_nothing_leaves_it(
    open_page: Callable[..., Page], base: str, shots: Path, width: int, height: int
) -> None:
    page = _open(open_page, base, width, height)
    _to_rivals(page)
    page.keyboard.press("1")
    expect(page.locator(".review-area-chosen")).to_have_count(1)
    page.wait_for_timeout(1500)
    page.screenshot(path=shots / f"review-{width}.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.documentElement.scrollHeight") <= height
    cut = """() => [...document.querySelectorAll('.review-hints, .review-others button, .review-confirm')]
        .filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.innerText)"""
    assert page.evaluate(cut) == []


def test_a_text_is_decided_and_undone_by_keys_alone(open_page: Callable[..., Page], base: str) -> None:
    page = _open(open_page, base, 1366, 768)
    address, before = _to_rivals(page), page.locator("#review-progress").inner_text()
    began = time.monotonic()
    page.keyboard.press("2")
    expect(page.locator(".review-area-chosen[data-digit='2']")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#review-notice")).to_contain_text("已定位")
    expect(page.locator(".review-address")).not_to_have_text(address)
    expect(page.locator(DRAWN)).to_be_visible(timeout=20_000)
    print(f"\ndecided and the next text drawn in {time.monotonic() - began:.1f} s")
    whole = re.compile(f"^{re.escape(address)}$")
    expect(page.locator(".review-row-address", has_text=whole)).to_have_count(0)
    page.keyboard.press("z")
    expect(page.locator("#review-notice")).to_contain_text("已撤销")
    expect(page.locator("#review-progress")).to_have_text(before, use_inner_text=True)


def test_an_area_is_searched_for_and_a_point_set_without_a_mouse(
    open_page: Callable[..., Page], base: str
) -> None:
    page = _open(open_page, base, 1366, 768)
    _to_rivals(page)
    page.keyboard.press("/")
    page.keyboard.type("linfeng")
    expect(page.locator(".review-choices h3").first).to_have_text("查到的区划")
    # What was found for the first letters may still stand there.
    expect(page.locator(".review-choices .review-area-name").first).to_have_text("临枫区")
    page.keyboard.press("Enter")
    expect(page.locator(".review-area-chosen .review-area-name")).to_have_text("临枫区")
    expect(page.locator(".review-would")).to_contain_text("定到县区")
    page.keyboard.press("Escape")
    page.keyboard.press("m")
    expect(page.locator(".review-marking")).to_be_visible()
    page.keyboard.press("ArrowRight")
    page.keyboard.press(" ")
    expect(page.locator(".review-would")).to_contain_text("定到点")
    page.keyboard.press("o")
    expect(page.locator(".review-would")).to_contain_text("判为外市")


def test_a_key_before_the_answer_takes_nothing_of_the_text_before(
    open_page: Callable[..., Page], base: str
) -> None:
    page = _open(open_page, base, 1366, 768)
    address = _to_rivals(page)
    slow_down(page, 1500)
    page.keyboard.press("j")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.locator(".review-address")).not_to_have_text(address)
    expect(page.locator(".review-would")).to_contain_text("请先选")
    expect(page.locator(".review-area-chosen")).to_have_count(0)
    expect(page.locator("#review-notice")).to_be_empty()


def test_enter_before_the_answer_takes_the_first_of_what_is_found(
    open_page: Callable[..., Page], base: str
) -> None:
    page = _open(open_page, base, 1366, 768)
    _to_rivals(page)
    page.keyboard.press("1")
    expect(page.locator(".review-area-chosen[data-digit='1']")).to_be_visible()
    page.keyboard.press("/")
    slow_down(page, 1500)
    page.keyboard.type("linfeng")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator(".review-area-chosen .review-area-name")).to_have_text("临枫区")
    expect(page.locator("#review-notice")).to_be_empty()


def test_a_click_sets_a_point_only_where_a_point_is_to_be_set(
    open_page: Callable[..., Page], base: str
) -> None:
    page = _open(open_page, base, 1366, 768)
    _to_rivals(page)
    box = page.locator("#review-map-box").bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.click(*middle)
    page.wait_for_timeout(600)
    expect(page.locator(".review-would")).to_contain_text("请先选")
    page.keyboard.press("m")
    page.mouse.click(*middle)
    expect(page.locator(".review-would")).to_contain_text("定到点")
