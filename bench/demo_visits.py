"""A demo installation of its own with a headless Chromium: for figures of pages, and for pictures of them.

It lives in a folder of its own, on a free port of this machine, and ends with the ``with``. Its browser
may reach nothing else.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from grid.principals import Role

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--use-gl=angle", "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
)  # fmt: skip
SETTLE_MS = 60_000
_ROOT = Path(__file__).parents[1]
_SETTLED = """() => {
  const dash = document.getElementById('react-entry-point');
  const busy = document.querySelector('[data-dash-is-loading="true"], .dash-graph--pending')
    || (dash && !document.querySelector('#_pages_content > *'));
  const graphs = [...document.querySelectorAll('.dash-graph')].filter((one) => one.offsetParent);
  const plots = graphs.map((one) => one.querySelector('.js-plotly-plot')?._fullLayout);
  const maps = plots.map((one) => one?.map?._subplot?.map).filter(Boolean);
  const drawn = plots.every(Boolean) && maps.every((one) => one.loaded() && one.areTilesLoaded());
  const wall = document.querySelector('.wall');
  return document.readyState === 'complete' && !busy && drawn && (!wall || Boolean(wall.dataset.drawn));
}"""
"""Nothing is asked any more, and every map has drawn what it was given."""


@dataclass(frozen=True, slots=True)
class Demo:
    """A served demo city: where, how to sign in, and its browser."""

    base: str
    secrets: dict[Role, tuple[str, str]]
    browser: Browser

    def context(self, role: Role, width: int, height: int, **more: Any) -> BrowserContext:
        """Return a signed-in browser context of a role at a viewport's size in CSS pixels."""
        size: Any = {"width": width, "height": height}
        context = self.browser.new_context(viewport=size, locale="zh-CN", **more)
        login, secret = self.secrets[role]
        page = context.new_page()
        if role is Role.KIOSK:
            page.goto(f"{self.base}/kiosk#{secret}")
        else:
            page.goto(f"{self.base}/sign-in")
            page.fill("#door-name", login)
            page.fill("#door-password", secret)
            page.click("button[type=submit]")
        page.wait_for_url(lambda url: "/sign-in" not in url and "/kiosk" not in url)
        page.close()
        return context


@contextmanager
def served_demo() -> Iterator[Demo]:
    """Serve the demo city out of a folder of its own, and end it."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = int(listener.getsockname()[1])
    folder = Path(tempfile.mkdtemp(prefix="fengtu-visits-"))
    # The database's own user must come in.
    folder.chmod(0o755)
    home = folder / "home"
    environment = os.environ | {"FENGTU_HOME": str(home), "PORT": str(port)}
    try:
        _fengtu(environment, "up", "--demo")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
            yield Demo(f"http://127.0.0.1:{port}", _secrets(home), browser)
            browser.close()
    finally:
        _fengtu(environment, "stop")
        shutil.rmtree(folder)


def settle(page: Page, quiet_ms: int = 600) -> None:
    """Wait until a page shows all that it has."""
    page.wait_for_load_state("load")
    page.wait_for_function(_SETTLED, timeout=SETTLE_MS)
    page.wait_for_timeout(quiet_ms)
    page.wait_for_function(_SETTLED, timeout=SETTLE_MS)


def _fengtu(environment: dict[str, str], *asked: str) -> None:
    command = [Path(sys.executable).with_name("fengtu"), *asked]
    subprocess.run(command, env=environment, check=True, cwd=_ROOT, stdout=subprocess.DEVNULL)


def _secrets(home: Path) -> dict[Role, tuple[str, str]]:
    lines = (home / "demo-accounts.txt").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {Role(role): (login, secret) for login, role, secret in rows}
