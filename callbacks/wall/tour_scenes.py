"""What a tour comes to now: its scenes in words and query strings, for the browser to step through."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from flask import Flask, Response, abort, jsonify, request

from callbacks.tools import Tools
from callbacks.wall.scene_words import state_words
from callbacks.wall.state import drawn_state, read_state
from grid.ports import TourDesk
from grid.refusals import Refused
from grid.tours import DEFAULT, Played, Shows, Tour, play
from layers.words import Language, say

PATH = "/wall/tour.json"
_DOWN = 503


def register(server: Flask, tools: Tools) -> None:
    """Add ``/wall/tour.json?tour=<id or name>``; without one the first tour there is, or the default."""

    @server.get(PATH)
    def wall_tour() -> Response:
        desk, key = tools.store.tours(tools.principal()), request.args.get("tour", "")
        try:
            return jsonify(answered(desk, key, tools.language))
        except Refused:
            abort(_DOWN)


def answered(desk: TourDesk, key: str, language: Language) -> dict[str, Any]:
    """Return the tour's key and name, its scenes, and every tour there is to choose from.

    ``is_unknown`` says that there is no such tour (any more): the default is played in its place, since a
    wall that nobody attends should go on.
    """
    kept = desk.tours()
    tour, is_unknown = _chosen(kept, key, language)
    scenes = play(tour.scenes, desk.shown())
    return {
        "key": str(tour.id) if tour.id else "",
        "name": tour.name,
        "is_unknown": is_unknown,
        "scenes": [
            {
                "title": scene_words(one, language),
                "query": one.query,
                "seconds": one.seconds,
                "tells": one.shows.value if one.shows in {Shows.CLOCKS, Shows.SERVICE} else "",
            }
            for one in scenes
        ],
        "tours": [{"key": str(one.id), "name": one.name} for one in kept],
    }


def scene_words(one: Played, language: Language) -> str:
    """Return what a scene is called: its own title, and what a generator made it of."""
    title = one.title or default_words(one.shows, one.query, language)
    if one.shows is Shows.PATCHES:
        return say("tour.bar.patch", language, title=title, leader=one.subject)
    if one.shows is not Shows.LISTED:
        return title
    parts = [
        say("tour.bar.listed", language, title=title, unit=one.subject),
        say("wall.rank", language, rank=one.rank) if one.rank else "",
        say(f"listing_state.{one.state}", language) if one.state else "",
        say("tour.bar.answers", language, leader=one.leader) if one.leader else "",
    ]
    return " · ".join(part for part in parts if part)


def default_words(shows: str, query: str, language: Language) -> str:
    """Return what a scene without a title is called: what it asks, where it is one state of the wall."""
    if shows != Shows.WALL:
        return say(f"tour.shows.{shows}", language)
    state = drawn_state(read_state(dict(parse_qsl(query[1:]))))
    return state_words(state, state.level, language)


def _chosen(kept: tuple[Tour, ...], key: str, language: Language) -> tuple[Tour, bool]:
    if key:
        found = next((one for one in kept if key in {str(one.id), one.name}), None)
    else:
        found = kept[0] if kept else None
    if found is not None:
        return found, False
    return Tour(0, say("tour.bar.default", language), DEFAULT), bool(key)
