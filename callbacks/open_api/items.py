"""``/open/collections/<collection>/items``: areas of a level page by page, and one by its id."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, request

from callbacks.open_api.answers import GEOJSON, JSON, checked, link, naming_faults, tag_of
from callbacks.open_api.asked import ItemsAsked, read_items, read_known
from callbacks.open_api.catalogue import COLLECTIONS, ROOT, Collection
from callbacks.open_api.tables import Now, Table, Tables, now
from callbacks.tools import Tools
from grid.ids import LARGEST_ID
from grid.refusals import Refused

_ONE = ("f", "crs", "category", "channel")


def register(server: Flask, tools: Tools) -> None:
    """Add the two routes."""
    tables = Tables(tools)

    def items(collection: str) -> Response:
        known = find(collection)
        asked, at = read_items(request.args, known), now(tools)
        answer = checked(
            _tag(at, known), lambda: _page(known, asked, tables.table(known, asked, at)), GEOJSON
        )
        answer.headers["Content-Crs"] = f"<{asked.crs}>"
        return answer

    def item(collection: str, number: int) -> Response:
        known = find(collection)
        read_known(request.args, tuple(name for name in _ONE if name in known.parameters))
        asked, at = read_items(request.args, known), now(tools)
        table = tables.table(known, asked, at)
        if number not in table.properties:
            raise Refused("item_unknown")
        answer = checked(_tag(at, known), lambda: _one(known, asked, table, number), GEOJSON)
        answer.headers["Content-Crs"] = f"<{asked.crs}>"
        return answer

    address = f"{ROOT}/collections/<collection>/items"
    server.add_url_rule(address, "open_items", naming_faults(tools, items))
    server.add_url_rule(f"{address}/<int(max={LARGEST_ID}):number>", "open_item", naming_faults(tools, item))


def find(collection: str) -> Collection:
    """Return a collection by its id; raises ``Refused('collection_unknown')``."""
    if collection not in COLLECTIONS:
        raise Refused("collection_unknown")
    return COLLECTIONS[collection]


def _tag(at: Now, collection: Collection) -> str:
    """Return a tag of what items are made from: boundaries of the data, counts of a publication."""
    if collection.is_counted:
        return tag_of(at.publication, at.city.editions)
    return tag_of(at.version, at.city.editions)


def _page(collection: Collection, asked: ItemsAsked, table: Table) -> dict[str, Any]:
    chosen = table.chosen(asked)
    shown = chosen[asked.offset : asked.offset + asked.limit]
    return {
        "type": "FeatureCollection",
        "numberMatched": len(chosen),
        "numberReturned": len(shown),
        "features": [table.feature(number, asked) for number in shown],
        "links": [
            link(_here(), "self", GEOJSON),
            link(f"{ROOT}/collections/{collection.id}", "collection", JSON),
            *_neighbours(asked, len(chosen)),
        ],
    }


def _neighbours(asked: ItemsAsked, total: int) -> list[dict[str, object]]:
    """Return links to the pages before and after, each only where it has items."""
    found = []
    if asked.offset and total:
        found.append(link(_here(offset=max(0, asked.offset - asked.limit)), "prev", GEOJSON))
    if asked.offset + asked.limit < total:
        found.append(link(_here(offset=asked.offset + asked.limit), "next", GEOJSON))
    return found


def _one(collection: Collection, asked: ItemsAsked, table: Table, number: int) -> dict[str, Any]:
    links = [
        link(_here(), "self", GEOJSON),
        link(f"{ROOT}/collections/{collection.id}", "collection", JSON),
    ]
    return table.feature(number, asked) | {"links": links}


def _here(**changed: int) -> str:
    """Return this request's own address, with some of its parameters changed."""
    query = urlencode(request.args.to_dict() | changed)
    return request.path + (f"?{query}" if query else "")
