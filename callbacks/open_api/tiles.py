"""``/open/tiles``: baked shapes as vector tiles, with TileJSON for maps and tile sets by OGC API – Tiles."""

from __future__ import annotations

import gzip
from typing import Any

from flask import Flask, Response, request

from callbacks.access.headers import KEPT
from callbacks.open_api.answers import JSON, checked, link, naming_faults, tag_of, takes_gzip
from callbacks.open_api.asked import read_known
from callbacks.open_api.catalogue import ROOT, Collection, word_of
from callbacks.open_api.items import find
from callbacks.open_api.short_way import ASKER, ShortWay
from callbacks.open_api.stamps import attribution
from callbacks.tools import Tools
from grid.areas import Level
from grid.refusals import Refused
from grid.tiles import TileSet
from layers.words import say

MVT = "application/vnd.mapbox-vector-tile"
SCHEME = "WebMercatorQuad"
_SCHEME_URI = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
_WEB_MERCATOR = "http://www.opengis.net/def/crs/EPSG/0/3857"
_FIELDS = ("code", "name", "kind")


class Tiles:
    """Answers what there is of tiles, and the tiles themselves."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def tilejson(self, level: str) -> Response:
        """Answer with the TileJSON 3.0.0 of a level."""
        read_known(request.args, ())
        if level not in set(Level):
            raise Refused("tiles_unknown")
        tiles, stamp = self._in_force(Level(level)), self._stamp()
        return checked(tag_of(tiles.name, stamp), lambda: self._tilejson(tiles, stamp))

    def tilesets(self, collection: str) -> Response:
        """Answer with the tile sets of a collection's boundaries: one, or none while it is not baked."""
        read_known(request.args, ("f",))
        known = find(collection)
        try:
            found = [self._in_force(known.level)]
        except Refused:
            found = []
        names = [tiles.name for tiles in found]
        return checked(tag_of(names), lambda: {"tilesets": [self._tileset(known, one) for one in found]})

    def tileset(self, collection: str) -> Response:
        """Answer with the tile set of a collection in the web's tiling."""
        read_known(request.args, ("f",))
        known = find(collection)
        tiles = self._in_force(known.level)
        return checked(tag_of(tiles.name), lambda: self._tileset(known, tiles))

    def tile(self, tiles: str, zoom: int, column: int, row: int) -> Response:
        """Answer with a tile, which never changes; an empty one has no content."""
        principal = self._tools.principal()
        body = self._tools.store.tiles(principal).tile(tiles, zoom, column, row)
        request.environ[ASKER] = principal
        answer = Response(body or b"", 200 if body else 204, content_type=MVT)
        answer.headers["Vary"] = "Accept-Encoding"
        if body and takes_gzip():
            answer.headers["Content-Encoding"] = "gzip"
        elif body:
            answer.set_data(gzip.decompress(body))
        answer.headers["Cache-Control"] = KEPT
        answer.set_etag(f"{tiles}-{zoom}-{column}-{row}", weak=True)
        answer.make_conditional(request)
        return answer

    def _in_force(self, level: Level) -> TileSet:
        tiles = self._tools.store.tiles(self._tools.principal()).tileset(level)
        if tiles is None:
            raise Refused("tiles_not_baked")
        return tiles

    def _stamp(self) -> str:
        return attribution(self._tools.store.wall(self._tools.principal()).city(), self._tools.language)

    def _tilejson(self, tiles: TileSet, stamp: str) -> dict[str, Any]:
        first, last = tiles.zooms
        fields = {name: say(word_of(name), self._tools.language) for name in _FIELDS}
        layer = {"id": tiles.level.value, "fields": fields, "minzoom": first, "maxzoom": last}
        level = say(f"level.{tiles.level}", self._tools.language)
        return {
            "tilejson": "3.0.0",
            "name": say("open.boundaries.title", self._tools.language, level=level),
            "attribution": stamp,
            "scheme": "xyz",
            "tiles": [link(_template(tiles, "{z}", "{x}", "{y}"), "item", MVT)["href"]],
            "minzoom": first,
            "maxzoom": last,
            "bounds": list(tiles.bounds),
            "vector_layers": [layer],
        }

    def _tileset(self, collection: Collection, tiles: TileSet) -> dict[str, Any]:
        level = say(f"level.{tiles.level}", self._tools.language)
        template = _template(tiles, "{tileMatrix}", "{tileCol}", "{tileRow}")
        return {
            "title": say("open.boundaries.title", self._tools.language, level=level),
            "dataType": "vector",
            "crs": _WEB_MERCATOR,
            "tileMatrixSetURI": _SCHEME_URI,
            "links": [
                link(f"{ROOT}/collections/{collection.id}/tiles/{SCHEME}", "self", JSON),
                link(template, "item", MVT, templated=True),
                link(f"{ROOT}/tiles/{tiles.level.value}.json", "describedby", JSON, "TileJSON"),
                {"rel": "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme", "href": _SCHEME_URI},
            ],
        }


def register(server: Flask, tools: Tools) -> None:
    """Add the routes of tiles."""
    tiles = Tiles(tools)
    of_collection = f"{ROOT}/collections/<collection>/tiles"
    # At most eight digits a number: more of them are no tile, and never reach the reading.
    place = "<int(max=99):zoom>/<int(max=99999999):column>/<int(max=99999999):row>"
    for address, endpoint, view in (
        (of_collection, "open_tilesets", tiles.tilesets),
        (f"{of_collection}/{SCHEME}", "open_tileset", tiles.tileset),
        (f"{ROOT}/tiles/<level>.json", "open_tilejson", tiles.tilejson),
        (f"{ROOT}/tiles/<tiles>/{place}.mvt", "open_tile", tiles.tile),
    ):
        server.add_url_rule(address, endpoint, naming_faults(tools, view))
    server.wsgi_app = ShortWay(server.wsgi_app, tools)  # type: ignore[method-assign]


def _template(tiles: TileSet, zoom: str, column: str, row: str) -> str:
    return f"{ROOT}/tiles/{tiles.name}/{zoom}/{column}/{row}.mvt"
