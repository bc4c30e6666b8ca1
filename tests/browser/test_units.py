"""Units in a real browser: league to matters in two clicks, keys, a unit's page, and steps by role."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, text

from grid.principals import Role

NEWEST_LISTED = text(
    "SELECT u.id, coalesce(a.code, 'd' || u.id) AS code, l.id AS listing"
    " FROM listing l JOIN unit u ON u.id = l.unit_id LEFT JOIN area a ON a.id = u.area_id"
    " WHERE l.state = :state AND l.quarter = (SELECT max(quarter) FROM listing x WHERE x.unit_id = l.unit_id)"
    " AND (NOT :department OR u.kind = 'department') ORDER BY l.quarter DESC, u.id LIMIT 1"
)


@pytest.fixture
def units(open_page: Callable[..., Page]) -> Callable[..., Page]:
    """Return a function that opens an address below the page of units as a role."""

    def open_it(rest: str = "", role: Role = Role.LEADER, width: int = 1366, height: int = 768) -> Page:
        page = open_page(f"/units{rest}", width, height, role=role)
        page.wait_for_selector(".units-table, .units-trend, .message", timeout=60_000)
        return page

    return open_it


def listed(engine: Engine, state: str, *, department: bool = False) -> Any:
    with engine.connect() as connection:
        return connection.execute(NEWEST_LISTED, {"state": state, "department": department}).one()


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080), (390, 844)])
def test_the_table_fits_every_screen(
    units: Callable[..., Page], shots: Path, width: int, height: int
) -> None:
    page = units("", width=width, height=height)
    expect(page.locator(".units-row").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.screenshot(path=shots / f"units-{width}.png")


def test_from_a_score_to_its_matters_in_two_clicks_without_leaving_the_table(
    units: Callable[..., Page], shots: Path
) -> None:
    page = units("", Role.BUREAU)
    rows = page.locator(".units-row").count()
    page.locator(".units-row").nth(2).locator(".units-open").nth(1).click()
    expect(page.locator(".units-panel .units-definition")).to_be_visible()
    expect(page.locator(".units-panel .units-panel-rate")).to_contain_text("%")
    assert "indicator=replied_in_time" in page.url
    page.screenshot(path=shots / "units-panel.png")
    first = page.locator(".units-cohort tbody a").first
    number = first.inner_text()
    assert page.locator(".units-row").count() == rows
    first.click()
    page.wait_for_url(re.compile("/matters"))
    expect(page.locator(".matters-table .matters-open").first).to_have_text(number)


def test_keys_move_between_numbers_open_and_close_them(units: Callable[..., Page]) -> None:
    page = units()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    here = page.evaluate("document.activeElement.href")
    page.keyboard.press("Enter")
    expect(page.locator(".units-panel h2")).to_have_text("按期办结率")
    expect(page.locator(".units-panel")).to_contain_text("不逐件查看")
    page.keyboard.press("Escape")
    expect(page.locator(".units-panel h2")).to_have_count(0)
    assert page.evaluate("document.activeElement.href") == here
    assert "indicator" not in page.url
    page.keyboard.press("/")
    page.keyboard.type("zzjj")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("search=zzjj"))


def test_an_address_with_a_number_opens_it_and_two_definitions_stand_side_by_side(
    units: Callable[..., Page],
) -> None:
    page = units()
    page.locator(".units-open").first.click()
    page.wait_for_url(re.compile("indicator="))
    page.reload()
    expect(page.locator(".units-panel .units-definition")).to_be_visible()
    page.locator(".units-version-links a").first.click()
    expect(page.locator(".units-beside .units-result td")).to_have_count(2)


def test_a_units_page_shows_quarters_clocks_and_listings(
    units: Callable[..., Page], shots: Path, engines: dict[str, Engine], served: str
) -> None:
    unit = listed(engines[served], "rectifying")
    for width, height in ((1366, 768), (390, 844)):
        page = units(f"/{unit.code}", width=width, height=height)
        expect(page.locator(".units-trend tbody tr").first).to_be_visible()
        expect(page.locator(".units-trend thead th")).to_have_count(11)
        expect(page.locator(".unit-clock-overdue dd")).to_be_visible()
        expect(page.locator(".units-life").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.screenshot(path=shots / f"unit-{width}.png", full_page=True)


def test_an_approver_lists_what_was_proposed_and_only_once_it_is_confirmed(
    units: Callable[..., Page], shots: Path, engines: dict[str, Engine], served: str
) -> None:
    unit = listed(engines[served], "proposed")
    page = units(f"/{unit.code}", Role.APPROVER)
    page.locator(f".units-choices a[href*='step=list&listing={unit.listing}']").click()
    page.fill("#units-official", "市委副书记")
    page.click("#units-send")
    expect(page.locator("#units-said")).to_contain_text("勾选确认")
    page.screenshot(path=shots / "unit-step.png")
    page.check(".units-sure input")
    page.click("#units-send")
    expect(page.locator(".units-done")).to_contain_text("挂牌")
    with engines[served].connect() as connection:
        state = connection.execute(
            text("SELECT state, approver FROM listing WHERE id = :id"), {"id": unit.listing}
        ).one()
    assert tuple(state) == ("listed", "市委副书记")


def test_the_table_is_saved_as_a_workbook(units: Callable[..., Page]) -> None:
    page = units("?group=county")
    with page.expect_download() as saved:
        page.click(".units-export")
    assert Path(saved.value.path()).read_bytes().startswith(b"PK")
    assert saved.value.suggested_filename.startswith("责任单位排名_")
