"""Every desk by keyboard: found by sound, helped in place, gone to by letters, printed with its source."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import Engine, text

from grid.principals import Role
from tests.browser.waiting import slow_down


@pytest.fixture
def matters(open_page: Callable[..., Page]) -> Page:
    """The register as the bureau sees it."""
    page = open_page("/matters?category=labour", 1366, 768, role=Role.BUREAU)
    expect(page.locator(".matters-row").first).to_be_visible()
    return page


def test_a_desk_is_worked_by_keyboard_alone(
    matters: Page, engines: dict[str, Engine], served: str, shots: Path
) -> None:
    page = matters
    with engines[served].connect() as connection:
        town = connection.execute(
            text(
                "SELECT u.name, a.code FROM unit u JOIN area a ON a.id = u.area_id"
                " WHERE a.level = 'town' LIMIT 1"
            )
        ).one()
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="查找")
    expect(field).to_be_focused()
    page.keyboard.type(town.code)
    chosen = page.locator("#desk-search [role=option][aria-selected=true]")
    expect(chosen).to_contain_text(town.name)
    # What was found by fewer digits may still stand there.
    expect(page.locator("#desk-search [role=option]").last).to_contain_text(f"以 {town.code} 开头")
    expect(field).to_have_attribute("aria-activedescendant", "desk-found-0")
    page.screenshot(path=shots / "desk-find.png")
    # Round the end: the register is last, the unit before it.
    page.keyboard.press("ArrowUp")
    expect(chosen).to_contain_text(f"以 {town.code} 开头")
    page.keyboard.press("ArrowUp")
    expect(chosen).to_contain_text("责任单位")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/units/{town.code}")
    expect(page.locator("h1, h2").filter(has_text=town.name).first).to_be_visible()

    # What is not found says what else to try; Escape gives the focus back to where it was.
    page.locator("#desk-find").focus()
    page.keyboard.press("Control+k")
    page.keyboard.type("zzzz")
    expect(page.locator(".desk-search-status")).to_contain_text("没有找到")
    page.keyboard.press("Escape")
    expect(page.locator("#desk-search")).to_have_count(0)
    expect(page.locator("#desk-find")).to_be_focused()

    page.keyboard.press("F1")
    guide = page.get_by_role("dialog", name="本页帮助")
    expect(guide).to_contain_text("责任单位的指标")
    expect(guide).to_contain_text("g h")
    page.screenshot(path=shots / "desk-help.png")
    page.keyboard.press("Escape")
    expect(guide).to_have_count(0)

    # Letters go to a screen, and are letters in a field.
    page.keyboard.press("g")
    page.keyboard.press("u")
    page.wait_for_url("**/units")
    search = page.locator(".units-filters input[name=search]")
    expect(search).to_be_visible()
    search.focus()
    page.keyboard.type("g?m/")
    expect(search).to_have_value("g?m/")
    expect(page.locator("dialog")).to_have_count(0)
    assert page.url.endswith("/units")


def test_found_by_its_sound(matters: Page) -> None:
    page = matters
    page.keyboard.press("Control+k")
    page.keyboard.type("daibanwang")
    first = page.locator("#desk-search [role=option]").first
    expect(first).to_contain_text("代办网络")
    page.keyboard.press("Enter")
    page.wait_for_url("**/service")


def test_enter_before_the_answer_takes_what_is_found_by_all_that_was_written(matters: Page) -> None:
    page = matters
    page.keyboard.press("Control+k")
    page.keyboard.type("d")
    expect(page.locator("#desk-search [role=option]").first).to_be_visible()
    slow_down(page, 800)
    page.keyboard.type("aibanwang")
    page.keyboard.press("Enter")
    page.wait_for_url("**/service")


def test_more_screens_than_fit_are_behind_one_word(matters: Page) -> None:
    page = matters
    more = page.locator(".desk-more")
    expect(more.get_by_text("代办网络")).to_be_hidden()
    more.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(more.get_by_text("代办网络")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the header fits"
    page.keyboard.press("Escape")
    expect(more.get_by_text("代办网络")).to_be_hidden()


def test_paper_has_a_title_line_and_nothing_to_press(matters: Page, tmp_path: Path) -> None:
    page = matters
    path = tmp_path / "matters.pdf"
    page.pdf(path=path, prefer_css_page_size=True, print_background=True)
    said = subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True
    )
    first = re.sub(r"\s+", "", said.stdout.split("\f")[0])
    for words in ("信访件台账", "演示数据", "数据来源", "审图号", "截至", "内容分类劳动和社会保障"):
        assert words in first, words
    for words in ("退出", "查找", "更多"):
        assert words not in first, words


def test_what_takes_its_time_says_so(matters: Page) -> None:
    page = matters
    bar = page.locator("#desk-progress")
    asked: list[Route] = []

    def hold(one: Route) -> None:
        asked.append(one)

    page.route(re.compile("_dash-update-component"), hold)
    page.locator(".matters-chip").nth(1).click()
    expect(bar).to_be_visible()
    expect(bar).to_contain_text("正在处理")
    for one in asked:
        one.continue_()
    expect(bar).to_be_hidden()
