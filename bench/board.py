"""A step on the planner's board at 361 areas and 25 leaders, in Chromium: ``python -m bench.board``.

The screen is the real one over a made-up city whose plan is in memory, so a reading of the database is not
in the figures. Measured are the time from a key press that gives the selected area to the frame that shows
its colour, and to the panels that say what it did; beside them the server's answer (in process), with a
whole figure as a plain Dash callback returns it, and with what changed alone.
"""

from __future__ import annotations

import gzip
import json
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

import numpy as np
from dash import Dash, Input, Output, dcc, html
from flask import Flask, Response
from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import make_server

from bench.screen_hotspots import CHROMIUM, SOUTH, STEP, WEST, squares
from callbacks.access.rules import CALLBACKS
from callbacks.plan.board import Board
from callbacks.plan.panels import KEYS, View, change_list, figure_list, issue_list, leader_list
from grid.areas import Area, Level
from grid.coverage import Assignment, CoverageBook, CoveragePlan, Leader, PlanState, Unit, UnitKind
from grid.planning import Edit, EditKind, apply_edits
from grid.principals import Role
from grid.questions import City
from grid.workloads import DEFAULT_WEIGHTS, Formula
from layers.leader_colours import assign_colours
from layers.map_camera import Viewport
from layers.plan_map import PlanScene, plan_figure
from layers.words import Language
from tests.screens.access_city import FROM_US, come_as, guarded, token_of
from tests.screens.plan_city import CITY, FakePlanDesk

SIDE, LEADERS, ROUNDS = 19, 25, 30
TARGET_MS = 150.0
_SPAN = 100
"""Squares of ``bench.screen_hotspots`` are fitted to this many steps."""
_FLAGS = ("--no-sandbox", "--disable-gpu", "--use-gl=angle", "--use-angle=swiftshader",
          "--enable-unsafe-swiftshader", "--disable-background-networking")  # fmt: skip
Row = dict[str, Any]
Taken = TypeVar("Taken")


def made_book(seed: int = 1) -> CoverageBook:
    """Return a city of SIDE × SIDE areas, given to 25 leaders in five by five blocks."""
    rng = np.random.default_rng(seed)
    places = [(at % SIDE, at // SIDE) for at in range(SIDE * SIDE)]
    units = tuple(Unit(at + 1, f"镇{at + 1}", UnitKind.AREA, 1000 + at) for at in range(len(places)))
    rows = tuple(
        Assignment(unit.id, 1 + (x * 5 // SIDE) + 5 * (y * 5 // SIDE), cases=int(rng.integers(0, 30)))
        for unit, (x, y) in zip(units, places, strict=True)
    )
    right = {(at + 1, at + 2) for at, (x, _) in enumerate(places) if x + 1 < SIDE}
    above = {(at + 1, at + 1 + SIDE) for at, (_, y) in enumerate(places) if y + 1 < SIDE}
    plan = CoveragePlan(10, "现方案", PlanState.PUBLISHED, date(2026, 3, 1), None, 1, None, rows)
    leaders = tuple(Leader(n, "副市长", f"领导{n}") for n in range(1, LEADERS + 1))
    return CoverageBook(plan, units, leaders, frozenset(right | above))


class MadeDesk(FakePlanDesk):
    """The fake's desk over the made city."""

    def __init__(self) -> None:
        super().__init__()
        self.made = made_book()
        self.squares = squares(Level.COUNTY, SIDE, 1000 + np.arange(SIDE * SIDE))

    def city(self) -> City:
        bounds = (WEST, SOUTH, WEST + STEP * _SPAN, SOUTH + STEP * _SPAN)
        return replace(CITY, bounds=bounds, editions={Level.COUNTY: 8})

    def areas(self, level: Level) -> tuple[Area, ...]:
        return self.squares if level is Level.COUNTY else ()

    def coverage(self, on: date) -> CoverageBook | None:
        return self.made

    def plan_book(self, plan_id: int, formula: int = 0) -> CoverageBook:
        return self.made

    def formulas(self) -> tuple[Formula, ...]:
        return (Formula(1, "件数", date(2026, 1, 1), DEFAULT_WEIGHTS),)

    def shapes(self, level: Level, edition_id: int) -> bytes:
        half = STEP * _SPAN / SIDE / 2
        corners = ((-half, -half), (half, -half), (half, half), (-half, half), (-half, -half))
        features = [
            {
                "type": "Feature", "id": str(one.id), "properties": {"name": one.name},
                "geometry": {
                    "type": "Polygon",
                    "coordinates": [[[one.label_lon + x, one.label_lat + y] for x, y in corners]],
                },
            }
            for one in self.squares
        ]  # fmt: skip
        return gzip.compress(json.dumps({"type": "FeatureCollection", "features": features}).encode())


def measure(rounds: int = ROUNDS) -> list[Row]:
    """Return rows of bench/results.json: key to colour, key to panels, the server's part."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    app, store = guarded()
    store.ports["plan"] = store.ports["wall"] = MadeDesk()
    painted, panels = _in_browser(app.server, "/plan", lambda page: _steps(page, rounds))
    plain = _in_browser(plain_app().server, "/", lambda page: _plain_steps(page, rounds))
    whole, changed = _answers(app, rounds, drawn=False), _answers(app, rounds, drawn=True)
    rows = [
        _row("key to colour on the map", painted, ("plain Dash, whole figure", plain)),
        _row("key to colour and panels", panels, ("plain Dash, whole figure", plain)),
        _row("server, what changed", changed, ("whole figure", whole)),
    ]
    for row in rows:
        print(
            "{work}, {size}: {ours} ms p50, {p95} p95; {peer_name} {peer} p50, {peer_p95} p95".format(**row)
        )
    return rows


def _row(work: str, times: list[float], peer: tuple[str, list[float]]) -> Row:
    p50, p95 = _percentiles(times)
    theirs, theirs95 = _percentiles(peer[1])
    return {
        "work": f"step on the board, {work}", "size": f"{SIDE * SIDE} × {LEADERS}", "ours": p50, "p95": p95,
        "peer": theirs, "peer_p95": theirs95, "peer_name": peer[0], "ratio": round(theirs / p50, 2),
        "unit": "ms", "target": TARGET_MS, "met": p95 <= TARGET_MS,
    }  # fmt: skip


def _percentiles(times: list[float]) -> tuple[float, float]:
    p50, p95 = (round(float(np.percentile(times, percent)), 1) for percent in (50, 95))
    return p50, p95


def plain_app() -> Dash:
    """Return the peer: a callback that answers a step with the whole figure and the same panels."""
    desk, app = MadeDesk(), Dash("plain")
    base = desk.made
    areas = {area.id: area for area in desk.squares}
    places = {unit.id: (areas[unit.area_id or 0].label_lon, areas[unit.area_id or 0].label_lat)
              for unit in base.units}  # fmt: skip
    panes = ("leaders", "figures", "issues", "changes")
    graph = dcc.Graph(id="map", style={"height": "500px", "width": "640px"})
    app.layout = html.Div([dcc.Store(id="step", data=[]), graph, *(html.Div(id=one) for one in panes)])

    @app.callback(
        Output("map", "figure"),
        *(Output(one, "children") for one in panes),
        Input("step", "data"),
    )
    def show(gives: list[list[int]]) -> tuple[Any, ...]:
        edits = tuple(Edit(EditKind.GIVE, unit, leader) for unit, leader in gives)
        board = Board(base.plan.id, edits=edits, marks=tuple(range(1, len(edits) + 1)), done=len(edits))
        book = apply_edits(base, edits)
        colours = assign_colours(book, keep=assign_colours(base))
        scene = PlanScene(desk.city(), book, base, areas, colours, Viewport(640, 500), Language.ZH)
        view = View(board, book, base, colours, Language.ZH, places)
        lists = (leader_list, figure_list, issue_list, change_list)
        return plan_figure(scene), *(one(view) for one in lists)

    def shapes(where: str) -> Response:
        return Response(desk.shapes(Level.COUNTY, 8), headers={"Content-Encoding": "gzip"})

    app.server.add_url_rule("/shapes/<path:where>", view_func=shapes)
    return app


def _answers(app: Any, rounds: int, *, drawn: bool) -> list[float]:
    client = come_as(app.server.test_client(), Role.PLANNER)
    output = next(one for one in app.callback_map if one.startswith("..plan-paint.data"))
    took = []
    key = None
    for at in range(rounds + 3):
        edits = [["give", 1 + n, 1 + n % LEADERS, None, None] for n in range(at)]
        board = {"base": 10, "draft": 0, "version": 0, "name": "", "edits": edits, "town": 0,
                 "marks": list(range(1, at + 1)), "done": at}  # fmt: skip
        size = {"width": 640, "height": 500}
        body = {
            "output": output, "changedPropIds": ["plan-board.data"],
            "outputs": [dict(zip(("id", "property"), one.rsplit(".", 1), strict=True))
                        for one in output.strip(".").split("...")],
            "inputs": [{"id": "plan-board", "property": "data", "value": board},
                       {"id": "plan-size", "property": "data", "value": size}],
            "state": [{"id": "plan-drawn", "property": "data", "value": key if drawn else None}],
        }  # fmt: skip
        began = time.perf_counter()
        sent = client.post(CALLBACKS, json=body, headers=FROM_US)
        took.append(1000 * (time.perf_counter() - began))
        answer = sent.get_json()["response"]
        key = answer.get("plan-drawn", {"data": key})["data"]
    return took[3:]


def _in_browser(served: Flask, path: str, steps: Callable[[Page], Taken]) -> Taken:
    server = make_server("127.0.0.1", 0, served, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.port}"
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(_FLAGS))
            context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
            context.add_cookies([{"name": "fengtu", "value": token_of(Role.PLANNER), "url": base}])
            page = context.new_page()
            page.goto(base + path)
            took = steps(page)
            browser.close()
    finally:
        server.shutdown()
    return took


_READY = """() => {
  const plot = document.querySelector('#plan-map .js-plotly-plot');
  return plot?._fullLayout?.map?._subplot?.map?.loaded() && plot.data.length > 1;
}"""
_STEP = """([unit, key]) => new Promise((done) => {
  window.fengtuPlan.select([unit]);
  setTimeout(() => {
    const root = document.getElementById('plan-root'), changes = document.getElementById('plan-changes');
    const before = root.dataset.tinted, told = changes.innerText;
    const began = performance.now();
    let painted = null, panels = null;
    const end = () => {
      if (painted === null || panels === null) return;
      watch.disconnect();
      done([painted, panels]);
    };
    // The map says so in the frame that it draws; panels are in the page by the next one.
    const watch = new MutationObserver(() => {
      if (painted === null && root.dataset.tinted !== before) painted = performance.now() - began;
      if (panels === null && changes.innerText !== told) {
        requestAnimationFrame(() => { panels = performance.now() - began; end(); });
      }
      end();
    });
    watch.observe(root, { attributes: true, attributeFilter: ['data-tinted'] });
    watch.observe(changes, { childList: true, subtree: true, characterData: true });
    const pressed = new KeyboardEvent('keydown', { key: key, bubbles: true });
    document.getElementById('plan-map-box').dispatchEvent(pressed);
  }, 900);
})"""


_PLAIN_STEP = """([unit, leader]) => new Promise((done) => {
  setTimeout(() => {
    const plot = document.querySelector('#map .js-plotly-plot');
    const gives = (window.gives || []).concat([[unit, leader]]);
    window.gives = gives;
    const began = performance.now();
    let drawn = false, told = false;
    const end = () => { if (drawn && told) requestAnimationFrame(() => done(performance.now() - began)); };
    const watch = new MutationObserver(() => { told = true; watch.disconnect(); end(); });
    watch.observe(document.getElementById('changes'), { childList: true, subtree: true });
    plot.once('plotly_afterplot', () => { drawn = true; end(); });
    window.dash_clientside.set_props('step', { data: gives });
  }, 900);
})"""


def _steps(page: Page, rounds: int) -> tuple[list[float], list[float]]:
    page.wait_for_selector(".plan-leader")
    page.wait_for_function(_READY)
    page.wait_for_timeout(2000)
    took = [page.evaluate(_STEP, [unit, KEYS[leader - 1]]) for unit, leader in _gives(rounds + 3)]
    # The first steps also load what the answers need.
    return [one for one, _ in took[3:]], [max(one) for one in took[3:]]


def _plain_steps(page: Page, rounds: int) -> list[float]:
    page.wait_for_function("() => document.getElementById('leaders').children.length > 1")
    page.wait_for_timeout(3000)
    return [page.evaluate(_PLAIN_STEP, list(give)) for give in _gives(rounds + 3)][3:]


def _gives(count: int) -> list[tuple[int, int]]:
    """Return units with leaders to give them to, never those who hold them."""
    held = {one.unit_id: one.leader_id for one in made_book().plan.assignments}
    wanted = ((1 + at * 11, 1 + (at * 7 + 12) % LEADERS) for at in range(count))
    return [(unit, leader % LEADERS + 1 if held[unit] == leader else leader) for unit, leader in wanted]


if __name__ == "__main__":
    measure()
