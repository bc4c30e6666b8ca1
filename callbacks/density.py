"""``/density/<version>/<question>.png``: the density picture of a question, kept while the data stays."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from functools import lru_cache

from flask import Flask, Response, abort, make_response

from callbacks.tools import Tools
from grid.matters import Category, Channel
from grid.principals import WALL
from grid.questions import City, MatterQuestion
from grid.refusals import Refused
from layers.density import BANDWIDTHS_M, DensityPicture, default_bandwidth_m, draw_density

_ALL = "all"
_KEPT_PICTURES = 24
_FOREVER = "private, max-age=31536000, immutable"


class DensityPictures:
    """Draws density pictures and keeps the latest by data version and question."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        # Points change only with the version, so that a kept picture is never stale.
        self.picture = lru_cache(maxsize=_KEPT_PICTURES)(self._draw)

    def _draw(self, version: int, question: MatterQuestion, bandwidth_m: int) -> DensityPicture | None:
        reads = self._tools.store.wall(WALL)
        city = reads.city()
        if city.bounds is None or city.metric_epsg is None:
            return None
        return draw_density(
            reads.points(question), bounds=city.bounds, epsg=city.metric_epsg, bandwidth_m=bandwidth_m
        )


def register(
    server: Flask, tools: Tools, pictures: DensityPictures, starts: Callable[[date], Collection[date]]
) -> None:
    """Add the route; a past version is answered with current data that no browser keeps.

    Only the pictures that the wall itself asks for are drawn: from one of ``starts`` to today, in the city's
    bandwidth. From two pictures of any choice a single matter could be told by their difference.
    """

    @server.get("/density/<int:version>/<name>.png")
    def density(version: int, name: str) -> Response:
        asked = read_name(name)
        if asked is None:
            abort(404)
        try:
            reads = tools.store.wall(WALL)
            current, city = reads.version().number, reads.city()
            question, bandwidth_m = asked
            if question.until != city.today or question.since not in starts(city.today):
                abort(404)
            if bandwidth_m != city_bandwidth_m(city):
                abort(404)
            picture = pictures.picture(current, *asked)
        except Refused:
            abort(503)
        if picture is None:
            abort(404)
        answer = make_response(picture.png)
        answer.headers["Content-Type"] = "image/png"
        answer.headers["Cache-Control"] = _FOREVER if version == current else "no-store"
        return answer


def density_url(version: int, question: MatterQuestion, bandwidth_m: int) -> str:
    """Return the address of a question's picture."""
    parts = (
        question.since.isoformat(), question.until.isoformat(),
        question.category or _ALL, question.channel or _ALL, str(bandwidth_m),
    )  # fmt: skip
    return f"/density/{version}/{'_'.join(parts)}.png"


def read_name(name: str) -> tuple[MatterQuestion, int] | None:
    """Return the question and bandwidth of a picture's name; none where it is not one of ours."""
    parts = name.split("_")
    if len(parts) != 5:
        return None
    since, until, category, channel, bandwidth = parts
    try:
        question = MatterQuestion(
            date.fromisoformat(since),
            date.fromisoformat(until),
            None if category == _ALL else Category(category),
            None if channel == _ALL else Channel(channel),
        )
        return (question, int(bandwidth)) if int(bandwidth) in BANDWIDTHS_M else None
    except (ValueError, Refused):
        return None


def city_bandwidth_m(city: City) -> int:
    """Return the bandwidth in which a city's density is drawn."""
    if city.bounds is None or city.metric_epsg is None:
        return BANDWIDTHS_M[0]
    return default_bandwidth_m(city.bounds, city.metric_epsg)
