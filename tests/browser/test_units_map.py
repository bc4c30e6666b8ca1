"""The maps of units in a real browser over a fake city: painted, clicked, stepped by key, and whole."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from werkzeug.serving import BaseWSGIServer, make_server

from callbacks.access.cookies import NAME
from callbacks.shell import make_shell
from callbacks.tools import Tools
from grid.areas import AreaKind, Level
from grid.principals import Role
from layers.listing_map import LOOKS
from tests.screens.access_city import GuardedStore, token_of
from tests.screens.imports_city import FakeDesk
from tests.screens.unit_maps_city import QUARTERS, STATES, FakeUnitMaps
from tests.screens.wall_city import FakeWall, city_areas

SIZES = [(1366, 768), (1920, 1080), (390, 844)]
MAP = "document.querySelector('.units-map-box .js-plotly-plot')._fullLayout.map._subplot.map"
FILLED = f"""(slot) => new Set({MAP}
  .queryRenderedFeatures({{ layers: ['plotly-trace-layer-' + slot + '-fill'] }})
  .map((one) => String(one.id ?? one.properties.id))).size"""
LABELLED = f"{MAP}.queryRenderedFeatures({{ layers: ['plotly-trace-layer-slot-label-title-symbol'] }}).length"
PLACE = f"([lon, lat]) => {{ const at = {MAP}.project([lon, lat]); return [at.x, at.y]; }}"
ASKED_TEXTS = """() => document.querySelector('.units-map-box .js-plotly-plot')._fullData
  .filter((trace) => trace.meta && trace.meta.halo)
  .map((trace) => ({ uid: trace.uid, size: trace.textfont.size }))"""
TEXTS = f"""() => Object.fromEntries(({ASKED_TEXTS})().map((one) => {{
  const layer = 'plotly-trace-layer-' + one.uid + '-symbol';
  return [one.uid, ['visibility', 'text-size'].map((name) => {MAP}.getLayoutProperty(layer, name))];
}}))"""
CUT_TEXT = """() => [...document.querySelectorAll(
    '.units-map-row, .units-map-legend, .units-map-caption, .units-map-head')]
  .filter((box) => box.offsetParent && box.scrollWidth > box.clientWidth + 1)
  .map((box) => box.className + ': ' + box.textContent.slice(0, 60))"""
WHITE = (255, 255, 255)
REGULAR = [area for area in city_areas(Level.COUNTY) if area.kind is AreaKind.REGULAR]


@pytest.fixture(scope="module")
def bases() -> Iterator[dict[Role, str]]:
    """Base URLs of a fake city served to a leader and to the bureau."""
    servers: list[BaseWSGIServer] = []
    found = {}
    for role in (Role.LEADER, Role.BUREAU):
        store = GuardedStore(FakeWall(), FakeDesk())
        store.ports["units"] = FakeUnitMaps()
        app = make_shell(Tools(store=store)).server  # type: ignore[arg-type]

        def signed_in(
            environ: dict[str, object], respond: Callable[..., object], app: object = app, role: Role = role
        ) -> object:
            return app.wsgi_app({**environ, "HTTP_COOKIE": f"{NAME}={token_of(role)}"}, respond)  # type: ignore[attr-defined]

        server = make_server("127.0.0.1", 0, signed_in, threaded=True)  # type: ignore[arg-type]
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        found[role] = f"http://127.0.0.1:{server.server_port}"
    yield found
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def served(bases: dict[Role, str]) -> str:
    """In the place of the demo city's server, which none of this needs."""
    return bases[Role.LEADER]


@pytest.fixture
def show(open_page: Callable[..., Page], bases: dict[Role, str]) -> Callable[..., Page]:
    """Return a function that opens an address of the maps, the map fitted and painted."""

    def open_it(query: str, width: int = 1366, height: int = 768, role: Role = Role.LEADER) -> Page:
        page = open_page(f"/units?{query}", width, height, base=bases[role])
        painted(page)
        return page

    return open_it


def painted(page: Page) -> None:
    page.wait_for_selector(".units-map-box[data-fitted]", timeout=60_000)
    page.wait_for_function(f"() => {MAP}.loaded() && {MAP}.areTilesLoaded()", timeout=60_000)
    page.wait_for_timeout(400)


def colours(page: Page) -> dict[int, tuple[int, ...]]:
    """The colour that most of the ground above each county's label has on the screen."""
    picture = Image.open(io.BytesIO(page.locator(".units-map-box").screenshot())).convert("RGB")
    found = {}
    for area in REGULAR:
        x, y = page.evaluate(PLACE, [area.label_lon, area.label_lat])
        patch = picture.crop((int(x) - 40, int(y) - 46, int(x) + 40, int(y) - 20))
        found[area.id] = max(patch.getcolors(100_000) or [])[1]
    return found


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("view", ["listing", "clocks"])
def test_a_map_is_painted_whole_at_every_size(
    show: Callable[..., Page], shots: Path, view: str, width: int, height: int
) -> None:
    page = show(f"view={view}", width, height)
    page.screenshot(path=shots / f"units-map-{view}-{width}.png", full_page=width < 900)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(CUT_TEXT) == []
    if view == "listing":
        assert all(page.evaluate(FILLED, str(look.slot)) == 1 for look in LOOKS.values())
    else:
        assert page.evaluate(FILLED, "slot-counts") == len(REGULAR)
    assert page.evaluate(LABELLED) > 3


def test_a_map_that_becomes_wide_says_again_what_a_small_one_left_out(show: Callable[..., Page]) -> None:
    page = show("view=listing&level=county", 390, 844)
    assert page.evaluate(TEXTS)["slot-label-alert"] == ["none", 12]
    page.set_viewport_size({"width": 1366, "height": 768})
    asked = {trace["uid"]: trace["size"] for trace in page.evaluate(ASKED_TEXTS)}
    wanted = {uid: ["visible", size] for uid, size in asked.items()}
    sorted_of = "(told) => JSON.stringify(Object.entries(told).sort())"
    page.wait_for_function(f"(wanted) => ({sorted_of})(({TEXTS})()) === ({sorted_of})(wanted)", arg=wanted)
    assert len(set(asked.values())) > 1


def test_states_and_classes_are_seen_on_the_screen(show: Callable[..., Page]) -> None:
    seen = colours(show("view=listing&level=county"))
    assert {area: colour for area, colour in seen.items() if colour != WHITE}.keys() == STATES.keys() & seen
    assert len(set(seen.values())) == len(LOOKS) + 1
    desk = FakeUnitMaps().clock_map(Level.COUNTY)
    late = {one.subject.area_id: one.clocks.overdue for one in desk.areas}
    shades = colours(show("view=clocks"))
    assert {area for area, colour in shades.items() if colour == WHITE} == {
        a for a, n in late.items() if not n
    }
    by_number = sorted(shades, key=lambda area: late[area])
    brightness = [sum(shades[area]) for area in by_number]
    assert brightness == sorted(brightness, reverse=True), "more is darker"


def test_a_click_picks_the_areas_row_and_its_ways(show: Callable[..., Page]) -> None:
    page = show("view=listing&level=county")
    area = next(one for one in REGULAR if one.id == 101)
    x, y = page.evaluate(PLACE, [area.label_lon, area.label_lat])
    page.locator(".units-map-box").click(position={"x": x, "y": y + 30})
    picked = page.locator(".units-map-picked")
    expect(picked).to_contain_text(area.name)
    expect(picked).to_contain_text("负责领导")
    expect(page.locator(".units-map-row-here")).to_contain_text(area.name)
    expect(picked.locator("a")).to_have_attribute("href", re.compile(r"^/units/"))
    page.keyboard.press("Escape")
    expect(picked).to_be_empty()


def test_the_bureau_goes_from_an_area_to_its_matters(show: Callable[..., Page]) -> None:
    page = show("view=clocks&clock=due_in_7", role=Role.BUREAU)
    area = next(one for one in REGULAR if one.id == 101)
    x, y = page.evaluate(PLACE, [area.label_lon, area.label_lat])
    page.locator(".units-map-box").click(position={"x": x, "y": y + 30})
    page.click(".units-map-picked a >> nth=0")
    page.wait_for_url(re.compile(r"/matters\?area=101&due=due_in_7"))
    expect(page.locator(".matters-narrowed")).to_contain_text("7 日内到期")


def test_arrow_keys_step_through_the_quarters_and_the_map_stays_where_it_was(
    show: Callable[..., Page],
) -> None:
    page = show("view=listing")
    page.evaluate(f"{MAP}.getCanvas().dataset.same = 'yes'")
    before = page.evaluate(f"{MAP}.getCenter().toArray()")
    page.keyboard.press("ArrowLeft")
    page.wait_for_url(re.compile(f"quarter={QUARTERS[-2]}"))
    expect(page.locator(".units-map-here >> nth=0")).to_be_visible()
    expect(page.locator(".units-map-quarters .units-map-here")).to_have_text(str(QUARTERS[-2]))
    painted(page)
    assert page.evaluate(f"{MAP}.getCenter().toArray()") == pytest.approx(before, abs=1e-3)
    page.keyboard.press("ArrowRight")
    expect(page.locator(".units-map-quarters .units-map-here")).to_have_text(str(QUARTERS[-1]))
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(300)
    expect(page.locator(".units-map-quarters .units-map-here")).to_have_text(str(QUARTERS[-1]))
