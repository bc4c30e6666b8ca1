"""``GET /find?q=…``: what the box in every desk's header finds, with the way to each thing for who asks."""

from __future__ import annotations

from flask import Flask, Response, jsonify, request

from callbacks.access.screens import Screen, may_open, screens_of, shown_screens
from callbacks.matters.asked import Asked as RegisterAsked
from callbacks.search.ways import kinds_of, way_to
from callbacks.tools import Tools
from grid.finding import LONGEST_QUERY, Found, Kind, best, number_of, rank_all, spell, words_of
from grid.principals import Role
from layers.words import Language, say

PATH = "/find"


def register(server: Flask, tools: Tools) -> None:
    """Add the route; whatever is asked, the answer is a list, and an empty one says what else to try."""

    @server.get(PATH)
    def find() -> Response:
        query = request.args.get("q", "")
        return jsonify(_answer(tools, query if len(query) <= LONGEST_QUERY else ""))


def _answer(tools: Tools, query: str) -> dict[str, object]:
    language, principal = tools.language, tools.principal()
    if not words_of(query):
        return {"found": [], "words": say("search.begin", language)}
    kinds = kinds_of(principal.role)
    things = tools.store.finding(principal).find(query, kinds) if kinds else ()
    lines = [
        _line(one, principal.role, language) for one in (*_screens(query, principal.role, language), *things)
    ]
    numbers = _numbers(query, things, principal.role, language)
    found = [one for one in (*lines, numbers) if one is not None]
    return {"found": found, "words": "" if found else say("search.nothing", language)}


def _line(found: Found, role: Role, language: Language) -> dict[str, str] | None:
    address = way_to(found, role)
    if address is None:
        return None
    is_area = found.kind is Kind.AREA
    kind = say(f"level.{found.level}", language) if is_area else say(f"search.kind.{found.kind}", language)
    return {"kind": kind, "name": found.name, "where": found.where, "href": address}


def _screens(query: str, role: Role, language: Language) -> tuple[Found, ...]:
    words, found = words_of(query), []
    for screen in screens_of(role, shown_screens()):
        name = say(f"desk.screen.{screen}", language)
        rank = rank_all(words, (spell(name),))
        if rank is not None:
            found.append((rank, Found(Kind.SCREEN, name, "", screen.path)))
    return best(found)


def _numbers(query: str, things: tuple[Found, ...], role: Role, language: Language) -> dict[str, str] | None:
    """Return the way to the register for what may be the beginning of a number; it is read only there."""
    number = number_of(query)
    is_found = any(one.kind is Kind.MATTER for one in things)
    if not number or is_found or not may_open(role, Screen.MATTERS):
        return None
    return {
        "kind": say("search.kind.matter", language),
        "name": say("search.numbers", language, number=number),
        "where": "",
        "href": RegisterAsked(number=number).address(),
    }
