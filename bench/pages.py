"""What each page costs in Chromium: bytes, first paint, until nothing moves, a redraw, a refresh.

``python -m bench.pages`` over the demo city, one line for each screen as its first role sees it; the
wall's redraw and refresh beside the same city on a plain Plotly page with its GeoJSON inline. Bytes are
those on the wire with an empty cache. A refresh is the wall's question whether there is anything new; the
plain page has no other way than to be loaded again.
"""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from statistics import median
from typing import Any

import plotly.graph_objects as go
from playwright.sync_api import BrowserContext, CDPSession, Page

from bench.demo_visits import Demo, served_demo, settle
from callbacks.access.screens import ROLES, Screen
from grid.principals import Role

_DESK, _PHONE = (1366, 768), (390, 844)
_ROUNDS = 5
_QUIET_MS = 600
"""So long a page must be still: some load their map only after the rest."""
_PATCH_TARGET_KB = 300.0
_PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
_REDRAW = """(at) => new Promise((done) => {
  const plot = document.querySelector('#wall-map .js-plotly-plot');
  const began = performance.now(), react = Plotly.react;
  let handed = null;
  Plotly.react = (graph, ...rest) => {
    if (graph === plot) handed ??= performance.now() - began;
    return react(graph, ...rest);
  };
  plot.once('plotly_afterplot', () => requestAnimationFrame(() => {
    Plotly.react = react;
    done({ handed, drawn: performance.now() - began });
  }));
  document.querySelectorAll('#wall-basis input')[at % 2].click();
})"""
_FRAME = """async (frames) => {
  const map = document.querySelector('.js-plotly-plot')._fullLayout.map._subplot.map;
  const began = performance.now();
  for (let at = 0; at < frames; at += 1) {
    await new Promise((drawn) => { map.once('render', drawn); map.triggerRepaint(); });
  }
  return (performance.now() - began) / frames;
}"""
_PLAIN_REDRAW = """async (at) => {
  const plot = document.querySelector('.js-plotly-plot');
  const began = performance.now();
  const data = [{ ...plot.data[0], z: plot.data[0].z.map((one, place) => (one * 7 + place + at) % 97) }];
  await Plotly.react(plot, data, plot.layout);
  return new Promise((done) => requestAnimationFrame(() => done(performance.now() - began)));
}"""
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Visit:
    """One opening of a page: kilobytes on the wire and milliseconds."""

    kb: float
    paint_ms: float
    still_ms: float


def measure() -> list[Row]:
    """Return rows of bench/results.json: the pages' weight and times, the wall's redraw and refresh."""
    with served_demo() as demo:
        visits = {
            screen: _visit(demo, screen.path, _first(screen), _PHONE if screen is Screen.PATCH else _DESK)
            for screen in ROLES
            if screen is not Screen.CARDS
        }
        wall = _wall(demo)
        shapes = wall.pop("shapes")
        with _plain_page(json.loads(shapes)) as address:
            plain = _plain(demo, address)
    rows = [row for screen, visit in visits.items() for row in _rows(screen, visit, plain["visit"])]
    rows += [
        _row("wall, click until the new figure is handed over", "ms", wall["handed"], None),
        _row("wall, click until all is drawn, in software", "ms", wall["redraw"], plain["redraw"]),
        _row("wall, one frame of the map, in software", "ms", wall["frame"], plain["frame"]),
        _row("wall, a refresh on the wire", "KB", wall["kb"], plain["visit"].kb),
        _row("wall, a refresh on the processor", "ms", wall["cpu"], plain["cpu"]),
    ]
    for row in rows:
        print("{work}: {ours} {unit}, plain Plotly page {peer}".format(**row))
    return rows


def _first(screen: Screen) -> Role:
    return next(role for role in Role if role in ROLES[screen])


def _rows(screen: Screen, visit: Visit, plain: Visit) -> list[Row]:
    kb = _row(f"{screen}, on the wire", "KB", visit.kb, plain.kb)
    if screen is Screen.PATCH:
        kb |= {"target": _PATCH_TARGET_KB, "met": visit.kb <= _PATCH_TARGET_KB}
    return [
        kb,
        _row(f"{screen}, first paint", "ms", visit.paint_ms, plain.paint_ms),
        _row(f"{screen}, until it is still", "ms", visit.still_ms, plain.still_ms),
    ]


def _row(work: str, unit: str, ours: float, peer: float | None) -> Row:
    return {
        "work": work, "size": "demo city", "ours": round(ours, 1), "unit": unit, "target": None, "met": None,
        "peer": None if peer is None else round(peer, 1),
        "peer_name": None if peer is None else "plain Plotly page",
        "ratio": None if peer is None else round(peer / ours, 2),
    }  # fmt: skip


def _visit(demo: Demo, path: str, role: Role, size: tuple[int, int]) -> Visit:
    context = demo.context(role, *size)
    try:
        return _opened(context, demo.base + path)[1]
    finally:
        context.close()


def _opened(context: BrowserContext, address: str) -> tuple[Page, Visit]:
    """Open a page with an empty cache, and leave it open."""
    page = context.new_page()
    wire = context.new_cdp_session(page)
    sent = _count_bytes(wire)
    wire.send("Network.clearBrowserCache")
    page.goto(address)
    settle(page, _QUIET_MS)
    still = page.evaluate("performance.now()") - _QUIET_MS
    return page, Visit(sum(sent) / 1000, page.evaluate(_PAINT), still)


def _count_bytes(wire: CDPSession) -> list[float]:
    sent: list[float] = []
    wire.send("Network.enable")
    wire.on("Network.loadingFinished", lambda event: sent.append(event["encodedDataLength"]))
    return sent


def _wall(demo: Demo) -> dict[str, Any]:
    context = demo.context(Role.LEADER, 1920, 1080)
    asked: list[str] = []
    context.on("request", lambda one: asked.append(one.url))
    page, _ = _opened(context, f"{demo.base}/wall?layers=counts")
    wire = context.new_cdp_session(page)
    redraws = []
    for at in range(1, 2 * _ROUNDS + 1):
        redraws.append(page.evaluate(_REDRAW, at))
        page.wait_for_load_state("networkidle")
    frame = page.evaluate(_FRAME, _ROUNDS)
    sent = _count_bytes(wire)
    cpu = []
    for at in range(_ROUNDS):
        before = _busy_ms(wire)
        with page.expect_response("**/_dash-update-component*"):
            page.evaluate("(n) => dash_clientside.set_props('wall-tick', { n_intervals: n })", 1000 + at)
        page.wait_for_timeout(300)
        cpu.append(_busy_ms(wire) - before)
    shapes = context.request.get(next(one for one in asked if "/shapes/town/" in one)).body()
    context.close()
    return {
        "handed": median(one["handed"] for one in redraws),
        "redraw": median(one["drawn"] for one in redraws),
        "frame": frame,
        "kb": sum(sent) / 1000 / _ROUNDS,
        "cpu": median(cpu),
        "shapes": shapes,
    }


def _busy_ms(wire: CDPSession) -> float:
    wire.send("Performance.enable")
    metrics = wire.send("Performance.getMetrics")["metrics"]
    return 1000 * next(float(one["value"]) for one in metrics if one["name"] == "TaskDuration")


def _plain(demo: Demo, address: str) -> dict[str, Any]:
    context = demo.browser.new_context(viewport={"width": 1920, "height": 1080})
    page, visit = _opened(context, address)
    redraws = [page.evaluate(_PLAIN_REDRAW, at) for at in range(2 * _ROUNDS)]
    frame = page.evaluate(_FRAME, _ROUNDS)
    wire = context.new_cdp_session(page)
    before = _busy_ms(wire)
    page.reload()
    settle(page, 0)
    # The counter begins anew with the page.
    after = _busy_ms(wire)
    context.close()
    cpu = after - before if after > before else after
    return {"visit": visit, "redraw": median(redraws), "frame": frame, "cpu": cpu}


@contextmanager
def _plain_page(shapes: dict[str, Any]) -> Iterator[str]:
    """Serve a Plotly page as the library writes it, library and shapes inline, compressed as ours are."""
    ids = [one["id"] for one in shapes["features"]]
    values = [hash(one) % 97 for one in ids]
    map_of = go.Choroplethmap(geojson=shapes, locations=ids, z=values, featureidkey="id")
    figure = go.Figure(map_of, layout={"map": {"style": {"version": 8, "sources": {}, "layers": []}}})
    body = gzip.compress(figure.to_html(include_plotlyjs=True).encode())

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path != "/":
                self.send_error(HTTPStatus.NOT_FOUND)
                return
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()


if __name__ == "__main__":
    measure()
