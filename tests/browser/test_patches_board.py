"""A town's grids in a real browser: divided at a press, taken back, given again, saved and proposed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, text

from bench.demo_visits import settle
from grid.principals import Principal, Role

_VILLAGES = """SELECT v.id FROM area v WHERE v.level = 'village' AND v.valid_to IS NULL
    AND v.parent_id = :town ORDER BY v.id LIMIT 3"""
_TOWN = """SELECT v.parent_id FROM area v JOIN area g ON g.parent_id = v.id
    WHERE v.level = 'village' AND v.valid_to IS NULL AND g.valid_to IS NULL
    GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"""


@pytest.fixture
def town(served: str, engines: dict[str, Engine], sign_in: Callable[..., Principal]) -> int:
    """The town of the most grids, with a worker in each of three villages."""
    with engines[served].connect() as connection:
        found = int(connection.execute(text(_TOWN)).scalar_one())
        villages = connection.execute(text(_VILLAGES), {"town": found}).scalars().all()
    for village in villages:
        sign_in(engines[served], Role.WORKER, areas=[village])
    return found


def test_a_town_is_divided_taken_back_saved_and_proposed(
    open_page: Callable[..., Page], town: int, shots: Path
) -> None:
    page = open_page(f"/plan?town={town}", 1366, 768)
    page.wait_for_selector(".plan-leader")
    settle(page)
    changes = page.locator("#plan-changes .plan-change")
    expect(changes).to_have_count(0)
    page.locator("#plan-patches-divide").click()
    expect(changes).not_to_have_count(0)
    divided = changes.count()
    assert page.evaluate("window.fengtuPlan.board().marks.length") == 1, "one step"
    expect(page.locator("#plan-patches-outcome")).to_contain_text(str(divided))
    page.screenshot(path=shots / "patches-divided.png")
    page.locator("#plan-undo").click()
    expect(changes).to_have_count(0)
    page.locator("#plan-redo").click()
    expect(changes).to_have_count(divided)
    page.locator("#plan-name").fill("三人分工")
    page.locator("#plan-save-as").click()
    row = page.locator(".patches-plan", has_text="三人分工")
    expect(row).to_have_count(1)
    page.locator(".patches-strip summary").last.click()
    row.get_by_role("button").first.click()
    expect(page.locator("#plan-patches-said")).not_to_be_empty()
    expect(row).to_contain_text("待审")
