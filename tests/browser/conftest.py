"""A real server over the demo city and a real headless Chromium that may reach nothing else."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from sqlalchemy import Engine, text

from data import processes
from data.settings import Settings
from grid.principals import Principal, Role

CHROMIUM = "/usr/bin/chromium"
# What a page comes to show is waited for as long as a busy machine needs.
expect.set_options(timeout=20_000)
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
_VISITORS = {
    "wall": Role.LEADER, "review": Role.CLERK, "plan": Role.PLANNER, "imports": Role.CLERK,
    "brief": Role.LEADER, "patch": Role.WORKER,
    "matters": Role.BUREAU, "audit": Role.AUDITOR, "admin": Role.ADMIN,
}  # fmt: skip
"""Who opens a screen where a test does not say."""


@pytest.fixture(scope="session")
def shots() -> Path:
    """Folder of screenshots, kept after the run for people to look at."""
    folder = Path(__file__).parents[1] / "_shots"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def engines() -> dict[str, Engine]:
    """The database behind each base URL that is served."""
    return {}


@pytest.fixture(scope="session")
def installed() -> dict[str, Settings]:
    """How each base URL is served."""
    return {}


@pytest.fixture(scope="session")
def serve(
    tmp_path_factory: pytest.TempPathFactory, engines: dict[str, Engine], installed: dict[str, Settings]
) -> Iterator[Callable[[Engine], str]]:
    """Return a function that serves a database as ``fengtu up`` does and gives the base URL."""

    def start(engine: Engine) -> str:
        url = engine.url.render_as_string(hide_password=False)
        home = tmp_path_factory.mktemp("served")
        settings = Settings(home=home, database_url=url, port=_free_port())
        base = f"http://127.0.0.1:{settings.port}"
        installed[base], engines[base] = settings, engine
        for name in processes.NAMES:
            processes.start(settings, name)
        processes.wait_until_served(settings)
        return base

    yield start
    for settings in installed.values():
        for name in processes.NAMES:
            processes.stop(settings, name)


@pytest.fixture(scope="session")
def cookie(engines: dict[str, Engine], sign_in: Callable[..., Principal]) -> Callable[[str, Role], str]:
    """Return a function that gives the cookie of a signed-in role on a base URL, one session for each."""

    @cache
    def token(base: str, role: Role) -> str:
        return str(sign_in(engines[base], role, **scope_of(engines[base], role)).token)

    return token


def scope_of(engine: Engine, role: Role) -> dict[str, list[int]]:
    """Return a scope with something to see: the busiest village, town or unit."""
    column = {Role.WORKER: "village_id", Role.TOWN: "town_id", Role.UNIT: "unit_id"}.get(role)
    if column is None:
        return {}
    busiest = text(
        f"SELECT {column} FROM petition WHERE {column} IS NOT NULL AND closed_on IS NULL"
        " GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"
    )
    with engine.connect() as connection:
        found = connection.execute(busiest).scalar_one()
    return {"units" if role is Role.UNIT else "areas": [found]}


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture(scope="session")
def served(serve: Callable[[Engine], str], new_database: Callable[..., Engine], demo_template: str) -> str:
    """Base URL of a server over the demo city."""
    return serve(new_database(demo_template))


@pytest.fixture(scope="session")
def _browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(_FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def open_page(
    _browser: Browser, served: str, engines: dict[str, Engine], cookie: Callable[[str, Role], str]
) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a path; the test fails if the page erred or left the machine.

    Whoever the screen is for is signed in, or ``role``; nobody where the base URL has no database of ours.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_it(
        path: str,
        width: int,
        height: int,
        *,
        touch: bool = False,
        base: str | None = None,
        role: Role | None = None,
    ) -> Page:
        base = base or served
        size = {"width": width, "height": height}
        context = _browser.new_context(viewport=size, has_touch=touch, is_mobile=touch, locale="zh-CN")
        contexts.append(context)
        if base in engines:
            token = cookie(base, role or _VISITORS[re.split(r"[/?]", path)[1]])
            context.add_cookies([{"name": "fengtu", "value": token, "url": base}])
        page = context.new_page()
        _watch(page, faults)
        page.goto(base + path)
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert faults == []


def _watch(page: Page, faults: list[str]) -> None:
    page.on("pageerror", lambda error: faults.append(f"error: {error}"))
    page.on("console", lambda said: faults.append(f"console: {said.text}") if said.type == "error" else None)
    page.on("request", lambda asked: _note_outsider(asked.url, faults))


def _note_outsider(url: str, faults: list[str]) -> None:
    if not url.startswith(("http://127.0.0.1:", "data:", "blob:")):
        faults.append(f"left the machine: {url}")
