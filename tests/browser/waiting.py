"""Waiting for what a page says, also where it says it by a promise."""

from __future__ import annotations

import time
from typing import Any

from playwright.sync_api import CDPSession, Error, Page

_LEFT = "Execution context was destroyed"
"""What Playwright says of a question whose page has been left before the answer."""


def until(page: Page, asked: str, most_s: float = 20.0) -> None:
    """Ask a page by a function until it answers yes; one that loads itself anew is asked when it has loaded.

    ``page.wait_for_function`` takes the promise of an async function for a yes, whatever it comes to.
    """
    end = time.monotonic() + most_s
    while not _answer(page, asked):
        assert time.monotonic() < end, f"never true: {asked}"
        page.wait_for_timeout(100)


def _answer(page: Page, asked: str) -> Any:
    try:
        return page.evaluate(f"async () => document.readyState === 'complete' && await ({asked})()")
    except Error as error:
        if _LEFT not in str(error):
            raise
        return None


def slow_down(page: Page, latency_ms: int) -> CDPSession:
    """Answer a page as late as a far server would; returns the session that holds it so."""
    wire = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": latency_ms, "downloadThroughput": -1, "uploadThroughput": -1}
    wire.send("Network.emulateNetworkConditions", slow)
    return wire
