"""The patch on a phone in a real browser: light until the map is tapped, back closes it, targets fit."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

_SMALL = """() => [...document.querySelectorAll('.patch a, .patch summary, .patch button')]
  .map((one) => [one.innerText, one.getBoundingClientRect()])
  .filter(([, box]) => box.height && (box.height < 44 || box.width < 44)).map(([text]) => text)"""


@pytest.mark.parametrize(("width", "height"), [(390, 844), (360, 740)])
def test_the_list_fits_a_phone_and_a_thumb(
    open_page: Callable[..., Page], shots: Path, width: int, height: int
) -> None:
    page = open_page("/patch", width, height, touch=True)
    expect(page.locator(".patch-card").first).to_be_visible()
    page.screenshot(path=shots / f"patch-{width}.png")
    for tab in ("", "?tab=service", "?tab=me", "?choose=1"):
        page.goto(re.sub(r"\?.*", "", page.url) + tab)
        expect(page.locator(".patch-page")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(_SMALL) == []


def test_the_first_card_is_the_most_pressing_one(open_page: Callable[..., Page]) -> None:
    page = open_page("/patch", 390, 844, touch=True)
    expect(page.locator(".patch-card").first).to_be_visible()
    figures = page.locator(".patch-figure").all_inner_texts()
    left = [int(re.sub(r"\D", "", text)) * (-1 if "超" in text else 1) for text in figures if "—" not in text]
    assert left == sorted(left)
    assert len(figures) == int(page.locator(".patch-chip-here b").inner_text())


def test_the_map_is_loaded_when_tapped_and_closed_by_going_back(
    open_page: Callable[..., Page], shots: Path
) -> None:
    page = open_page("/patch", 390, 844, touch=True)
    expect(page.locator(".patch-card").first).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    expect(page.locator(".patch-card").first).to_be_visible()
    assert asked
    assert not [url for url in asked if "plotly" in url or "async-graph" in url]
    page.get_by_role("link", name="地图").tap()
    expect(page.locator("#patch-map canvas").first).to_be_visible(timeout=20_000)
    assert [url for url in asked if "plotly" in url]
    page.wait_for_timeout(1500)
    page.screenshot(path=shots / "patch-map.png")
    page.go_back()
    expect(page.locator(".patch-card").first).to_be_visible()
    expect(page.locator("#patch-map")).to_have_count(0)


def test_a_place_is_confirmed_moved_by_a_tap_and_taken_back(
    open_page: Callable[..., Page], shots: Path
) -> None:
    page = open_page("/patch", 390, 844, touch=True)
    page.locator(".patch-check").first.tap()
    expect(page.locator("#patch-place[data-drawn=yes]")).to_be_visible(timeout=40_000)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="位置正确").tap()
    expect(page.locator("#patch-said")).to_contain_text("已核实：位置正确")
    page.get_by_role("button", name="撤回").tap()
    expect(page.locator("#patch-said")).to_contain_text("已撤回")
    page.get_by_role("button", name="改位置").tap()
    expect(page.get_by_role("button", name="保存这个位置")).to_be_disabled()
    assert page.evaluate(_SMALL) == []
    box = page.locator("#patch-place-map").bounding_box()
    assert box is not None
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_timeout(800)
    page.screenshot(path=shots / "patch-place.png")
    page.get_by_role("button", name="保存这个位置").tap()
    # The middle of the map may lie outside a grid that is bent: then that is what is told.
    expect(page.locator("#patch-said")).to_contain_text(re.compile("已核实：改位置|不在您的网格内"))


def test_another_of_the_own_grids_is_chosen_and_kept_in_the_address(open_page: Callable[..., Page]) -> None:
    page = open_page("/patch", 390, 844, touch=True)
    first = page.locator("h1").inner_text()
    page.locator(".patch-switch").tap()
    choices = page.locator(".patch-choice")
    expect(choices.first).to_be_visible()
    assert choices.count() > 1
    choices.nth(1).tap()
    expect(page.locator(".patch-tabs")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/patch\?grid=\d+$"))
    name = page.locator("h1").inner_text()
    assert name != first
    page.reload()
    expect(page.locator("h1")).to_have_text(name)


def test_a_filter_is_an_address(open_page: Callable[..., Page]) -> None:
    page = open_page("/patch", 390, 844, touch=True)
    chip = page.locator(".patch-chip").nth(1)
    count = int(chip.locator("b").inner_text())
    chip.tap()
    expect(page.locator(".patch-card")).to_have_count(count)
    expect(page).to_have_url(re.compile(r"clock="))
