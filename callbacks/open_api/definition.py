"""The definition of the open interfaces by OpenAPI 3.0: every address, what it may be asked, who may ask."""

from __future__ import annotations

from typing import Any

from callbacks.open_api.asked import LARGEST_LIMIT, LARGEST_OFFSET, USUAL_LIMIT
from callbacks.open_api.catalogue import COLLECTIONS, CRSS, ROOT
from grid.areas import Level
from grid.matters import Category, Channel
from layers.words import Language, say

_GEOJSON, _JSON = "application/geo+json", "application/json"
_MVT = "application/vnd.mapbox-vector-tile"
_TEXT = {"type": "string"}
_WHOLE = {"type": "integer", "minimum": 0}
_QUERY: dict[str, dict[str, Any]] = {
    "limit": {"type": "integer", "minimum": 1, "maximum": LARGEST_LIMIT, "default": USUAL_LIMIT},
    "offset": {"type": "integer", "minimum": 0, "maximum": LARGEST_OFFSET, "default": 0},
    "bbox": {
        "type": "array",
        "items": {"type": "number"},
        "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}],
    },
    "bbox-crs": {"type": "string", "enum": list(CRSS)},
    "crs": {"type": "string", "enum": list(CRSS)},
    "datetime": _TEXT,
    "skipGeometry": {"type": "boolean", "default": False},
    "code": _TEXT,
    "name": _TEXT,
    "category": {"type": "string", "enum": [one.value for one in Category]},
    "channel": {"type": "string", "enum": [one.value for one in Channel]},
    "f": {"type": "string", "enum": ["json"]},
}
_PATH: dict[str, dict[str, Any]] = {
    "collectionId": {"type": "string", "enum": list(COLLECTIONS)},
    "featureId": _WHOLE,
    "level": {"type": "string", "enum": [level.value for level in Level]},
    "tileSet": _TEXT,
    "z": _WHOLE,
    "x": _WHOLE,
    "y": _WHOLE,
}
_OF = f"{ROOT}/collections/{{collectionId}}"
_ADDRESSES: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    (ROOT, "landing", _JSON, ("f",)),
    (f"{ROOT}/conformance", "conformance", _JSON, ("f",)),
    (f"{ROOT}/collections", "collections", _JSON, ("f",)),
    (_OF, "collection", _JSON, ("f",)),
    (f"{_OF}/schema", "schema", "application/schema+json", ("f",)),
    (f"{_OF}/queryables", "queryables", "application/schema+json", ("f",)),
    (f"{_OF}/items", "items", _GEOJSON, tuple(_QUERY)),
    (f"{_OF}/items/{{featureId}}", "item", _GEOJSON, ("f", "crs", "category", "channel")),
    (f"{_OF}/tiles", "tilesets", _JSON, ("f",)),
    (f"{_OF}/tiles/WebMercatorQuad", "tileset", _JSON, ("f",)),
    (f"{ROOT}/tiles/{{level}}.json", "tilejson", _JSON, ()),
    (f"{ROOT}/tiles/{{tileSet}}/{{z}}/{{x}}/{{y}}.mvt", "tile", _MVT, ()),
)
"""Address, name, kind of the answer, and what it may be asked by."""


def describe_api(language: Language, host: str) -> dict[str, Any]:
    """Return the definition as it is for a server's outside address."""
    return {
        "openapi": "3.0.3",
        "info": {
            "title": say("open.title", language, city=say("product.name", language)),
            "description": say("open.description", language),
            "version": "1.0.0",
        },
        "servers": [{"url": host}],
        "security": [{"kiosk": []}, {"session": []}],
        "paths": {one[0]: _path(*one, language) for one in _ADDRESSES},
        "components": {
            "securitySchemes": {
                "kiosk": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "fengtu"},
            },
            "schemas": {"fault": _fault()},
        },
    }


def _path(address: str, name: str, kind: str, asked: tuple[str, ...], language: Language) -> dict[str, Any]:
    inside = [_parameter(part, "path", _PATH[part]) for part in _PATH if f"{{{part}}}" in address]
    fault = {"$ref": "#/components/schemas/fault"}
    faults = {
        code: {"description": say(f"open.status.{code}", language)} for code in ("304", "401")
    } | {
        code: {"description": say(f"open.status.{code}", language), "content": {_JSON: {"schema": fault}}}
        for code in ("400", "404", "503")
    }  # fmt: skip
    found = {"description": say(f"open.path.{name}", language), "content": {kind: {"schema": {}}}}
    return {
        "get": {
            "operationId": name,
            "summary": say(f"open.path.{name}", language),
            "parameters": [*inside, *(_parameter(one, "query", _QUERY[one]) for one in asked)],
            "responses": {"200": found} | faults,
        }
    }


def _parameter(name: str, where: str, schema: dict[str, Any]) -> dict[str, Any]:
    made = {"name": name, "in": where, "required": where == "path", "schema": schema}
    return made | ({"style": "form", "explode": False} if where == "query" else {})


def _fault() -> dict[str, Any]:
    texts = dict.fromkeys(("code", "title", "description"), _TEXT)
    properties: dict[str, Any] = texts | {"status": {"type": "integer"}}
    return {"type": "object", "required": ["code"], "properties": properties}
