"""A filter change on the hotspot map, in Chromium: ``python -m bench.screen_hotspots --rows 24000000``.

The screens are the real ones, over a real copy of seeded matters, on a map of 10,000 grids that Chromium
draws in software. Measured are the server's answer (in process), its bytes as sent, and the time from a
choice to the frame that shows it.
"""

from __future__ import annotations

import gzip
import json
import logging
import shutil
import threading
import time
from dataclasses import replace
from typing import Any

import click
import numpy as np
from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import make_server

from bench.counts_city import DAYS, CountedCity, day_of, make_city
from callbacks.access.rules import CALLBACKS
from data.counts.snapshot import Snapshot
from grid.areas import Area, AreaKind, Level
from grid.hotspots.questions import AreaCounts, CountsState, DayCounts, Dimension, MatterFilter
from grid.matters import Category, Channel
from grid.principals import Role
from grid.questions import City
from tests.screens.access_city import FROM_US, come_as, guarded, token_of
from tests.screens.hotspots_city import FakeHotspots

CHROMIUM = "/usr/bin/chromium"
SIDE, COUNTIES = 100, 4
WEST, SOUTH, STEP = 110.0, 27.0, 0.01
ROUNDS = 15
LOOK_MS = 1500
"""A person looks at one picture before asking for the next."""
TARGET_MS, TARGET_SERVER_MS, TARGET_BYTES = 100.0, 30.0, 15_000
_FLAGS = ("--no-sandbox", "--disable-gpu", "--use-gl=angle", "--use-angle=swiftshader",
          "--enable-unsafe-swiftshader", "--disable-background-networking")  # fmt: skip
Query = dict[str, str]
Row = dict[str, Any]


def squares(level: Level, side: int, ids: np.ndarray[Any, Any]) -> tuple[Area, ...]:
    """Return side × side squares that fill the city."""
    step = STEP * SIDE / side
    return tuple(
        Area(
            int(ids[at]), level, AreaKind.REGULAR, f"{at:015d}", f"{level.value}{at}", "BENCH", "2026", None,
            900, (SIDE / side) ** 2, WEST + step * (at % side + 0.5), SOUTH + step * (at // side + 0.5),
        )
        for at in range(side * side)
    )  # fmt: skip


class CopyDesk(FakeHotspots):
    """The desk of a bench's copy over 10,000 squares; what asks the database otherwise is the fake's."""

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__()
        self._snapshot = snapshot
        ids = snapshot.book.area_ids(Level.GRID)
        self._areas = {
            Level.GRID: squares(Level.GRID, SIDE, ids),
            Level.COUNTY: squares(Level.COUNTY, COUNTIES, ids[-1] + 1 + np.arange(COUNTIES**2)),
        }

    def state(self) -> CountsState:
        return self._snapshot.state

    def city(self) -> City:
        bounds = (WEST, SOUTH, WEST + SIDE * STEP, SOUTH + SIDE * STEP)
        editions = {Level.COUNTY: 8, Level.GRID: 9}
        return replace(super().city(), bounds=bounds, editions=editions, today=day_of(DAYS - 1))

    def areas(self, level: Level) -> tuple[Area, ...]:
        return self._areas.get(level, ())

    def shapes(self, level: Level, edition_id: int) -> bytes:
        side = COUNTIES if level is Level.COUNTY else SIDE
        features = [
            {
                "type": "Feature", "id": str(one.id),
                "properties": {"name": one.name, "code": one.code, "kind": "regular"},
                "geometry": {"type": "Polygon", "coordinates": [_ring(at, side)]},
            }
            for at, one in enumerate(self._areas[level])
        ]  # fmt: skip
        return gzip.compress(json.dumps({"type": "FeatureCollection", "features": features}).encode())

    def counts(self, level: Level, matters: MatterFilter) -> AreaCounts:
        return self._snapshot.counts(level, matters)

    def days(self, matters: MatterFilter) -> DayCounts:
        return self._snapshot.days(matters)

    def split(self, matters: MatterFilter, by: Dimension) -> tuple[tuple[str, int], ...]:
        return self._snapshot.split(matters, by)


def _ring(at: int, side: int) -> list[list[float]]:
    step = STEP * SIDE / side
    west, south = WEST + step * (at % side), SOUTH + step * (at // side)
    corners = ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))
    return [[round(west + step * x, 5), round(south + step * y, 5)] for x, y in corners]


def changes(rounds: int) -> list[Query]:
    """Return changes of one control each, in turn; none leaves what is there already."""
    categories, channels = list(Category), list(Channel)
    made: list[Query] = []
    for at in range(rounds):
        made += [
            {"since": day_of(1 + at * 41 % (DAYS - 30)).isoformat()},
            {"category": ",".join(sorted(one.value for one in categories[at % 8 : at % 8 + 1 + at % 4]))},
            {"channel": ",".join(sorted(one.value for one in channels[at % 3 : at % 3 + 1 + at % 3]))},
        ]
    return made


def measure(rounds: int = ROUNDS, rows: int = 1_000_000) -> list[Row]:
    """Return rows of bench/results.json: click to painted, the server's part, and bytes."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    city = make_city(rows, SIDE * SIDE)
    try:
        return _measure(city, rounds, f"{rows:,} × {SIDE * SIDE:,}")
    finally:
        shutil.rmtree(city.folder, ignore_errors=True)


def _measure(city: CountedCity, rounds: int, size: str) -> list[Row]:
    desk = CopyDesk(city.snapshot)
    app, store = guarded()
    store.ports["hotspots"] = desk
    store.ports["wall"] = desk  # whose shapes the map fetches
    server_ms, sizes = _answers(app, rounds)
    painted_ms = _in_browser(app, rounds)
    found = [
        (f"filter change, {name}, {way}", float(np.percentile(times, percent)), "ms", target)
        for name, times, target in (
            ("click to painted", painted_ms, TARGET_MS), ("server", server_ms, TARGET_SERVER_MS),
        )
        for way, percent in (("p50", 50), ("p95", 95))
    ]  # fmt: skip
    found.append(("filter change, bytes as sent, most", float(max(sizes)), "bytes", TARGET_BYTES))
    return [
        {"work": work, "size": size, "ours": ours, "peer": None, "peer_name": None, "ratio": None,
         "unit": unit, "target": target, "met": ours <= target}
        for work, ours, unit, target in found
    ]  # fmt: skip


def _answers(app: Any, rounds: int) -> tuple[list[float], list[int]]:
    """Return the times of answers in process, in ms, and their bytes."""
    client = come_as(app.server.test_client(), Role.LEADER)
    output = next(one for one in app.callback_map if "hotspots-answer.data" in one)
    query: Query = {"level": "grid", "since": day_of(0).isoformat()}
    took, sizes = [], []
    for at, change in enumerate(changes(rounds)):
        query |= change
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
    # The first of each control also loads what the answers need.
    return took[3:], sizes[3:]


def _in_browser(app: Any, rounds: int) -> list[float]:
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


_CHANGE = """([name, value]) => new Promise((done) => {
  const root = document.getElementById('hotspots-root'), before = root.dataset.painted;
  const began = performance.now();
  window.dash_clientside.set_props('hotspots-' + name, { value: value });
  const watch = new MutationObserver(() => {
    if (root.dataset.painted !== before) { watch.disconnect(); done(performance.now() - began); }
  });
  watch.observe(root, { attributes: true, attributeFilter: ['data-painted'] });
  setTimeout(() => done(null), 30000);
})"""
"""Sets a control, as choosing in it does, and waits for the frame with the new colours."""


def _painted(page: Page, base: str, rounds: int) -> list[float]:
    """Return milliseconds from a choice to its frame."""
    page.goto(f"{base}/hotspots?level=grid&since={day_of(0).isoformat()}")
    page.wait_for_selector("#hotspots-root[data-painted='1']", timeout=180_000)
    page.wait_for_selector(".hotspots-map[data-drawn=yes]", timeout=180_000)
    took = []
    for change in changes(rounds):
        page.wait_for_timeout(LOOK_MS)
        ((name, value),) = change.items()
        took.append(page.evaluate(_CHANGE, [name, value if name == "since" else value.split(",")]))
        assert took[-1] is not None, f"{change} was not painted within 30 s"
    return took[3:]


@click.command()
@click.option("--rounds", default=ROUNDS, show_default=True)
@click.option("--rows", default=1_000_000, show_default=True)
def main(rounds: int, rows: int) -> None:
    """Print each figure with its target."""
    for row in measure(rounds, rows):
        verdict = "met" if row["met"] else "MISSED"
        click.echo(
            f"{row['work']:34} {row['ours']:10.1f} {row['unit']:5} target {row['target']:g}: {verdict}"
        )


if __name__ == "__main__":
    main()
