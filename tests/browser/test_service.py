"""The service network in a real browser: from the city to a town, the map fitted, lists and files."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from grid.principals import Role

VIEW = """() => {
  const plot = document.querySelector('.service-map-box .js-plotly-plot');
  const box = document.querySelector('.service-map-box');
  const map = plot._fullLayout.map._subplot.map;
  const edges = box.dataset.bounds.split(',').map(Number);
  const corners = [map.project([edges[0], edges[3]]), map.project([edges[2], edges[1]])];
  return [corners[0].x, corners[0].y, corners[1].x - box.clientWidth, corners[1].y - box.clientHeight];
}"""
"""How far the corners of what is shown are inside the map: left, top, right, bottom; pixels."""


@pytest.fixture
def network(open_page: Callable[..., Page]) -> Callable[..., Page]:
    """Return a function that opens an address of the page, the map fitted."""

    def open_it(query: str = "", width: int = 1366, height: int = 768) -> Page:
        page = open_page(f"/service{query}", width, height, role=Role.LEADER)
        fitted(page)
        return page

    return open_it


def fitted(page: Page) -> None:
    page.wait_for_selector(".service-map-box[data-fitted]", timeout=60_000)


def inside(page: Page) -> None:
    """All that is shown lies in the map, and fills it one way."""
    fits = "([left, top, right, bottom]) => Math.min(left, top, -right, -bottom)"
    page.wait_for_function(f"() => {{ const room = ({fits})(({VIEW})()); return room > 0 && room < 40; }}")


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080)])
def test_the_whole_city_is_shown_at_every_size(
    network: Callable[..., Page], shots: Path, width: int, height: int
) -> None:
    page = network("", width, height)
    inside(page)
    expect(page.locator(".service-figure")).to_have_count(6)
    expect(page.locator(".service-table-parts tbody tr")).to_have_count(9)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.screenshot(path=shots / f"service-{width}.png")


def test_a_leader_goes_from_the_city_to_a_town_and_back(network: Callable[..., Page], shots: Path) -> None:
    page = network()
    page.click(".service-table-parts a.service-link >> nth=0")
    page.wait_for_url(re.compile(r"county=\d+$"))
    expect(page.locator(".service-tab-here")).to_contain_text("分乡镇")
    county = page.locator("select[name=county] option:checked").inner_text()
    assert county != "全市"
    inside(page)
    page.click(".service-table-parts a.service-link >> nth=0")
    page.wait_for_url(re.compile(r"county=\d+&town=\d+$"))
    expect(page.locator(".service-table-points tbody tr").first).to_be_visible()
    expect(page.locator("select[name=county] option:checked")).to_have_text(county)
    page.screenshot(path=shots / "service-town.png")
    page.select_option("select[name=town]", index=0)
    page.click(".service-chooser button")
    page.wait_for_url(re.compile(r"county=\d+&town=($|&)"))
    page.click(".service-chooser .office-clear")
    page.wait_for_url(re.compile(r"/service$"))
    expect(page.locator(".service-table-parts tbody tr")).to_have_count(9)


def test_lists_are_ordered_by_their_heads_and_saved_as_files(network: Callable[..., Page]) -> None:
    page = network("?list=far")
    expect(page.locator("th[aria-sort=descending]")).to_contain_text("到最近点")
    page.click("th[aria-sort] a")
    page.wait_for_url(re.compile("sort=distance&dir=asc"))
    expect(page.locator("th[aria-sort=ascending]")).to_contain_text("到最近点")
    page.click(".office-pages a")
    page.wait_for_url(re.compile("page=2"))
    with page.expect_download() as saved:
        page.click(".service-files a:has-text('CSV')")
    content = Path(saved.value.path()).read_bytes().decode("utf-8-sig").splitlines()
    assert saved.value.suggested_filename.startswith("各村距离_")
    assert content[0].startswith("区划代码,县区,乡镇街道,村社区")
    assert len(content) == 2001
