"""A leader's day on a phone and at a desk: scene by scene, down to a unit and a leader, the map on a tap."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from werkzeug.serving import BaseWSGIServer, make_server

from bench.demo_visits import settle
from callbacks.access.cookies import NAME
from callbacks.brief.asked import BriefScene
from callbacks.shell import make_shell
from callbacks.tools import Tools
from grid.areas import Level
from grid.principals import Role
from tests.screens.access_city import GuardedStore, token_of
from tests.screens.brief_city import CityService, ListedUnits
from tests.screens.imports_city import FakeDesk
from tests.screens.wall_city import FakeWall, city_areas

PHONES = [(390, 844), (360, 640)]
NAMES = {"hotspots": "热点", "listing": "挂牌", "coverage": "包片", "clocks": "时限", "service": "代办"}
SMALL = """() => [...document.querySelectorAll('.brief a, .brief summary, .brief button')]
  .map((one) => [one.innerText || one.className, one.getBoundingClientRect()])
  .filter(([, box]) => box.height && (box.height < 44 || box.width < 44)).map(([text]) => text)"""
CUT = """() => [...document.querySelectorAll(
    '.brief-row, .brief-figure, .brief-top, .brief-card-head, .brief-map')]
  .filter((box) => box.offsetParent && box.scrollWidth > box.clientWidth + 1)
  .map((box) => box.className + ': ' + box.textContent.slice(0, 50))"""
MAP = "document.querySelector('.brief-map-box .js-plotly-plot')._fullLayout.map._subplot.map"
CANVAS = "document.querySelector('.brief-map-box canvas')"
PLACE = f"([lon, lat]) => {{ const at = {MAP}.project([lon, lat]); return [at.x, at.y]; }}"


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    """Base URL of a fake city, served to a leader: none of this needs the demo city."""
    store = GuardedStore(FakeWall(), FakeDesk())
    store.ports |= {"units": ListedUnits(), "service": CityService()}
    app = make_shell(Tools(store=store)).server  # type: ignore[arg-type]

    def signed_in(environ: dict[str, object], respond: Callable[..., object]) -> object:
        return app.wsgi_app({**environ, "HTTP_COOKIE": f"{NAME}={token_of(Role.LEADER)}"}, respond)

    server: BaseWSGIServer = make_server("127.0.0.1", 0, signed_in, threaded=True)  # type: ignore[arg-type]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def _fitted(page: Page) -> None:
    page.wait_for_selector(".brief-map-box[data-fitted]", timeout=60_000)
    page.wait_for_function(f"() => {MAP}.loaded() && {MAP}.areTilesLoaded()", timeout=60_000)


@pytest.mark.parametrize(("width", "height"), PHONES)
def test_every_scene_fits_a_phone_and_a_thumb_without_the_map_library(
    open_page: Callable[..., Page], shots: Path, width: int, height: int
) -> None:
    page = open_page("/brief", width, height, touch=True)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    for scene in BriefScene:
        page.locator(".brief-tab", has_text=NAMES[scene]).tap()
        expect(page.locator(f".brief-{scene} .brief-list .brief-row").first).to_be_visible()
        page.screenshot(path=shots / f"brief-{scene}-{width}.png")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, scene
        assert page.evaluate(SMALL) == [], scene
        assert page.evaluate(CUT) == [], scene
    assert asked
    assert not [url for url in asked if "plotly" in url or "async-graph" in url]


def test_a_leader_goes_down_to_a_unit_and_to_who_answers_and_back(
    open_page: Callable[..., Page], shots: Path
) -> None:
    page = open_page("/brief?scene=listing", 390, 844, touch=True)
    page.locator(".brief-list .brief-row", has_text="云溪县").tap()
    card = page.locator(".brief-card")
    expect(card.locator("h2")).to_have_text("云溪县")
    expect(page.locator(".brief-list")).to_be_hidden()
    expect(card.get_by_role("link", name="单位详情与月报")).to_have_attribute(
        "href", re.compile(r"^/units/\d+$")
    )
    page.screenshot(path=shots / "brief-unit-390.png")
    card.get_by_role("link", name=re.compile("沈望舒")).tap()
    expect(card.locator("h2")).to_have_text("沈望舒")
    card.get_by_role("link", name=re.compile("石桥县")).tap()
    expect(card.locator("h2")).to_have_text("石桥县")
    expect(card.locator(".brief-trend")).to_be_visible()
    assert page.evaluate(SMALL) == []
    page.screenshot(path=shots / "brief-area-390.png")
    page.go_back()
    expect(card.locator("h2")).to_have_text("沈望舒")
    page.go_back()
    page.locator(".brief-back").tap()
    expect(page.locator(".brief-list .brief-row").first).to_be_visible()
    expect(page).to_have_url(re.compile(r"/brief\?scene=listing&quarter=2026Q4$"))


def test_the_map_opens_on_a_tap_shows_an_areas_card_and_closes_by_going_back(
    open_page: Callable[..., Page], shots: Path
) -> None:
    page = open_page("/brief?level=county", 390, 844, touch=True)
    page.locator(".brief-map-open").tap()
    _fitted(page)
    expect(page.locator(".brief-list")).to_be_hidden()
    expect(page.locator(".brief-map-open")).to_be_hidden()
    page.screenshot(path=shots / "brief-map-390.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    area = next(one for one in city_areas(Level.COUNTY) if one.id == 102)
    x, y = page.evaluate(PLACE, [area.label_lon, area.label_lat])
    page.locator(".brief-map-box").click(position={"x": x, "y": y})
    expect(page.locator(".brief-card h2")).to_have_text(area.name)
    page.go_back()
    expect(page.locator(".brief-map-box")).to_be_visible()
    page.go_back()
    expect(page.locator(".brief-list")).to_be_visible()
    expect(page.locator(".brief-map-box")).to_have_count(0)


@pytest.mark.parametrize("scene", list(BriefScene))
def test_a_desk_has_list_map_and_card_beside_each_other(
    open_page: Callable[..., Page], shots: Path, scene: BriefScene
) -> None:
    page = open_page(f"/brief?scene={scene}", 1366, 768)
    _fitted(page)
    expect(page).to_have_url(re.compile("map=1"))
    for part in (".brief-list", ".brief-map-box", ".brief-card"):
        expect(page.locator(part)).to_be_visible()
    size = "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    assert page.evaluate(size) == [1366, 768], "the columns scroll, the page does not"
    assert page.evaluate(CUT) == []
    page.locator("a.brief-row").first.click()
    if scene is BriefScene.HOTSPOTS:
        expect(page.locator(".brief-card h2")).to_be_visible()
        page.locator(".brief-card .definition summary").first.click()
        expect(page.locator(".brief-card .definition-text").first).to_be_visible()
    _fitted(page)
    page.wait_for_timeout(500)
    page.screenshot(path=shots / f"brief-{scene}-1366.png")
    expect(page.locator(".brief-card h2")).to_be_visible()
    expect(page.locator(".brief-list")).to_be_visible()
    page.go_back()
    expect(page.locator(".brief-card .brief-empty")).to_be_visible()


def test_the_wall_leads_to_the_phones_pages_on_a_narrow_window_alone(open_page: Callable[..., Page]) -> None:
    page = open_page("/wall", 390, 844, touch=True)
    link = page.locator(".wall-phone")
    expect(link).to_be_visible()
    link.tap()
    expect(page.locator(".brief-list .brief-row").first).to_be_visible()
    wide = open_page("/wall", 1366, 768)
    expect(wide.locator(".wall-phone")).to_be_hidden()


def test_a_click_at_a_desk_keeps_the_map_where_its_reader_moved_it(
    open_page: Callable[..., Page], shots: Path
) -> None:
    page = open_page("/brief?level=county", 1366, 768)
    _fitted(page)
    page.evaluate(f"() => {{ {CANVAS}.kept = 'yes'; }}")
    box = page.locator(".brief-map-box").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    zoom = page.evaluate(f"() => {MAP}.getZoom()")
    page.mouse.wheel(0, -400)
    page.wait_for_function(f"(zoom) => {MAP}.getZoom() > zoom + 0.1 && !{MAP}.isMoving()", arg=zoom)
    page.wait_for_timeout(800)
    moved = page.evaluate(f"() => [{MAP}.getZoom(), {MAP}.getCenter().lng, {MAP}.getCenter().lat]")
    for scene in (*list(BriefScene)[1:], BriefScene.HOTSPOTS):
        page.locator(".brief-tab", has_text=NAMES[scene]).click()
        expect(page.locator(f".brief-{scene} .brief-list .brief-row").first).to_be_visible()
        settle(page, quiet_ms=800)
        now = page.evaluate(f"() => [{MAP}.getZoom(), {MAP}.getCenter().lng, {MAP}.getCenter().lat]")
        assert now == pytest.approx(moved, abs=1e-6), scene
        drawn = page.evaluate(f"() => {MAP}.queryRenderedFeatures().length")
        assert drawn > 0, scene
        expect(page.locator(".brief-map-box .hoverlayer > *"), "the pointer is not there").to_have_count(0)
        page.screenshot(path=shots / f"brief-{scene}-kept-1366.png")
    page.locator("a.brief-row").nth(2).click()
    expect(page.locator(".brief-card h2")).to_be_visible()
    page.go_back()
    expect(page.locator(".brief-card .brief-empty")).to_be_visible()
    assert page.evaluate(f"() => {CANVAS}.kept") == "yes", "the map was made anew"


def test_a_keyboard_and_a_list_stay_where_they_were(open_page: Callable[..., Page]) -> None:
    page = open_page("/brief?level=county", 1366, 560)
    _fitted(page)
    rows = page.locator("a.brief-row")
    rows.nth(5).focus()
    scrolled = page.evaluate("() => document.querySelector('.brief-list').scrollTop")
    assert scrolled > 0, "the list is longer than its room here"
    name = rows.nth(5).locator(".brief-first > span").inner_text()
    page.keyboard.press("Enter")
    expect(page.locator(".brief-card h2")).to_contain_text(name)
    expect(rows.nth(5)).to_be_focused()
    assert page.evaluate("() => document.querySelector('.brief-list').scrollTop") == scrolled


def test_going_back_on_a_phone_comes_back_to_the_row_that_was_tapped(open_page: Callable[..., Page]) -> None:
    page = open_page("/brief?level=county", 390, 600, touch=True)
    row = page.locator("a.brief-row").nth(6)
    row.scroll_into_view_if_needed()
    page.evaluate("() => window.scrollTo(0, 220)")
    row.tap()
    expect(page.locator(".brief-card h2")).to_be_visible()
    assert page.evaluate("() => window.scrollY") == 0
    page.go_back()
    expect(page.locator(".brief-list")).to_be_visible()
    page.wait_for_function("() => window.scrollY === 220")


def test_without_an_answer_what_is_shown_stays_and_the_next_tap_asks_again(
    open_page: Callable[..., Page],
) -> None:
    page = open_page("/brief", 390, 844, touch=True)
    rows = page.locator(".brief-list .brief-row")
    expect(rows.first).to_be_visible()
    tab = page.locator(".brief-tab", has_text=NAMES["listing"])
    # Answered as the server answers without its database, but for a status that a console calls an error.
    page.route(re.compile("_dash-update-component"), lambda asked: asked.fulfill(status=204))
    page.evaluate(
        "() => document.addEventListener('fengtu:answered', (told) => { window.heard = told.detail; })"
    )
    tab.tap()
    page.wait_for_function("() => window.heard && window.heard.status === 204")
    expect(rows.first).to_be_visible()
    page.unroute_all()
    tab.tap()
    expect(page.locator(".brief-listing .brief-list .brief-row").first).to_be_visible()
