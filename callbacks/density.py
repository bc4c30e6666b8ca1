"""``/density/<publication>/<question>.png``: the published density of a question as a picture."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Flask, Response, abort, make_response

from callbacks.groups import ALL, ask_group, read_group, write_group
from callbacks.in_force import InForce
from callbacks.tools import Tools
from grid.published import Publication, WallQuestion, Window
from grid.refusals import Refused
from layers.density import DensityPicture, draw_density

_KEPT_PICTURES = 24
_FOREVER = "private, max-age=31536000, immutable"
_ONCE = "private, no-store"


@dataclass(frozen=True, slots=True)
class DrawnDensity:
    """A picture and the bandwidth of its density, by which it is placed."""

    picture: DensityPicture
    bandwidth_m: float


class DensityPictures:
    """Draws published densities and keeps the latest of the publication in force by question.

    Products are the same for all who may see the wall, so that a picture is kept for all of them.
    """

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        # Products change only with their publication, so that a kept picture is never stale.
        self.picture = InForce(self._draw, most=_KEPT_PICTURES)

    def _draw(self, publication: Publication, question: WallQuestion) -> DrawnDensity | None:
        reads = self._tools.store.wall(self._tools.principal())
        city, surface = reads.city(), reads.density(question)
        if surface is None or city.bounds is None or city.metric_epsg is None:
            return None
        picture = draw_density(surface, bounds=city.bounds, epsg=city.metric_epsg)
        return DrawnDensity(picture, surface.bandwidth_m)


def register(server: Flask, tools: Tools, pictures: DensityPictures) -> None:
    """Add the route; a past publication is answered with the one in force, which no browser keeps.

    Only published questions have a picture: from two pictures of any choice a single matter could be told by
    their difference.
    """

    @server.get("/density/<int:number>/<name>.png")
    def density(number: int, name: str) -> Response:
        asked = read_name(name)
        if asked is None:
            abort(404)
        day, question = asked
        try:
            current = tools.store.wall(tools.principal()).publication()
            drawn = pictures.picture(current, question) if current else None
        except Refused:
            abort(503)
        if current is None or drawn is None:
            abort(404)
        answer = make_response(drawn.picture.png)
        answer.headers["Content-Type"] = "image/png"
        answer.headers["Cache-Control"] = (
            _FOREVER if (number, day) == (current.number, current.day) else _ONCE
        )
        return answer


def density_url(publication: Publication, question: WallQuestion) -> str:
    """Return the address of a question's picture; it names the day too, on which a window ends."""
    group = write_group(question.category or question.channel).replace(":", "-")
    return f"/density/{publication.number}/{publication.day.isoformat()}_{question.window}_{group}.png"


def read_name(name: str) -> tuple[date, WallQuestion] | None:
    """Return the day and the question of a picture's name; none where it is not one of ours."""
    parts = name.split("_")
    if len(parts) != 3 or parts[1] not in set(Window):
        return None
    group = read_group(parts[2].replace("-", ":", 1))
    if group is None and parts[2] != ALL:
        return None
    try:
        day = date.fromisoformat(parts[0])
    except ValueError:
        return None
    return day, ask_group(Window(parts[1]), group)
