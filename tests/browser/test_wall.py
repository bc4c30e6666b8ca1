"""The wall in a real browser: drawn, legible, clickable, alive, and never blank."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from werkzeug.serving import BaseWSGIServer, make_server

from bench.demo_visits import settle
from callbacks.access.cookies import NAME
from callbacks.shell import make_shell
from callbacks.tools import Tools
from callbacks.wall.ids import WallId
from grid.principals import Role
from tests.browser.waiting import slow_down
from tests.screens.access_city import GuardedStore, token_of
from tests.screens.imports_city import FakeDesk
from tests.screens.wall_city import FakeWall

DRAWN = ".wall[data-drawn]"
SLOW_MS = 90_000
MAP = "document.querySelector('#wall-map .js-plotly-plot')._fullLayout.map._subplot.map"
TICK = "window.dash_clientside.set_props('wall-tick', {n_intervals: Date.now()})"
VILLAGE_ZOOMS = """() => {
    const map = document.querySelector('#wall-map .js-plotly-plot')._fullLayout.map;
    const at = map.layers.findIndex((layer) => layer.below === 'slot-village-line');
    return [map.layers[at].minzoom, map._subplot.map.getLayer(map._subplot.layerList[at].idLayer).minzoom];
}"""
"""From which zoom on the outlines of villages are asked for, and laid."""
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
    "villages": "layers=counts&level=village",
    "group": "layers=counts&level=village&group=category:land",
    "composed": "layers=density,listing,coverage,counts",
}


@pytest.fixture
def fake() -> FakeWall:
    return FakeWall()


@pytest.fixture(scope="module")
def servers() -> Iterator[list[BaseWSGIServer]]:
    """Servers of fake cities; they outlive the pages that still ask them when a test ends."""
    started: list[BaseWSGIServer] = []
    yield started
    for server in started:
        server.shutdown()
        server.server_close()


@pytest.fixture
def serve_fake(fake: FakeWall, servers: list[BaseWSGIServer]) -> Callable[[Role], str]:
    """Return a function that serves a fake city, which can be emptied and broken, to one role."""

    def start(role: Role) -> str:
        store = GuardedStore(fake, FakeDesk())
        app = make_shell(Tools(store=store)).server  # type: ignore[arg-type]

        def signed_in(environ: dict[str, object], respond: Callable[..., object]) -> object:
            return app.wsgi_app({**environ, "HTTP_COOKIE": f"{NAME}={token_of(role)}"}, respond)

        server = make_server("127.0.0.1", 0, signed_in, threaded=True)  # type: ignore[arg-type]
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}"

    return start


@pytest.fixture
def fake_served(serve_fake: Callable[[Role], str]) -> str:
    """Base URL of a fake city served to a leader."""
    return serve_fake(Role.LEADER)


def drawn(page: Page) -> Page:
    page.wait_for_selector(DRAWN, timeout=SLOW_MS)
    settle(page)
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


def open_by(page: Page, act: Callable[[], object]) -> None:
    """Act until a card is open: on a busy machine the map may not be listening yet when it is first drawn."""
    heading = page.locator("#wall-card h2")
    deadline = time.monotonic() + SLOW_MS / 1000
    while not heading.count() and time.monotonic() < deadline:
        act()
        with suppress(AssertionError):
            expect(heading).not_to_be_empty(timeout=8000)
    expect(heading).not_to_be_empty()


def test_a_click_opens_a_card_and_escape_closes_it(open_page: Callable[..., Page], shots: Path) -> None:
    page = drawn(open_page("/wall?layers=coverage", 1920, 1080))
    card = page.locator("#wall-card")
    open_by(page, lambda: (page.mouse.move(760, 560), page.mouse.click(760, 560)))
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


def test_a_row_pressed_while_the_list_is_drawn_anew_opens_its_card(open_page: Callable[..., Page]) -> None:
    page = drawn(open_page("/wall?layers=coverage", 1920, 1080))
    page.locator("button.wall-row").first.focus()
    slow_down(page, 800)
    page.evaluate("window.dash_clientside.set_props('wall-version', {data: {at: null}})")
    page.evaluate(TICK)
    page.wait_for_timeout(1000)
    page.locator("button.wall-row").first.press("Enter")
    expect(page.locator("#wall-card .wall-card-units")).to_be_visible(timeout=SLOW_MS)


def test_a_map_is_drawn_however_slow_its_shapes_come(open_page: Callable[..., Page]) -> None:
    """Plotly lets traces of the same shapes wait five seconds for each other."""
    page = open_page("/wall", 1920, 1080)
    page.route("**/shapes/**", lambda asked: (page.wait_for_timeout(7000), asked.continue_()))
    page.goto(page.url.partition("?")[0] + "?layers=counts,coverage")
    drawn(page)
    assert page.evaluate(f"{MAP}.queryRenderedFeatures().length") > 0


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
    open_by(page, lambda: page.touchscreen.tap(760, 560))


def test_new_products_come_without_a_reload_and_leave_the_visitors_view(
    open_page: Callable[..., Page], fake: FakeWall, fake_served: str
) -> None:
    page = drawn(open_page("/wall?layers=counts", 1920, 1080, base=fake_served))
    page.evaluate("window.stayed = true")
    fitted = page.evaluate(f"{MAP}.getZoom()")
    page.mouse.move(760, 560)
    page.mouse.wheel(0, -300)
    page.wait_for_function(
        f"(fitted) => {MAP}.getZoom() > fitted + 0.1 && !{MAP}.isMoving() && !{MAP}.isZooming()", arg=fitted
    )
    page.wait_for_timeout(500)
    zoom = page.evaluate(f"{MAP}.getZoom()")
    fake.publication_number, fake.made_from = 8, fake.made_from + timedelta(days=1)
    page.evaluate(TICK)
    expect(page.locator(".wall-as-of")).to_contain_text("2026-11-21 09:05", timeout=SLOW_MS)
    page.wait_for_timeout(3000)
    assert page.evaluate("window.stayed")
    assert page.evaluate(f"{MAP}.getZoom()") == pytest.approx(zoom, abs=0.01)


def test_a_kiosk_is_shown_the_picture_and_opens_nothing(
    open_page: Callable[..., Page], fake: FakeWall, serve_fake: Callable[[Role], str], shots: Path
) -> None:
    """A click asks the server for nothing: the guard would refuse it, and a wall shows no refusals.

    What the wall asks of itself, every few seconds, is no answer to a click.
    """
    base = serve_fake(Role.KIOSK)
    page = drawn(open_page("/wall?layers=coverage&card=area-104", 1920, 1080, base=base))
    expect(page).to_have_url(re.compile("focus=coverage"), timeout=SLOW_MS)
    assert "card=" not in page.url
    asked: list[object] = []
    page.on("request", lambda request: asked.append((request.post_data_json or {}).get("changedPropIds")))
    page.mouse.move(760, 560)
    page.mouse.click(760, 560)
    page.locator(".wall-row").first.click()
    page.keyboard.press("Escape")
    page.wait_for_timeout(1500)
    assert [one for one in asked if one != [f"{WallId.TICK}.n_intervals"]] == []
    assert page.locator("button.wall-row, #wall-card").count() == 0
    assert not [one for one in fake.asked if one.startswith("cards")]
    page.screenshot(path=shots / "wall-kiosk-1080.png")
    assert page.evaluate(CUT_TEXT) == []


def test_hidden_villages_are_hatched_and_named_in_the_legend(
    open_page: Callable[..., Page], fake_served: str, shots: Path
) -> None:
    page = drawn(open_page("/wall?layers=counts&level=village", 1920, 1080, base=fake_served))
    expect(page.locator("#wall-legends")).to_contain_text("少于 5 件，或为保护而隐去")
    layers = page.evaluate(f"{MAP}.getStyle().layers.map((layer) => layer.id).join(' ')")
    assert "slot-counts-hidden" in layers
    page.screenshot(path=shots / "wall-hidden-1080.png")


def test_one_group_is_chosen_from_both_lists(
    open_page: Callable[..., Page], fake_served: str, shots: Path
) -> None:
    page = drawn(open_page("/wall?layers=counts&level=village&period=d90", 1920, 1080, base=fake_served))
    page.locator("#wall-group").click()
    options = page.locator(".dash-dropdown-content .dash-dropdown-option")
    expect(options).to_have_count(19)
    box = page.locator(".dash-dropdown-content")
    assert box.evaluate("(list) => list.scrollHeight <= list.clientHeight + 1"), "a scroll bar on the wall"
    options.filter(has_text="渠道 · 来访").click()
    expect(page.locator("#wall-map-note")).to_contain_text("只发布到乡镇街道", timeout=SLOW_MS)
    expect(page).to_have_url(re.compile("group=channel:visit"), timeout=SLOW_MS)
    assert "period=m3" in page.url
    page.locator(".wall-period summary").click()
    expect(page.locator(".wall-period .wall-definition")).to_contain_text("整月")
    page.screenshot(path=shots / "wall-group-1080.png")


def test_before_the_first_publication_the_wall_says_so(
    open_page: Callable[..., Page], fake: FakeWall, fake_served: str, shots: Path
) -> None:
    fake.published = False
    page = drawn(open_page("/wall", 1920, 1080, base=fake_served))
    expect(page.locator("#wall-map-note")).to_contain_text("统计结果还没有生成", timeout=SLOW_MS)
    page.screenshot(path=shots / "wall-unpublished-1080.png")
    fake.published = True
    page.evaluate(TICK)
    expect(page.locator(".wall-figure")).to_have_count(7, timeout=SLOW_MS)


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
    expect(page).to_have_url(re.compile("coverage,density"), timeout=SLOW_MS)
    assert "script" not in page.url


def test_outlines_show_from_the_zoom_that_the_level_asks_for(open_page: Callable[..., Page]) -> None:
    """Villages at once where they are counted, else as one comes nearer: Plotly keeps a laid layer's zoom."""
    page = drawn(open_page("/wall?layers=counts", 1920, 1080))
    asked, laid = page.evaluate(VILLAGE_ZOOMS)
    assert asked == laid > 0
    page.evaluate("window.fengtuWall.show('?layers=counts&level=village')")
    until = time.monotonic() + SLOW_MS / 1000
    while (zooms := page.evaluate(VILLAGE_ZOOMS)) != [0, 0] and time.monotonic() < until:
        page.wait_for_timeout(200)
    assert zooms == [0, 0]
