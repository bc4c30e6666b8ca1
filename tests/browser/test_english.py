"""Every page in English says nothing of ours in Chinese; what the city's own data says stays as it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache

import pytest
from playwright.sync_api import Browser, Page

from bench.demo_visits import settle
from callbacks.tools import LANGUAGE_COOKIE
from grid.principals import Role
from layers.words import Language, all_words
from tests.browser.test_accessible import SCREENS, VIEWS, open_part

_HAN = re.compile(r"[㐀-鿿]")
_OF_DATA = ("demo.", "access.language")
"""Words that the demo city's data is made of, and the names of languages, each in its own."""
_APART = re.compile(r"\s*[·|:：]\s*")
"""What stands between a phrase of ours and what it is said of."""
_TEXTS = """() => {
  const found = [document.title];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const hidden = (one) => one.closest("script, style, noscript, [lang='zh-CN']:not(html)");
  while (walker.nextNode()) {
    const around = walker.currentNode.parentElement;
    if (around && !hidden(around)) found.push(walker.currentNode.textContent);
  }
  for (const name of ["aria-label", "title", "placeholder", "alt"]) {
    for (const one of document.querySelectorAll(`[${name}]`)) {
      const words = one.getAttribute(name);
      const own = [...one.querySelectorAll("[lang='zh-CN']")].some((part) => part.textContent === words);
      if (!own) found.push(words);
    }
  }
  return found;
}"""


@pytest.fixture(scope="module")
def visit(
    _browser: Browser, served: str, cookie: Callable[[str, Role], str]
) -> Iterator[Callable[[Role | None, str], Page]]:
    """Return a function that opens a page as a role who chose English."""
    pages: dict[Role | None, Page] = {}

    def open_it(role: Role | None, path: str) -> Page:
        if role not in pages:
            context = _browser.new_context(viewport={"width": 1366, "height": 768}, locale="en-GB")
            context.add_cookies([{"name": LANGUAGE_COOKIE, "value": Language.EN.value, "url": served}])
            if role is not None:
                context.add_cookies([{"name": "fengtu", "value": cookie(served, role), "url": served}])
            pages[role] = context.new_page()
        pages[role].goto(served + path.removesuffix("?phone"))
        settle(pages[role], quiet_ms=250)
        return pages[role]

    yield open_it
    for page in pages.values():
        page.context.close()


@pytest.mark.parametrize(("role", "path", "press"), SCREENS + VIEWS)
def test_a_page_in_english_has_no_chinese_words_of_ours(
    visit: Callable[[Role | None, str], Page], role: Role | None, path: str, press: str
) -> None:
    page = visit(role, path)
    if press:
        open_part(page, press)
    assert page.locator("html").get_attribute("lang") == "en"
    texts = {text.strip() for text in page.evaluate(_TEXTS) if _HAN.search(text)}
    assert {text: keys for text in sorted(texts) if (keys := said_by(text))} == {}


def test_words_of_ours_are_told_from_data() -> None:
    assert said_by("退出登录") or said_by("退出")
    assert said_by("截至 2026-11-23")
    assert not said_by("临枫区")
    assert not said_by("市委副书记")


def said_by(text: str) -> list[str]:
    """Return the keys whose Chinese words a text is, or has as one of its parts."""
    parts = {text, *_APART.split(text)}
    return [key for key, words, own in _ours() if any(_is_said(words, own, part) for part in parts)]


def _is_said(words: re.Pattern[str], own: int, part: str) -> bool:
    """Return whether a part is filled-in words of which at least half are ours: the rest may be data."""
    return bool(words.fullmatch(part)) and 2 * own >= len(_HAN.findall(part))


@cache
def _ours() -> list[tuple[str, re.Pattern[str], int]]:
    """Return the keys, their Chinese words when filled in, and how many characters of these are ours."""
    english = all_words(Language.EN)
    found = []
    for key, words in all_words(Language.ZH).items():
        pieces = re.split(r"\{[^}]*\}", words)
        own = "".join(pieces)
        count = len(_HAN.findall(own))
        if not key.startswith(_OF_DATA) and english[key] != words and count > 1:
            found.append((key, re.compile(".*".join(map(re.escape, pieces)), re.DOTALL), count))
    return found
