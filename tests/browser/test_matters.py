"""The register in a real browser: filters and orders are addresses, a matter opens by click and by key."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from grid.principals import Role


@pytest.fixture
def register(open_page: Callable[..., Page]) -> Callable[..., Page]:
    """Return a function that opens an address of the register at a desk."""

    def open_it(query: str = "", role: Role = Role.BUREAU) -> Page:
        page = open_page(f"/matters{query}", 1440, 900, role=role)
        page.wait_for_selector(".matters-row, .message")
        return page

    return open_it


def test_the_bureau_finds_what_is_overdue_and_opens_it(register: Callable[..., Page], shots: Path) -> None:
    page = register()
    expect(page.locator(".matters-row")).to_have_count(50)
    expect(page.locator(".matters-figure")).to_contain_text("检举控告")
    page.screenshot(path=shots / "matters-bureau.png")
    page.click(".matters-chip.matters-clock-overdue")
    page.wait_for_url("**/matters?clock=overdue")
    expect(page.locator(".matters-chip-here")).to_contain_text("超期")
    page.click("th.matters-due a")
    page.wait_for_url(re.compile("sort=due&dir=asc"))
    expect(page.locator("th.matters-due")).to_have_attribute("aria-sort", "ascending")
    first = page.locator(".matters-row").first
    number = first.locator(".matters-open").inner_text()
    first.click(position={"x": 300, "y": 10})
    expect(page.locator(".matters-beside h2")).to_have_text(number)
    expect(page.locator(".matters-beside")).to_contain_text("办理进度")
    page.click(".matters-recusal summary")
    page.fill("#matters-login", "nobody")
    page.click("#matters-recuse")
    expect(page.locator(".matters-recusal .matters-problem")).to_contain_text("没有这个用户名")
    page.screenshot(path=shots / "matters-detail.png")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_list_is_worked_by_keys(register: Callable[..., Page]) -> None:
    page = register()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    second = page.locator(".matters-open").nth(1)
    expect(second).to_be_focused()
    number = second.inner_text()
    page.keyboard.press("Enter")
    expect(page.locator(".matters-beside h2")).to_have_text(number)
    page.keyboard.press("Escape")
    expect(page.locator(".matters-beside h2")).to_have_count(0)
    expect(second).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("input[name=number]")).to_be_focused()


def test_filters_stand_in_the_address_and_survive_a_reload(
    register: Callable[..., Page], shots: Path
) -> None:
    page = register("?clock=running", Role.UNIT)
    page.select_option("select[name=category]", "land")
    page.wait_for_url(re.compile("category=land"))
    assert "stage=" not in page.url
    assert "clock=running" in page.url
    page.wait_for_selector(".matters-filters")
    expect(page.locator("select[name=category]")).to_have_value("land")
    page.reload()
    expect(page.locator("select[name=category]")).to_have_value("land")
    expect(page.locator(".matters-figure")).to_have_count(0)
    page.screenshot(path=shots / "matters-unit.png")


def test_an_export_is_downloaded(register: Callable[..., Page], tmp_path: Path) -> None:
    page = register("", Role.TOWN)
    with page.expect_download() as waiting:
        page.click(".matters-export a")
    assert waiting.value.suggested_filename.startswith("信访件台账-")
    target = tmp_path / "register.xlsx"
    waiting.value.save_as(target)
    assert target.read_bytes()[:2] == b"PK"


def test_a_search_without_a_find_says_how_to_go_on(register: Callable[..., Page], shots: Path) -> None:
    page = register("?number=nothing")
    expect(page.locator(".message")).to_contain_text("没有符合条件的信访件")
    page.screenshot(path=shots / "matters-empty.png")
    page.click(".message a")
    expect(page.locator(".matters-row")).to_have_count(50)
