"""Siting in a real browser: an answer at once, its proof beside the page, the map and the file."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from bench.demo_visits import settle
from grid.principals import Role


def _opened(open_page: Callable[..., Page], path: str) -> Page:
    return open_page(path, 1366, 768, role=Role.LEADER)


def test_points_stand_at_once_and_the_proof_follows(open_page: Callable[..., Page], shots: Path) -> None:
    page = _opened(open_page, "/siting?most=3&radius=1500")
    rows = page.locator(".siting-table").first.locator("tbody tr")
    expect(rows).to_have_count(3)
    expect(page.locator("#siting-said")).to_contain_text("新增 3 个点")
    expect(page.locator("#siting-said")).to_contain_text("已证明不可能更多")
    settle(page)
    expect(page.locator(".siting-curve .legendtext")).to_have_text(["任何选法的上限", "逐个挑选所覆盖"])
    page.screenshot(path=shots / "siting.png")
    with page.expect_download() as coming:
        page.get_by_role("link", name="导出 XLSX").click()
    book = load_workbook(io.BytesIO(Path(coming.value.path()).read_bytes()))
    told = [row[4] for row in book.worksheets[1].iter_rows(min_row=2, values_only=True)]
    assert told == [
        name.split("\n")[0] for name in rows.locator("td:nth-child(2) > span:first-child").all_inner_texts()
    ]


def test_the_shortest_way_tells_what_each_point_saves(open_page: Callable[..., Page]) -> None:
    page = _opened(open_page, "/siting?most=2&goal=median")
    rows = page.locator(".siting-table").first.locator("tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text(re.compile(r"−[0-9.]+ 米"))
    expect(page.locator("#siting-state")).to_contain_text(re.compile("已用 [1-9]|求证结束"))
