"""The wall left alone for a day and more, at speed: ``python -m bench.soak_wall`` (``make soak``).

A real server over the demo city is shown in a headless Chromium, with the city's own tour running. Each
refresh is triggered as soon as the one before was answered; between some of them the tour is told to go on,
as its clock does, and now and then there is a new publication, as after an import. What the browser still
holds after its garbage is collected, how many nodes and listeners there are, and how much memory the server
has, is told every so many refreshes; fails where any of it grows.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import numpy as np
from playwright.sync_api import Browser, CDPSession, Page, ViewportSize, sync_playwright
from sqlalchemy import Engine, text

from callbacks.access.cookies import NAME
from data import cluster, processes
from data.demo import load_demo
from data.migrate import migrate
from data.sessions import make_engine
from data.settings import Settings
from data.writes.accounts import AccountBook
from grid.principals import COMMAND_LINE

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--use-gl=angle", "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader", "--disable-background-networking", "--no-first-run",
)  # fmt: skip
MEGABYTE = 1024 * 1024
HEAP_MB_PER_1000 = 1.0
SERVER_MB_PER_HOUR = 5.0
NODES_SHARE = 0.02
"""Of the nodes by which two rounds of the same scenes may differ: a list is sometimes a row longer."""
WARM = 0.2
"""Share of a run in which caches fill: it is told, and not judged."""
_PATIENCE_MS = 60_000
_READINGS, _BETWEEN_READINGS_S = 5, 0.4
_SIZE: ViewportSize = {"width": 960, "height": 540}
"""Small: what is held does not hang on it, and what drawing in software costs does."""
_SEED, _PETITIONS = 7, 20_000
_REFRESH = """async () => {
    const answered = new Promise((done) => document.addEventListener("fengtu:answered", (event) => {
        if (event.detail.asked.includes('"wall-tick"')) done(event.detail.status);
    }, { signal: (window.soakOnce = new AbortController()).signal }));
    window.dash_clientside.set_props("wall-tick", { n_intervals: Date.now() });
    const status = await answered;
    window.soakOnce.abort();
    return status;
}"""
_IS_PLAYING = "() => (window.fengtuTour.state() || { of: 0 }).of > 1"
_NEXT_SCENE = """async () => {
    const before = window.fengtuTour.state().at;
    const opened = new Promise((done) => document.addEventListener("fengtu:answered", (event) => {
        if (event.detail.asked.includes('"wall-asked"')) done(event.detail.status);
    }, { signal: (window.soakOnce = new AbortController()).signal }));
    document.querySelector('#wall-tour [data-tour="next"]').click();
    const status = await opened;
    window.soakOnce.abort();
    const until = Date.now() + 30000;
    const comes = () => document.querySelector('.wall [data-dash-is-loading="true"]');
    do await new Promise((done) => setTimeout(done, 50)); while (comes() && Date.now() < until);
    return { status, late: Boolean(comes()), at: window.fengtuTour.state().at, before };
}"""
_NEW_PUBLICATION = text("UPDATE published_state SET number = number + 1 RETURNING number")


@dataclass(frozen=True, slots=True)
class Sample:
    """What was held after so many refreshes, ``at_s`` seconds after the start."""

    refreshes: int
    at_s: float
    heap_bytes: int
    nodes: int
    listeners: int
    server_bytes: int


@dataclass(frozen=True, slots=True)
class Growth:
    """How fast heap and server grew, and by which share of themselves nodes and listeners."""

    heap_mb: float
    """From the first judged sample to the last, on the line through all of them."""
    heap_mb_per_1000: float
    nodes_share: float
    listeners_share: float
    server_mb_per_hour: float


@dataclass(frozen=True, slots=True)
class Served:
    """A served city, who may change its publication, and a token that opens its wall."""

    settings: Settings
    importer: Engine
    token: str

    @property
    def base(self) -> str:
        """Where it is served."""
        return f"http://127.0.0.1:{self.settings.port}"


@click.command()
@click.option("--refreshes", default=7200)
@click.option("--scene-every", default=4, help="Refreshes between two scenes.")
@click.option("--publish-every", default=120, help="Refreshes between two publications.")
@click.option("--port", default=8297)
def main(refreshes: int, scene_every: int, publish_every: int, port: int) -> None:
    """Print a line for each sample and what grew; fails where it is too much."""
    with _serve_demo(port) as served, _open_wall(served) as page:
        plan = Plan(refreshes, scene_every, publish_every)
        samples: list[Sample] = []
        for sample in soak(page, served, plan):
            samples.append(sample)
            click.echo(line_of(sample))
    growth = growth_of(samples)
    click.echo(str(growth))
    if faults_of(growth):
        raise click.ClickException(", ".join(faults_of(growth)))


@dataclass(frozen=True, slots=True)
class Plan:
    """How many refreshes, and after how many of them what else happens."""

    refreshes: int
    scene_every: int
    publish_every: int

    @property
    def sample_every(self) -> int:
        """Refreshes between two samples, at least: each is of the tour's first scene."""
        return self.refreshes // 24


def soak(page: Page, served: Served, plan: Plan) -> Iterator[Sample]:
    """Refresh a wall that is shown, and yield a sample after each few rounds of its tour."""
    session = page.context.new_cdp_session(page)
    began, sampled = time.monotonic(), 0
    for number in range(1, plan.refreshes + 1):
        if number % plan.publish_every == 0:
            with served.importer.begin() as connection:
                connection.execute(_NEW_PUBLICATION).one()
        status = page.evaluate(_REFRESH)
        if status != 200:
            raise RuntimeError(f"refresh {number} was answered {status}")
        if number % plan.scene_every:
            continue
        shown = page.evaluate(_NEXT_SCENE)
        if shown["status"] != 200 or shown["late"] or shown["at"] == shown["before"]:
            raise RuntimeError(f"after refresh {number} the tour did not go on: {shown}")
        if shown["at"] == 0 and number - sampled >= plan.sample_every:
            sampled = number
            page.wait_for_load_state("networkidle", timeout=_PATIENCE_MS)
            yield _sample(session, served, number, time.monotonic() - began)


def _sample(session: CDPSession, served: Served, refreshes: int, at_s: float) -> Sample:
    # Twice: what finalizers let go of is garbage only then.
    for _ in range(2):
        session.send("HeapProfiler.collectGarbage")
    session.send("Performance.enable")
    told = {each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]}
    session.send("Performance.disable")
    counts = (int(told["JSHeapUsedSize"]), int(told["Nodes"]), int(told["JSEventListeners"]))
    return Sample(refreshes, at_s, *counts, _least_server_bytes(served.settings))


def _least_server_bytes(settings: Settings) -> int:
    """Return the least of a few readings: one that falls into a drawing has its arrays, too."""
    readings = []
    for _ in range(_READINGS):
        time.sleep(_BETWEEN_READINGS_S)
        readings.append(server_bytes(settings))
    return min(readings)


def server_bytes(settings: Settings) -> int:
    """Return the resident memory of a server: of the process that its file names, and of its children."""
    parent = processes.running_id(settings, processes.SERVER)
    if parent is None:
        raise RuntimeError("the server is gone")
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return sum(_resident(number) for number in (parent, *map(int, children)))


def _resident(number: int) -> int:
    pages = int(Path(f"/proc/{number}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def growth_of(samples: Sequence[Sample], *, warm: float = WARM) -> Growth:
    """Return how samples grow after a warm share of them: slopes by least squares.

    Of nodes and listeners it is the least of the last third over the least of the first.
    """
    judged = list(samples[int(len(samples) * warm) :])
    refreshes = [one.refreshes / 1000 for one in judged]
    hours = [one.at_s / 3600 for one in judged]
    per_1000 = _slope(refreshes, [one.heap_bytes / MEGABYTE for one in judged])
    return Growth(
        per_1000 * (refreshes[-1] - refreshes[0]),
        per_1000,
        _share([one.nodes for one in judged]),
        _share([one.listeners for one in judged]),
        _slope(hours, [one.server_bytes / MEGABYTE for one in judged]),
    )


def faults_of(growth: Growth) -> list[str]:
    """Return what grew more than it may."""
    limits = {
        "heap": (growth.heap_mb_per_1000, HEAP_MB_PER_1000),
        "nodes": (growth.nodes_share, NODES_SHARE),
        "listeners": (growth.listeners_share, NODES_SHARE),
        "server": (growth.server_mb_per_hour, SERVER_MB_PER_HOUR),
    }
    return [f"{name} grew by {found:.2f}" for name, (found, most) in limits.items() if found > most]


def line_of(sample: Sample) -> str:
    """Return a sample as a line."""
    heap, server = sample.heap_bytes / MEGABYTE, sample.server_bytes / MEGABYTE
    return (
        f"{sample.refreshes:6} refreshes {sample.at_s:7.0f} s: heap {heap:6.2f} MB, {sample.nodes} nodes,"
        f" {sample.listeners} listeners, server {server:6.1f} MB"
    )


def _slope(at: Sequence[float], values: Sequence[float]) -> float:
    return float(np.polyfit(at, values, 1)[0])


def _share(values: Sequence[int]) -> float:
    third = max(len(values) // 3, 1)
    return min(values[-third:]) / min(values[:third]) - 1


@contextmanager
def _open_wall(served: Served) -> Iterator[Page]:
    """Give a page with the wall drawn."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        with show_wall(browser, served) as page:
            yield page
        browser.close()


@contextmanager
def show_wall(browser: Browser, served: Served, tour: str = "") -> Iterator[Page]:
    """Give a page of a browser with the wall drawn and a tour running: the one named, or the city's own."""
    context = browser.new_context(viewport=_SIZE, locale="zh-CN")
    context.add_cookies([{"name": NAME, "value": served.token, "url": served.base}])
    page = context.new_page()
    page.goto(f"{served.base}/wall?tour={tour}")
    page.wait_for_selector(".wall[data-drawn]", timeout=_PATIENCE_MS)
    page.wait_for_function(_IS_PLAYING, timeout=_PATIENCE_MS)
    yield page
    context.close()


@contextmanager
def _serve_demo(port: int) -> Iterator[Served]:
    home = Path(tempfile.mkdtemp(prefix="fengtu-soak-wall-"))
    home.chmod(0o755)
    settings = Settings(home=home, database_url=None, port=port)
    try:
        cluster.ensure_running(settings)
        owner = make_engine(cluster.database_url(settings))
        migrate(owner)
        importer = make_engine(cluster.importer_url(settings))
        until = datetime.now(ZoneInfo("Asia/Shanghai")).date()
        load_demo(importer, seed=_SEED, petitions=_PETITIONS, until=until)
        name = f"soak-{secrets.token_hex(4)}"
        token = AccountBook(owner, COMMAND_LINE).add_kiosk(name, "127.0.0.1")
        processes.start(settings, processes.SERVER)
        processes.wait_until_served(settings)
        yield Served(settings, importer, token)
        importer.dispose()
        owner.dispose()
    finally:
        processes.stop(settings, processes.SERVER)
        cluster.stop(settings)
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()
