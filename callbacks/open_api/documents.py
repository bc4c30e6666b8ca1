"""``/open``: the landing page, conformance, the collections with their schemas, and the API's definition."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, request

from callbacks.open_api.answers import GEOJSON, JSON, OPENAPI, SCHEMA, checked, link, naming_faults, tag_of
from callbacks.open_api.asked import read_known
from callbacks.open_api.catalogue import CGCS2000, COLLECTIONS, CRSS, ROOT, Collection, word_of
from callbacks.open_api.definition import describe_api
from callbacks.open_api.items import find
from callbacks.open_api.stamps import attribution
from callbacks.open_api.tables import Now, now
from callbacks.tools import Tools
from grid.published import Window
from grid.refusals import Refused
from layers.words import Language, say

_FEATURES = "http://www.opengis.net/spec/ogcapi-features"
CONFORMANCE = (
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    f"{_FEATURES}-1/1.0/conf/core",
    f"{_FEATURES}-1/1.0/conf/geojson",
    f"{_FEATURES}-1/1.0/conf/oas30",
    f"{_FEATURES}-2/1.0/conf/crs",
    f"{_FEATURES}-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
)
_QUERYABLE = ("code", "name")
_REL = "http://www.opengis.net/def/rel/ogc/1.0"


class Documents:
    """Answers what there is to be asked."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    @property
    def _language(self) -> Language:
        return self._tools.language

    def landing(self) -> Response:
        """Answer with where everything begins."""
        read_known(request.args, ("f",))
        city = self._tools.store.wall(self._tools.principal()).city()
        stamp = attribution(city, self._language)
        title = say("open.title", self._language, city=city.name or say("product.name", self._language))
        return checked(tag_of(stamp, title), lambda: self._landing(title, stamp))

    def conformance(self) -> Response:
        """Answer with which classes of the standards are kept."""
        read_known(request.args, ("f",))
        return checked(tag_of(*CONFORMANCE), lambda: {"conformsTo": list(CONFORMANCE)})

    def definition(self) -> Response:
        """Answer with the API's definition by OpenAPI 3.0."""
        read_known(request.args, ("f",))
        made = describe_api(self._language, request.host_url.rstrip("/"))
        return checked(tag_of(made), lambda: made, OPENAPI)

    def collections(self) -> Response:
        """Answer with every collection that the city has areas for."""
        read_known(request.args, ("f",))
        at = now(self._tools)
        held = [one for one in COLLECTIONS.values() if one.level in at.city.editions]
        return checked(
            _tag(at),
            lambda: {
                "links": [link(f"{ROOT}/collections", "self", JSON)],
                "collections": [self._describe(one, at) for one in held],
            },
        )

    def collection(self, collection: str) -> Response:
        """Answer with one collection."""
        read_known(request.args, ("f",))
        known, at = find(collection), now(self._tools)
        return checked(_tag(at), lambda: self._describe(known, at))

    def schema(self, collection: str) -> Response:
        """Answer with what an item says, as a JSON Schema."""
        read_known(request.args, ("f",))
        known = find(collection)
        return checked(tag_of(known), lambda: self._schema(known, tuple(known.fields), "schema"), SCHEMA)

    def queryables(self, collection: str) -> Response:
        """Answer with what items may be chosen by, as a JSON Schema."""
        read_known(request.args, ("f",))
        known = find(collection)
        return checked(tag_of(known), lambda: self._schema(known, _QUERYABLE, "queryables"), SCHEMA)

    def _landing(self, title: str, stamp: str) -> dict[str, Any]:
        return {
            "title": title,
            "description": say("open.description", self._language),
            "attribution": stamp,
            "links": [
                link(ROOT, "self", JSON),
                link(f"{ROOT}/api", "service-desc", OPENAPI),
                link(f"{ROOT}/conformance", "conformance", JSON),
                link(f"{ROOT}/collections", "data", JSON),
            ],
        }

    def _describe(self, collection: Collection, at: Now) -> dict[str, Any]:
        level = say(f"level.{collection.level}", self._language)
        return {
            "id": collection.id,
            "title": say(f"{collection.words}.title", self._language, level=level),
            "description": say(f"{collection.words}.description", self._language, level=level),
            "attribution": attribution(at.city, self._language),
            "itemType": "feature",
            "crs": list(CRSS),
            "storageCrs": CGCS2000,
            "extent": _extent(collection, at),
            "links": _links(collection),
        }

    def _schema(self, collection: Collection, fields: tuple[str, ...], rel: str) -> dict[str, Any]:
        properties = {name: _property(name, collection.fields[name], self._language) for name in fields}
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": link(f"{ROOT}/collections/{collection.id}/{rel}", "self", SCHEMA)["href"],
            "type": "object",
            "title": collection.id,
            "properties": properties,
            "additionalProperties": False,
        }


def register(server: Flask, tools: Tools) -> None:
    """Add the routes."""
    pages = Documents(tools)
    of_collection = f"{ROOT}/collections/<collection>"

    def unknown(**_: object) -> Response:
        raise Refused("address_unknown")

    for address, endpoint, view in (
        (ROOT, "open_landing", pages.landing),
        (f"{ROOT}/api", "open_definition", pages.definition),
        (f"{ROOT}/conformance", "open_conformance", pages.conformance),
        (f"{ROOT}/collections", "open_collections", pages.collections),
        (of_collection, "open_collection", pages.collection),
        (f"{of_collection}/schema", "open_schema", pages.schema),
        (f"{of_collection}/queryables", "open_queryables", pages.queryables),
        (f"{ROOT}/<path:rest>", "open_unknown", unknown),
    ):
        server.add_url_rule(address, endpoint, naming_faults(tools, view), strict_slashes=False)


def _tag(at: Now) -> str:
    return tag_of(at.publication, at.version)


def _extent(collection: Collection, at: Now) -> dict[str, Any]:
    extent: dict[str, Any] = {}
    if at.city.bounds is not None:
        extent["spatial"] = {"bbox": [list(at.city.bounds)], "crs": CRSS[0]}
    if collection.is_counted and at.publication is not None:
        day = at.publication.day
        days = (Window.M24.since(day), day)
        # The days of the city's own zone, as the instants that the standard asks for.
        extent["temporal"] = {"interval": [[f"{one.isoformat()}T00:00:00+08:00" for one in days]]}
    return extent


def _links(collection: Collection) -> list[dict[str, object]]:
    address = f"{ROOT}/collections/{collection.id}"
    return [
        link(address, "self", JSON),
        link(f"{address}/items", "items", GEOJSON),
        link(f"{address}/schema", f"{_REL}/schema", SCHEMA),
        link(f"{address}/queryables", f"{_REL}/queryables", SCHEMA),
        link(f"{address}/tiles", f"{_REL}/tilesets-vector", JSON),
        link(f"{ROOT}/tiles/{collection.level.value}.json", "describedby", JSON, "TileJSON"),
    ]


def _property(name: str, kind: str, language: Language) -> dict[str, Any]:
    window = next((one for one in Window if name.endswith(f"_{one.value}")), None)
    title = say(word_of(name), language)
    if window is not None:
        title = f"{title} ({say('open.months', language, months=window.months)})"
    known: dict[str, Any] = {"title": title, "type": [kind, "null"]}
    return known | ({"enum": ["small_count", None]} if name.startswith("withheld") else {})
