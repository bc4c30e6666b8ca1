"""A phone of a grid worker: a browser's context of its own, which may lose its signal."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import Engine, text

from tests.browser.waiting import until

SMALL = {"width": 360, "height": 640}
KEPT = """async () => {
  if (!navigator.serviceWorker.controller || !await caches.has('fengtu-patch-files')) return false;
  const own = await caches.match('/patch', { cacheName: 'fengtu-patch-pages' });
  const files = await (await caches.open('fengtu-patch-files')).keys();
  return Boolean(own) && own.headers.get('X-Account') === document.body.dataset.account && files.length > 5;
}"""
"""Whether all that a phone keeps lies on it, and is its own."""
SENT = "async () => (await fengtuQueue.all()).length === 0"
"""Whether nothing waits on a phone."""


def open_phone(browser: Browser, base: str, token: str, size: dict[str, int] | None = None) -> BrowserContext:
    """Return a signed-in phone."""
    phone = browser.new_context(
        viewport=size or SMALL,
        has_touch=True,
        is_mobile=True,
        locale="zh-CN",  # type: ignore[arg-type]
    )
    phone.add_cookies([{"name": "fengtu", "value": token, "url": base}])
    return phone


def open_list(phone: BrowserContext, base: str) -> Page:
    """Return a page with the own list, which the phone has kept and its service worker serves from now on."""
    page = phone.new_page()
    page.goto(f"{base}/patch")
    expect(page.locator(".patch-card").first).to_be_visible()
    until(page, KEPT)
    return page


def kept(page: Page) -> dict[str, Any]:
    """Return what lies on the phone: addresses of pages and the notes that wait."""
    told: dict[str, Any] = page.evaluate(
        "async () => { const pages = await caches.has('fengtu-patch-pages')"
        " ? await (await caches.open('fengtu-patch-pages')).keys() : [];"
        " return { pages: pages.map((one) => new URL(one.url).pathname + new URL(one.url).search),"
        " notes: await fengtuQueue.all() }; }"
    )
    return told


def notes_of(engine: Engine, matter: int) -> list[Any]:
    """Return what was recorded about a matter, the oldest first: step, words, key."""
    statement = text("SELECT step, words, key::text FROM assist_note WHERE petition_id = :id ORDER BY id")
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(statement, {"id": matter})]
