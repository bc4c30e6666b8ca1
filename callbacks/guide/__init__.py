"""``GET /help/<screen>``: what the page at hand is for, its keys and its terms, for the panel "?"."""

from __future__ import annotations

from flask import Flask, Response, abort, jsonify

from callbacks.access.screens import Screen, may_open, screens_of, shown_screens
from callbacks.tools import Tools
from grid.principals import Role
from layers.words import Language, all_words, say

GO_KEYS: dict[Screen, str] = {
    Screen.WALL: "w",
    Screen.BRIEF: "b",
    Screen.HOTSPOTS: "h",
    Screen.MATTERS: "m",
    Screen.UNITS: "u",
    Screen.SUPERVISION: "s",
    Screen.PLAN: "p",
    Screen.IMPORTS: "i",
    Screen.REVIEW: "r",
    Screen.SERVICE: "v",
    Screen.SITING: "t",
    Screen.TOUR: "o",
    Screen.AUDIT: "a",
    Screen.ADMIN: "d",
}
"""The letter that goes to a screen after ``g``; the phone's page and parts of screens have none."""


def register(server: Flask, tools: Tools) -> None:
    """Add the route: words alone, and only of screens that are open to who asks."""

    @server.get("/help/<screen>")
    def help_of(screen: str) -> Response:
        role, language = tools.principal().role, tools.language
        if screen not in set(Screen) or not may_open(role, Screen(screen)):
            abort(404)
        return jsonify(_help(Screen(screen), role, language))


def go_keys(role: Role) -> dict[str, str]:
    """Return the addresses that a role goes to by ``g`` and a letter."""
    mine = screens_of(role, shown_screens())
    return {GO_KEYS[one]: one.path for one in mine if one in GO_KEYS}


def _help(screen: Screen, role: Role, language: Language) -> dict[str, object]:
    return {
        "purpose": _own(screen, "purpose", language),
        "sections": [
            {"title": say("help.first", language), "rows": _rows(_own(screen, "first", language))},
            {"title": say("help.keys", language), "rows": _rows(_own(screen, "keys", language))},
            {"title": say("help.everywhere", language), "rows": _everywhere(role, language)},
            {"title": say("help.terms", language), "rows": _rows(_own(screen, "terms", language))},
        ],
    }


def _everywhere(role: Role, language: Language) -> list[list[str]]:
    going = [[f"g {letter}", _name_at(path, language)] for letter, path in go_keys(role).items()]
    return _rows(say("help.shared_keys", language)) + going


def _name_at(path: str, language: Language) -> str:
    return say("help.go_to", language, screen=say(f"desk.screen.{path.strip('/')}", language))


def _own(screen: Screen, part: str, language: Language) -> str:
    return all_words(language).get(f"help.{screen}.{part}", "")


def _rows(text: str) -> list[list[str]]:
    """Return lines of "what | what it means" as pairs; a line without a bar has no first half."""
    rows = [line.partition(" | ") for line in text.splitlines() if line.strip()]
    return [[before.strip(), after.strip()] if bar else ["", before.strip()] for before, bar, after in rows]
