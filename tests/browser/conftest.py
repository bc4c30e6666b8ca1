"""A real server over the demo city and a real headless Chromium that may reach nothing else."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from sqlalchemy import Engine

from data import processes
from data.settings import Settings

CHROMIUM = "/usr/bin/chromium"
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


@pytest.fixture(scope="session")
def shots() -> Path:
    """Folder of screenshots, kept after the run for people to look at."""
    folder = Path(__file__).parents[1] / "_shots"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Engine], str]]:
    """Return a function that serves a database as ``fengtu up`` does and gives the base URL."""
    started: list[Settings] = []

    def start(engine: Engine) -> str:
        url = engine.url.render_as_string(hide_password=False)
        home = tmp_path_factory.mktemp("served")
        settings = Settings(home=home, database_url=url, port=_free_port())
        started.append(settings)
        for name in processes.NAMES:
            processes.start(settings, name)
        processes.wait_until_served(settings)
        return f"http://127.0.0.1:{settings.port}"

    yield start
    for settings in started:
        for name in processes.NAMES:
            processes.stop(settings, name)


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
def open_page(_browser: Browser, served: str) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a path; the test fails if the page erred or left the machine."""
    contexts, faults = [], []

    def watch(page: Page) -> None:
        page.on("pageerror", lambda error: faults.append(f"error: {error}"))
        page.on(
            "console", lambda said: faults.append(f"console: {said.text}") if said.type == "error" else None
        )
        page.on("request", lambda asked: _note_outsider(asked.url, faults))

    def open_it(path: str, width: int, height: int, *, touch: bool = False, base: str | None = None) -> Page:
        size = {"width": width, "height": height}
        context = _browser.new_context(viewport=size, has_touch=touch, is_mobile=touch, locale="zh-CN")
        contexts.append(context)
        page = context.new_page()
        watch(page)
        page.goto((base or served) + path)
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert faults == []


def _note_error(said: ConsoleMessage, faults: list[str]) -> None:
    if said.type == "error":
        faults.append(f"console: {said.text}")


def _note_outsider(url: str, faults: list[str]) -> None:
    if not url.startswith(("http://127.0.0.1:", "data:", "blob:")):
        faults.append(f"left the machine: {url}")
