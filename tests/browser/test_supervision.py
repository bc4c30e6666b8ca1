"""Supervision in a real browser: the bureau opens a case, the unit replies, the time line shows it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, text

from grid.principals import Role
from tests.browser.conftest import scope_of

SIZES = ((1366, 768), (1920, 1080))


@pytest.fixture
def supervision(open_page: Callable[..., Page]) -> Callable[..., Page]:
    """Return a function that opens an address of supervision as a role."""

    def open_it(query: str = "", role: Role = Role.BUREAU, size: tuple[int, int] = SIZES[0]) -> Page:
        page = open_page(f"/supervision{query}", *size, role=role)
        page.wait_for_selector(".supervision-views")
        return page

    return open_it


@pytest.fixture
def matter(served: str, engines: dict[str, Engine]) -> str:
    """Number of a matter of the unit that signs in, on which no case of its kind is open."""
    unit = scope_of(engines[served], Role.UNIT)["units"][0]
    wanted = text(
        "SELECT matter_no FROM petition p WHERE unit_id = :unit AND purpose <> 'accusation' AND NOT EXISTS"
        " (SELECT FROM supervision_case c WHERE c.petition_id = p.id) ORDER BY id LIMIT 1"
    )
    with engines[served].connect() as connection:
        return str(connection.execute(wanted, {"unit": unit}).scalar_one())


def test_the_bureau_opens_the_unit_replies_and_the_time_line_shows_it(
    supervision: Callable[..., Page], matter: str, shots: Path
) -> None:
    bureau = supervision()
    bureau.click(".supervision-new")
    bureau.click(".supervision-choice a:text-is('督办')")
    bureau.wait_for_url(re.compile("new=urge"))
    bureau.click("#supervision-open")
    expect(bureau.locator("#supervision-problem")).to_have_text("请写明事由。")
    bureau.fill(".supervision-form input[type=text]", matter)
    bureau.fill(".supervision-form textarea", "群众反映逾期未答复")
    bureau.click("#supervision-open")
    bureau.wait_for_url(re.compile("case="))
    expect(bureau.locator(".supervision-beside h2")).to_have_text(matter)
    expect(bureau.locator(".supervision-beside button:has-text('登记')")).to_have_count(0)
    where = bureau.url.split("/supervision")[1]

    unit = supervision(where, Role.UNIT)
    unit.fill(".supervision-form textarea", "已当面答复并出具意见书")
    unit.click("button:has-text('登记：书面答复督办')")
    done = unit.locator(".supervision-step").first
    expect(done).to_contain_text("已当面答复并出具意见书")
    expect(done).to_contain_text("按时")
    expect(unit.locator(".supervision-row-here")).to_contain_text("核查答复")
    expect(unit.locator(".supervision-beside button")).to_have_count(0)

    bureau.reload()
    expect(bureau.locator(".supervision-step").first).to_contain_text("已当面答复并出具意见书")
    bureau.fill(".supervision-step .supervision-form textarea", "情况属实")
    bureau.click("button:has-text('登记：核查答复')")
    expect(bureau.locator(".supervision-step").nth(1)).to_contain_text("情况属实")
    bureau.screenshot(path=shots / "supervision-case-1366.png")
    bureau.fill("#supervision-outcome", "已办结")
    bureau.click("#supervision-end")
    expect(bureau.locator(".supervision-ended")).to_contain_text("已办结")
    assert bureau.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("size", SIZES)
def test_what_opened_by_itself_is_found_by_procedure_state_and_key(
    supervision: Callable[..., Page],
    served: str,
    engines: dict[str, Engine],
    size: tuple[int, int],
    shots: Path,
) -> None:
    from data.writes.supervision_openings import open_automatic

    open_automatic(engines[served])
    page = supervision("?procedure=unevaluated", size=size)
    rows = page.locator(".supervision-row")
    expect(rows.first).to_contain_text("未评价提级")
    expect(page.locator(".supervision-tab-here")).to_contain_text("未评价提级")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    second = page.locator(".supervision-open").nth(1)
    expect(second).to_be_focused()
    number = second.inner_text()
    page.keyboard.press("Enter")
    expect(page.locator(".supervision-beside h2")).to_have_text(number)
    expect(page.locator(".supervision-beside")).to_contain_text("自动立件")
    page.screenshot(path=shots / f"supervision-{size[0]}.png")
    page.keyboard.press("Escape")
    expect(page.locator(".supervision-beside h2")).to_have_count(0)
    page.select_option("select[name=due]", "7")
    page.wait_for_url(re.compile("due=7"))
    assert "procedure=unevaluated" in page.url
    assert "unit=" not in page.url
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_bureau_enrols_leaders_and_a_reception_is_on_the_roster(
    supervision: Callable[..., Page], shots: Path
) -> None:
    page = supervision("?new=reception_days")
    page.click(".supervision-form .dash-dropdown")
    page.get_by_text("全部领导（已立的除外）").last.click()
    page.click("#supervision-open")
    page.wait_for_url(re.compile("case="))
    page.fill(".supervision-form input[type=text]", "市领导")
    page.click("button:has-text('登记：定日接访')")
    expect(page.locator(".supervision-step").first).to_contain_text("市领导")
    page.goto(page.url.split("?")[0] + "?view=roster")
    expect(page.locator(".supervision-cell-held").first).to_be_visible()
    page.screenshot(path=shots / "supervision-roster-1366.png")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
