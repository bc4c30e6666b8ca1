"""A filter change on the hotspot map over 10,000 grids, in Chromium: ``python -m bench.screen_hotspots``.

The screens are the real ones over a desk of seeded counts; Chromium draws in software. Measured are the
server's answer (in process), its bytes as sent, and the time from a choice to the frame that shows it.
"""

from __future__ import annotations

import gzip
import json
import statistics
import threading
import time
from dataclasses import replace
from datetime import date
from typing import Any

import click
import numpy as np
from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import make_server

from callbacks.access.rules import CALLBACKS
from grid.areas import Area, AreaKind, Level
from grid.hotspots.questions import AreaCounts, DayCounts, Dimension, MatterFilter
from grid.matters import Category
from grid.principals import Role
from grid.questions import City
from tests.screens.access_city import FROM_US, come_as, guarded, token_of
from tests.screens.hotspots_city import TODAY, FakeHotspots

CHROMIUM = "/usr/bin/chromium"
SIDE = 100
WEST, SOUTH, STEP = 110.0, 27.0, 0.01
ROUNDS = 15
TARGET_MS, TARGET_SERVER_MS, TARGET_BYTES = 100.0, 30.0, 15_000
_FLAGS = ("--no-sandbox", "--disable-gpu", "--use-gl=angle", "--use-angle=swiftshader",
          "--enable-unsafe-swiftshader", "--disable-background-networking")  # fmt: skip


def grids() -> tuple[Area, ...]:
    """Return 10,000 squares of about a square kilometre."""
    return tuple(
        Area(
            1_000_000 + at, Level.GRID, AreaKind.REGULAR, f"{at:015d}", f"网格{at}", "BENCH", "2026", None,
            900, 1.0, WEST + STEP * (at % SIDE + 0.5), SOUTH + STEP * (at // SIDE + 0.5),
        )
        for at in range(SIDE * SIDE)
    )  # fmt: skip


class GridDesk(FakeHotspots):
    """The fake desk over 10,000 grids, whose counts follow from the filter by a seed."""

    def __init__(self) -> None:
        super().__init__()
        self.grids = grids()
        self.ids = np.array([one.id for one in self.grids], dtype=np.int64)

    def city(self) -> City:
        bounds = (WEST, SOUTH, WEST + SIDE * STEP, SOUTH + SIDE * STEP)
        return replace(super().city(), bounds=bounds, editions={Level.GRID: 9}, today=TODAY)

    def areas(self, level: Level) -> tuple[Area, ...]:
        return self.grids if level is Level.GRID else ()

    def shapes(self, level: Level, edition_id: int) -> bytes:
        features = [
            {
                "type": "Feature", "id": str(one.id),
                "properties": {"name": one.name, "code": one.code, "kind": "regular"},
                "geometry": {"type": "Polygon", "coordinates": [_ring(at)]},
            }
            for at, one in enumerate(self.grids)
        ]  # fmt: skip
        return gzip.compress(json.dumps({"type": "FeatureCollection", "features": features}).encode())

    def counts(self, level: Level, matters: MatterFilter) -> AreaCounts:
        rng = np.random.default_rng(_seed(matters))
        counts = rng.poisson(rng.gamma(0.6, 8, len(self.ids))).astype(np.int64)
        return AreaCounts(level, self.ids, counts, int(counts.sum()))

    def days(self, matters: MatterFilter) -> DayCounts:
        rng = np.random.default_rng(_seed(matters))
        length = (matters.until - matters.since).days + 1
        return DayCounts(matters.since, rng.poisson(60, length).astype(np.int64))

    def split(self, matters: MatterFilter, by: Dimension) -> tuple[tuple[str, int], ...]:
        return tuple((one.value, 1200 - 40 * at) for at, one in enumerate(Category))


def _seed(matters: MatterFilter) -> list[int]:
    return [matters.since.toordinal(), matters.until.toordinal(), len(matters.categories)]


def _ring(at: int) -> list[list[float]]:
    west, south = WEST + STEP * (at % SIDE), SOUTH + STEP * (at // SIDE)
    corners = ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))
    return [[round(west + STEP * x, 5), round(south + STEP * y, 5)] for x, y in corners]


def measure(rounds: int = ROUNDS) -> list[dict[str, Any]]:
    """Return rows of bench/results.json: click to painted, the server's part, and bytes."""
    desk = GridDesk()
    app, store = guarded()
    store.ports["hotspots"] = desk
    store.ports["wall"] = desk  # whose shapes the map fetches
    server_ms, size = _answers(app, rounds)
    painted_ms = _in_browser(app, rounds)
    rows = (
        ("filter change, click to painted", painted_ms, "ms", TARGET_MS),
        ("filter change, server", server_ms, "ms", TARGET_SERVER_MS),
        ("filter change, bytes as sent", float(size), "bytes", TARGET_BYTES),
    )
    return [
        {"work": work, "size": "10,000 grids", "ours": ours, "peer": None, "peer_name": None, "ratio": None,
         "unit": unit, "target": target, "met": ours <= target}
        for work, ours, unit, target in rows
    ]  # fmt: skip


def _answers(app: Any, rounds: int) -> tuple[float, int]:
    """Return the median time of an answer in process, in ms, and the bytes of the largest."""
    client = come_as(app.server.test_client(), Role.LEADER)
    output = next(one for one in app.callback_map if "hotspots-answer.data" in one)
    took, sizes = [], []
    for at in range(rounds + 2):
        query = {"level": "grid", "since": f"2025-11-{at % 28 + 1:02d}", "until": TODAY.isoformat()}
        value = {"n": at + 1, "query": query, "drawn": None}
        body = {
            "output": output, "state": [], "changedPropIds": ["hotspots-asked.data"],
            "inputs": [{"id": "hotspots-asked", "property": "data", "value": value}],
        }  # fmt: skip
        began = time.perf_counter()
        sent = client.post(CALLBACKS, json=body, headers=FROM_US)
        took.append(1000 * (time.perf_counter() - began))
        assert sent.status_code == 200
        sizes.append(len(sent.data))
    return statistics.median(took[2:]), max(sizes)


def _in_browser(app: Any, rounds: int) -> float:
    server = make_server("127.0.0.1", 0, app.server, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.port}"
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(_FLAGS))
            context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
            context.add_cookies([{"name": "fengtu", "value": token_of(Role.LEADER), "url": base}])
            took = _painted(context.new_page(), base, rounds)
            browser.close()
    finally:
        server.shutdown()
    return took


_CHANGE = """([since]) => new Promise((done) => {
  const root = document.getElementById('hotspots-root'), before = root.dataset.painted;
  const began = performance.now();
  window.dash_clientside.set_props('hotspots-since', { value: since });
  const watch = new MutationObserver(() => {
    if (root.dataset.painted !== before) { watch.disconnect(); done(performance.now() - began); }
  });
  watch.observe(root, { attributes: true, attributeFilter: ['data-painted'] });
})"""
"""Sets the field for the first day, as leaving it does, and waits for the frame with the new colours."""


def _painted(page: Page, base: str, rounds: int) -> float:
    page.goto(f"{base}/hotspots?level=grid")
    page.wait_for_selector("#hotspots-root[data-painted='1']", timeout=180_000)
    page.wait_for_selector(".hotspots-map[data-drawn=yes]", timeout=180_000)
    took = []
    for at in range(rounds + 2):
        took.append(page.evaluate(_CHANGE, [date(2025, 10, at % 28 + 1).isoformat()]))
        page.wait_for_timeout(400)
    return statistics.median(took[2:])


@click.command()
@click.option("--rounds", default=ROUNDS, show_default=True)
def main(rounds: int) -> None:
    """Print each figure with its target."""
    for row in measure(rounds):
        verdict = "met" if row["met"] else "MISSED"
        click.echo(
            f"{row['work']:34} {row['ours']:10.1f} {row['unit']:5} target {row['target']:g}: {verdict}"
        )


if __name__ == "__main__":
    main()
