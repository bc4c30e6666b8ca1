"""Waiting for what a page says, also where it says it by a promise."""

from __future__ import annotations

import time

from playwright.sync_api import CDPSession, Page


def until(page: Page, asked: str, most_s: float = 20.0) -> None:
    """Ask a page until it answers yes.

    ``page.wait_for_function`` takes the promise of an async function for a yes, whatever it comes to.
    """
    end = time.monotonic() + most_s
    while not page.evaluate(asked):
        assert time.monotonic() < end, f"never true: {asked}"
        page.wait_for_timeout(100)


def slow_down(page: Page, latency_ms: int) -> CDPSession:
    """Answer a page as late as a far server would; returns the session that holds it so."""
    wire = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": latency_ms, "downloadThroughput": -1, "uploadThroughput": -1}
    wire.send("Network.emulateNetworkConditions", slow)
    return wire
