"""Every page in English says nothing of ours in Chinese; what the city's own data says stays as it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache

import pytest
from playwright.sync_api import Browser, Page

from callbacks.tools import LANGUAGE_COOKIE
from grid.principals import Role
from layers.words import Language, all_words
from tests.browser.test_accessible import SCREENS, VIEWS, settle

_HAN = re.compile(r"[㐀-鿿]")
_OF_DATA = ("demo.", "access.language")
"""Words that the demo city's data is made of, and the names of languages, each in its own."""
_LONG = 4
"""So many characters of ours inside a longer text are no accident."""
_TEXTS = """() => {
  const found = [document.title];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const hidden = (one) => one.closest("script, style, noscript, [lang='zh-CN']:not(html)");
  while (walker.nextNode()) {
    const around = walker.currentNode.parentElement;
    if (around && !hidden(around)) found.push(walker.currentNode.textContent);
  }
  for (const name of ["aria-label", "title", "placeholder", "alt"]) {
    document.querySelectorAll(`[${name}]`).forEach((one) => found.push(one.getAttribute(name)));
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
        settle(pages[role])
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
        page.locator(press).first.click()
        settle(page)
    assert page.locator("html").get_attribute("lang") == "en"
    texts = {text.strip() for text in page.evaluate(_TEXTS) if _HAN.search(text)}
    assert {text: keys for text in sorted(texts) if (keys := said_by(text))} == {}


def test_words_of_ours_are_told_from_data() -> None:
    assert said_by("退出登录") or said_by("退出")
    assert said_by("截至 2026-11-23")
    assert not said_by("临枫区")
    assert not said_by("市委副书记")


def said_by(text: str) -> list[str]:
    """Return the keys whose Chinese words a text is, or holds."""
    return [key for key, whole, part in _ours() if whole.fullmatch(text) or (part and part in text)]


@cache
def _ours() -> list[tuple[str, re.Pattern[str], str]]:
    """Return key, pattern of the whole, and what stands inside another text by no accident."""
    english = all_words(Language.EN)
    found = []
    for key, words in all_words(Language.ZH).items():
        pieces = re.split(r"\{[^}]*\}", words)
        own = "".join(pieces)
        if key.startswith(_OF_DATA) or english[key] == words or len(_HAN.findall(own)) < 2:
            continue
        longest = max(pieces, key=len).strip()
        part = longest if len(_HAN.findall(longest)) >= _LONG else ""
        found.append((key, re.compile(".*".join(map(re.escape, pieces)), re.DOTALL), part))
    return found
