"""The patch on a phone in a real browser: light until the map is tapped, back closes it, targets fit."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.phone import KEPT
from tests.browser.waiting import until

_SMALL = """() => [...document.querySelectorAll('.patch a, .patch summary, .patch button, .patch input')]
  .map((one) => [one.innerText, one.getBoundingClientRect()])
  .filter(([, box]) => box.height && (box.height < 44 || box.width < 44)).map(([text]) => text)"""

_CUT = """() => [...document.querySelectorAll('.patch a, .patch summary, .patch button, .patch-step span')]
  .filter((one) => one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1)
  .filter((one) => one.clientWidth).map((one) => one.innerText)"""
FILES_KEPT = """async () => await caches.has('fengtu-patch-files')
  && (await (await caches.open('fengtu-patch-files')).keys()).length > 5"""
_PAST_THE_EDGE = """() => [...document.querySelectorAll('.patch a, .patch summary, .patch button')]
  .filter((one) => !one.closest('.patch-chips')).map((one) => [one.innerText, one.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.left < 0 || box.right > window.innerWidth)).map(([text]) => text)"""
"""Chips alone are scrolled sideways."""
STANDS = """() => new Promise((done) => {
  const before = window.scrollY;
  setTimeout(() => done(window.scrollY === before), 200);
})"""
"""Whether a page that was flung has come to rest: until then a tap only stops it."""
_SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750}
"""As Lighthouse has it: 1.6 Mbit/s down, 0.75 up; ms, bytes per second."""


@pytest.mark.parametrize(("width", "height"), [(390, 844), (360, 640)])
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
        assert page.evaluate(_CUT) == []
        assert page.evaluate(_PAST_THE_EDGE) == []


def test_the_form_of_a_step_fits_a_small_phone(open_page: Callable[..., Page], shots: Path) -> None:
    page = open_page("/patch", 360, 640, touch=True)
    page.locator(".patch-note summary").first.tap()
    form = page.locator(".patch-form")
    expect(form).to_have_count(1)
    form.get_by_role("button", name="保存").scroll_into_view_if_needed()
    page.screenshot(path=shots / "patch-form.png")
    assert page.evaluate(_SMALL) == []
    assert page.evaluate(_CUT) == []
    assert page.evaluate(_PAST_THE_EDGE) == []
    form.get_by_role("button", name="保存").tap()
    expect(form).to_have_count(1), "without a step nothing is kept"
    expect(page.locator("#patch-outbox")).to_be_hidden()


def test_a_list_weighs_little_on_a_slow_line(open_page: Callable[..., Page], shots: Path) -> None:
    page = open_page("/patch", 360, 640, touch=True)
    until(page, KEPT)
    page.evaluate(
        "async () => { for (const one of await caches.keys()) await caches.delete(one); "
        "for (const one of await navigator.serviceWorker.getRegistrations()) await one.unregister(); }"
    )
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.clearBrowserCache")
    line.send("Network.emulateNetworkConditions", _SLOW_4G)
    line.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    bytes_sent: list[float] = []
    line.on("Network.loadingFinished", lambda told: bytes_sent.append(told["encodedDataLength"]))
    page.reload()
    expect(page.locator(".patch-card").first).to_be_visible()
    page.wait_for_function("() => performance.getEntriesByName('first-contentful-paint').length === 1")
    until(page, FILES_KEPT)
    seconds = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime / 1000")
    (shots / "patch-weight.txt").write_text(f"{sum(bytes_sent) / 1000:.1f} KB, first paint {seconds:.2f} s\n")
    assert len(bytes_sent) >= 6
    assert sum(bytes_sent) <= 100_000, "of 300 KB that it may weigh"


def test_the_notice_is_printed_on_one_page(open_page: Callable[..., Page], shots: Path) -> None:
    page = open_page("/patch?tab=me", 390, 844, touch=True)
    sign = page.locator(".patch-sign")
    expect(sign).to_contain_text("监督电话")
    assert "件" not in sign.inner_text(), "a notice counts no matters"
    name = sign.locator("h2").inner_text()
    printed = page.pdf(path=shots / "patch-sign.pdf", prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    assert re.findall(rb"/MediaBox\s*\[0 0 59[45][.\d]* 84[12][.\d]*\]", printed)
    page.emulate_media(media="print")
    shown = page.locator("body").inner_text()
    assert name in shown
    assert "未办结" not in shown
    page.evaluate("window.print = () => { document.body.dataset.printed = 'yes' }")
    page.emulate_media(media="screen")
    page.get_by_role("button", name="打印").tap()
    expect(page.locator("body")).to_have_attribute("data-printed", "yes")


def test_a_page_scrolls_under_a_thumb_that_begins_on_the_map(open_page: Callable[..., Page]) -> None:
    page = open_page("/patch/map", 360, 640, touch=True)
    expect(page.locator("#patch-map canvas").first).to_be_visible(timeout=40_000)
    expect(page.locator("#patch-map .maplibregl-cooperative-gestures")).to_have_count(1)
    box = page.locator("#patch-map").bounding_box()
    assert box is not None
    thumb, x, y = (
        page.context.new_cdp_session(page),
        box["x"] + box["width"] / 2,
        box["y"] + box["height"] / 2,
    )
    thumb.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for up in range(10, 160, 10):
        moved = [{"x": x, "y": y - up}]
        thumb.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": moved})
    thumb.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_function("() => window.scrollY > 50")
    until(page, STANDS)
    page.get_by_role("link", name="关闭地图").tap()
    expect(page.locator(".patch-card").first).to_be_visible()


def test_it_can_be_installed(open_page: Callable[..., Page]) -> None:
    page = open_page("/patch", 390, 844, touch=True)
    line = page.context.new_cdp_session(page)
    told = line.send("Page.getAppManifest")
    assert told["errors"] == []
    manifest = json.loads(told["data"])
    assert (manifest["start_url"], manifest["scope"], manifest["display"]) == (
        "/patch",
        "/patch",
        "standalone",
    )
    for icon in manifest["icons"]:
        size = page.evaluate(
            "async (src) => { const one = new Image(); one.src = src; await one.decode(); return one.width }",
            icon["src"],
        )
        assert icon["sizes"] == f"{size}x{size}"
    until(page, "async () => Boolean((await navigator.serviceWorker.getRegistration('/patch'))?.active)")
    errors = line.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [one["errorId"] for one in errors if one["errorId"] != "in-incognito"] == []


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
    page.wait_for_url("**/patch/map*")
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
