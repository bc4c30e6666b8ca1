"""The wall in a real browser: drawn, legible, clickable, alive, and never blank."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, text
from werkzeug.serving import make_server

from callbacks.shell import make_shell
from callbacks.tools import Tools
from tests.screens.wall_city import FakeWall

DRAWN = ".wall[data-drawn]"
SLOW_MS = 90_000
MAP = "document.querySelector('#wall-map .js-plotly-plot')._fullLayout.map._subplot.map"
TICK = "window.dash_clientside.set_props('wall-tick', {n_intervals: Date.now()})"
CUT_TEXT = """() => [...document.querySelectorAll(
    '.wall-figure, .wall-value, .wall-changes, .wall-top, .wall-controls, .wall-list, .wall-row,'
    + '.wall-legends, .wall-foot, .wall-card, .wall-right, .wall-trend-title')]
  .filter((box) => box.offsetParent && box.scrollWidth > box.clientWidth + 1)
  .map((box) => box.className + ': ' + box.textContent.slice(0, 60))"""
SCENES = {
    "density": "layers=density",
    "listing": "layers=listing",
    "coverage": "layers=coverage",
    "counts": "layers=counts",
    "composed": "layers=density,listing,coverage,counts",
}


@pytest.fixture
def fake() -> FakeWall:
    return FakeWall()


@pytest.fixture
def fake_served(fake: FakeWall) -> Iterator[str]:
    """Base URL of a server over a fake city that can be emptied and broken."""
    server = make_server("127.0.0.1", 0, make_shell(Tools(store=fake)).server, threaded=True)  # type: ignore[arg-type]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def drawn(page: Page) -> Page:
    page.wait_for_selector(DRAWN, timeout=SLOW_MS)
    page.wait_for_timeout(500)
    return page


@pytest.mark.parametrize("scene", SCENES)
def test_a_scene_is_drawn_whole(open_page: Callable[..., Page], shots: Path, scene: str) -> None:
    page = drawn(open_page(f"/wall?{SCENES[scene]}", 1920, 1080))
    page.screenshot(path=shots / f"wall-{scene}-1080.png")
    assert page.evaluate(CUT_TEXT) == []
    assert page.evaluate("document.documentElement.scrollHeight <= window.innerHeight")
    halo = "plotly-trace-layer-slot-label-title-symbol"
    assert page.evaluate(f"{MAP}.getPaintProperty('{halo}', 'text-halo-width')") > 1
    assert page.evaluate("document.fonts.check(\"24px 'Noto Sans SC'\", '枫')")
    figure_px = page.evaluate("parseFloat(getComputedStyle(document.querySelector('.wall-number')).fontSize)")
    assert figure_px >= 64
    if scene == "density":
        source = f"Object.keys({MAP}.getStyle().sources).find((id) => {MAP}.getSource(id).type === 'image')"
        assert page.evaluate(f"{MAP}.isSourceLoaded({source})")


def test_a_4k_wall_is_drawn_twice_as_large(open_page: Callable[..., Page], shots: Path) -> None:
    page = drawn(open_page("/wall?layers=listing,coverage", 3840, 2160))
    page.screenshot(path=shots / "wall-composed-4k.png")
    assert page.evaluate(CUT_TEXT) == []
    assert (
        page.evaluate("parseFloat(getComputedStyle(document.querySelector('.wall-number')).fontSize)") >= 128
    )
    assert (
        page.evaluate(f"{MAP}.getLayoutProperty('plotly-trace-layer-slot-label-title-symbol', 'text-size')")
        >= 48
    )


def test_a_click_opens_a_card_and_escape_closes_it(open_page: Callable[..., Page], shots: Path) -> None:
    page = drawn(open_page("/wall?layers=coverage", 1920, 1080))
    page.mouse.move(760, 560)
    page.mouse.click(760, 560)
    card = page.locator("#wall-card")
    expect(card.locator("h2")).not_to_be_empty(timeout=SLOW_MS)
    page.wait_for_timeout(1500)
    page.screenshot(path=shots / "wall-card-1080.png")
    assert page.evaluate(CUT_TEXT) == []
    expect(page).to_have_url(re.compile("card=area-"))
    page.locator(".wall-card .wall-mark summary").first.click()
    expect(page.locator(".wall-card .wall-definition").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".wall-card .wall-definition").first).to_be_hidden()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(page).not_to_have_url(re.compile("card="))


def test_a_row_opens_a_leaders_card_by_keyboard(open_page: Callable[..., Page], shots: Path) -> None:
    page = drawn(open_page("/wall?layers=coverage", 1920, 1080))
    page.locator("button.wall-row").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#wall-card .wall-card-units")).to_be_visible(timeout=SLOW_MS)
    page.screenshot(path=shots / "wall-leader-1080.png")
    page.locator(".wall-close").click()
    expect(page.locator("#wall-card")).to_be_hidden()


def test_a_tap_opens_a_card_on_a_touch_wall(open_page: Callable[..., Page]) -> None:
    page = drawn(open_page("/wall?layers=listing", 1920, 1080, touch=True))
    page.touchscreen.tap(760, 560)
    expect(page.locator("#wall-card h2")).not_to_be_empty(timeout=SLOW_MS)


def test_new_data_come_without_a_reload_and_leave_the_visitors_view(
    open_page: Callable[..., Page],
    serve: Callable[[Engine], str],
    new_database: Callable[..., Engine],
    demo_template: str,
) -> None:
    engine = new_database(demo_template)
    page = drawn(open_page("/wall?layers=counts", 1920, 1080, base=serve(engine)))
    page.evaluate("window.stayed = true")
    fitted = page.evaluate(f"{MAP}.getZoom()")
    page.mouse.move(760, 560)
    page.mouse.wheel(0, -300)
    page.wait_for_timeout(3000)
    zoom = page.evaluate(f"{MAP}.getZoom()")
    assert zoom > fitted + 0.1
    before = page.locator(".wall-as-of").text_content()
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE data_version SET number = number + 1, changed_at = changed_at + interval '1 day'")
        )
    page.evaluate(TICK)
    expect(page.locator(".wall-as-of")).not_to_have_text(before or "", timeout=SLOW_MS)
    page.wait_for_timeout(3000)
    assert page.evaluate("window.stayed")
    assert page.evaluate(f"{MAP}.getZoom()") == pytest.approx(zoom, abs=0.01)


def test_a_lost_database_keeps_the_picture_under_a_banner(
    open_page: Callable[..., Page], fake: FakeWall, fake_served: str, shots: Path
) -> None:
    page = drawn(open_page("/wall?layers=density", 1920, 1080, base=fake_served))
    fake.down = True
    page.evaluate(TICK)
    expect(page.locator("#wall-banner")).to_contain_text("2026-11-20 09:05", timeout=SLOW_MS)
    page.screenshot(path=shots / "wall-down-1080.png")
    expect(page.locator(".wall-figure")).to_have_count(7)
    fake.down = False
    page.evaluate(TICK)
    expect(page.locator("#wall-banner")).to_be_hidden(timeout=SLOW_MS)


def test_an_empty_city_says_what_to_do_first(
    open_page: Callable[..., Page], fake: FakeWall, fake_served: str, shots: Path
) -> None:
    fake.areas_known = fake.matters_known = fake.plan_known = fake.listings_known = False
    page = open_page("/wall", 1920, 1080, base=fake_served)
    expect(page.locator("#wall-map-note")).to_contain_text("fengtu import boundaries", timeout=SLOW_MS)
    page.screenshot(path=shots / "wall-empty-1080.png")


def test_switching_a_layer_on_is_kept_in_the_address(
    open_page: Callable[..., Page], fake_served: str
) -> None:
    page = drawn(
        open_page("/wall?layers=density&period=bogus&level=%3Cscript%3E", 1920, 1080, base=fake_served)
    )
    page.locator("#wall-layers label", has_text="市领导包片").click()
    expect(page.locator("#wall-list h2")).to_have_text("包片领导与积案", timeout=SLOW_MS)
    page.wait_for_function("location.search.includes('coverage,density')")
    assert "script" not in page.url
