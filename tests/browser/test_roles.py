"""Each demo account signs in by the page in a real browser and finds what its role may open, nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import Engine

from callbacks.access.screens import ROLES, Screen, home_of, screens_of
from data import cluster
from data.demo.accounts import DemoAccount, keep_demo_accounts
from grid.principals import Role

PEOPLE = [role for role in Role if role is not Role.KIOSK]
SCREENS = [screen for screen in Screen if screen is not Screen.CARDS]


@pytest.fixture(scope="session")
def accounts(
    served: str,
    engines: dict[str, Engine],
    login_as: Callable[[Engine, str], Engine],
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[Role, DemoAccount]:
    """The demo accounts of the served city, as ``make run`` prints them."""
    importer = engines[served]
    made = keep_demo_accounts(login_as(importer, cluster.OWNER), importer, tmp_path_factory.mktemp("home"))
    return {one.role: one for one in made}


@pytest.fixture
def visit(_browser: Browser, served: str) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a page of a visitor without any cookie; script errors fail the test."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_it(path: str, *, phone: bool = False) -> Page:
        size = {"width": 390, "height": 844} if phone else {"width": 1920, "height": 1080}
        context = _browser.new_context(viewport=size, locale="zh-CN")
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if _is_fault(said.type, said.text) else None)
        page.goto(served + path)
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert faults == []


def _is_fault(kind: str, text: str) -> bool:
    # A page or a password that is refused is answered so on purpose, and the browser says it.
    return kind == "error" and "404" not in text and "401" not in text


def _sign_in(page: Page, account: DemoAccount) -> None:
    page.fill("input[name=name]", account.login)
    page.fill("input[name=password]", account.secret)
    page.click("button[type=submit]")


@pytest.mark.parametrize("role", PEOPLE, ids=str)
def test_a_role_finds_its_screens_and_no_other(
    visit: Callable[..., Page], accounts: dict[Role, DemoAccount], served: str, shots: Path, role: Role
) -> None:
    page = visit("/", phone=role is Role.WORKER)
    expect(page).to_have_url(f"{served}/sign-in")
    _sign_in(page, accounts[role])
    page.wait_for_url(f"{served}{home_of(role, SCREENS)}**")
    expect(page.locator("h1").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(2500)
    page.screenshot(path=shots / f"role-{role}.png")
    links = {link.get_attribute("href") for link in page.locator(".desk-nav a").all()}
    if links:
        assert links == {screen.path for screen in screens_of(role, SCREENS)}
    for screen in SCREENS:
        answer = page.goto(served + screen.path)
        assert answer is not None
        assert answer.status == (200 if role in ROLES[screen] else 404), screen
    page.goto(served + "/password")
    page.locator("form[action='/sign-out'] button").first.click()
    expect(page).to_have_url(f"{served}/sign-in")
    page.goto(served + home_of(role, SCREENS))
    assert "/sign-in" in page.url, "the session has ended"


def test_a_wrong_password_says_no_more_than_that(
    visit: Callable[..., Page], accounts: dict[Role, DemoAccount], shots: Path
) -> None:
    page = visit("/sign-in")
    texts = []
    for login in (accounts[Role.LEADER].login, "nobody-of-that-name"):
        page.fill("input[name=name]", login)
        page.fill("input[name=password]", "not the password")
        page.click("button[type=submit]")
        texts.append(page.locator("[role=alert]").inner_text())
    page.screenshot(path=shots / "sign-in-refused.png")
    assert texts[0] == texts[1]


def test_a_kiosk_opens_the_wall_by_its_link_and_no_card(
    visit: Callable[..., Page], accounts: dict[Role, DemoAccount], served: str, shots: Path
) -> None:
    page = visit(f"/kiosk#{accounts[Role.KIOSK].secret}")
    page.wait_for_url(f"{served}/wall**")
    expect(page.locator(".wall-figure").first).to_be_visible(timeout=20_000)
    page.wait_for_timeout(4000)
    page.screenshot(path=shots / "role-kiosk.png")
    assert accounts[Role.KIOSK].secret not in page.url
    assert page.locator(".wall-card:visible").count() == 0
    for screen in SCREENS:
        answer = page.goto(served + screen.path)
        assert answer is not None
        assert answer.status == (200 if screen is Screen.WALL else 404), screen
