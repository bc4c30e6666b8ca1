"""The language of the screens is its reader's: chosen by a form, kept in a cookie, asked in each request."""

from __future__ import annotations

import json
import re

import pytest
from dash import Dash

from callbacks.access.screens import ROLES, Screen
from callbacks.shell import _SCREENS
from callbacks.tools import LANGUAGE_COOKIE, Tools
from grid.principals import Role
from layers.words import Language, say
from tests.screens.access_city import FROM_US, GuardedStore, come_as, guarded, payload

HAN = re.compile("[\u4e00-\u9fff]")
FORM = FROM_US | {"Referer": "http://localhost/units?view=map&q=1"}


@pytest.fixture(scope="module")
def app() -> Dash:
    return guarded()[0]


def test_a_form_keeps_the_choice_and_leads_back_to_the_page_it_stood_on(app: Dash) -> None:
    client = app.server.test_client()
    answer = client.post("/language", data={"language": "en"}, headers=FORM)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/units?view=map&q=1")
    kept = answer.headers["Set-Cookie"]
    assert kept.startswith(f"{LANGUAGE_COOKIE}=en;")
    assert all(part in kept for part in ("HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=31536000"))
    said = client.get("/sign-in?next=/plan").get_data(as_text=True)
    assert '<html lang="en">' in said
    assert say("access.sign_in.hint", Language.EN) in said
    assert 'value="/sign-in?next=/plan"' in said, "the switch keeps where one was going"
    assert 'value="zh-CN" lang="zh-CN"' in said
    client.post("/language", data={"language": "zh-CN"}, headers=FORM)
    assert '<html lang="zh-CN">' in client.get("/sign-in").get_data(as_text=True)


@pytest.mark.parametrize(
    ("named", "before", "led_to"),
    [
        ("/plan?plan=3", "http://localhost/units", "/plan?plan=3"),
        ("//elsewhere", "http://localhost/units", "/units"),
        ("https://elsewhere/", None, "/"),
        (None, "http://elsewhere/units", "/"),
        (None, "http://localhost//elsewhere", "/"),
        (None, "http://[", "/"),
    ],
)
def test_the_switch_leads_to_pages_of_ours_alone(
    app: Dash, named: str | None, before: str | None, led_to: str
) -> None:
    form = {"language": "en"} | ({"next": named} if named else {})
    headers = FROM_US | ({"Referer": before} if before else {})
    answer = app.server.test_client().post("/language", data=form, headers=headers)
    assert answer.headers["Location"] == led_to


@pytest.mark.parametrize("language", ["", "fr", "EN", "../en", "x" * 5000])
def test_only_languages_of_ours_are_kept_or_believed(app: Dash, language: str) -> None:
    client = app.server.test_client()
    answer = client.post("/language", data={"language": language}, headers=FROM_US)
    assert (answer.status_code, "Set-Cookie" in answer.headers) == (400, False)
    client.set_cookie(LANGUAGE_COOKIE, language)
    assert '<html lang="zh-CN">' in client.get("/sign-in").get_data(as_text=True)


def test_another_site_cannot_switch(app: Dash) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "http://elsewhere"}
    answer = app.server.test_client().post("/language", data={"language": "en"}, headers=headers)
    assert (answer.status_code, "Set-Cookie" in answer.headers) == (403, False)


def test_the_installations_own_language_is_for_those_who_chose_none() -> None:
    tools = Tools(store=None, language=Language.EN)  # type: ignore[arg-type]
    assert tools.language is Language.EN, "outside of a request too"
    client = guarded(language=Language.EN)[0].server.test_client()
    assert '<html lang="en">' in client.get("/sign-in").get_data(as_text=True)
    client.set_cookie(LANGUAGE_COOKIE, "zh-CN")
    assert '<html lang="zh-CN">' in client.get("/sign-in").get_data(as_text=True)


@pytest.mark.parametrize("screen", [one for one in ROLES if one in _SCREENS], ids=str)
def test_one_server_answers_each_reader_in_their_language(app: Dash, screen: Screen) -> None:
    """One app, two readers by turns: whatever is kept between requests must not speak for another."""
    role = min(ROLES[screen] - {Role.KIOSK} or ROLES[screen])
    client = come_as(app.server.test_client(), role)
    output = next(one for one in app.callback_map if "_pages_content.children" in one)
    titles = set()
    for language in (Language.ZH, Language.EN, Language.ZH, Language.EN):
        client.set_cookie(LANGUAGE_COOKIE, language.value)
        assert f'<html lang="{language}">' in client.get(screen.path).get_data(as_text=True)
        body = payload(app, output, pages_location=screen.path)
        for one, value in zip(body["inputs"], (screen.path, ""), strict=True):
            one["value"] = value
        answer = client.post("/_dash-update-component", json=body, headers=FROM_US)
        assert answer.status_code == 200
        title = json.loads(answer.data)["response"]["_pages_store"]["data"]["title"]
        assert (HAN.search(title) is None) is (language is Language.EN)
        titles.add(title)
    assert len(titles) == 2


def test_an_interfaces_tag_is_of_its_language() -> None:
    app, store = guarded()
    assert isinstance(store, GuardedStore)
    client = come_as(app.server.test_client(), Role.LEADER)
    tags = set()
    for language in Language:
        client.set_cookie(LANGUAGE_COOKIE, language.value)
        tags.add(client.get("/open/api").headers["ETag"])
    assert len(tags) == 2
    tag = client.get("/open/api").headers["ETag"]
    client.set_cookie(LANGUAGE_COOKIE, "zh-CN")
    assert client.get("/open/api", headers={"If-None-Match": tag}).status_code == 200
