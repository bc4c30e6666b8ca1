"""Answers: JSON with a tag of what it was made from, 304 where the reader has it, and faults by name."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, ParamSpec

from flask import Response, request

from callbacks.access.headers import CHECKED
from callbacks.tools import Tools, asked_language
from grid.refusals import Refused
from layers.words import Language, say, say_refusal

JSON, GEOJSON, SCHEMA = "application/json", "application/geo+json", "application/schema+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
_WORTH_PACKING = 1400
"""Bytes of one packet."""
_STATUS = {
    "address_unknown": 404, "collection_unknown": 404, "item_unknown": 404, "edition_unknown": 404,
    "tiles_unknown": 404, "tiles_not_baked": 404,
    "not_published": 503, "publication_changed": 503, "database_down": 503, "database_slow": 503,
}  # fmt: skip
_SOON_S = "30"
Given = ParamSpec("Given")


def tag_of(*parts: object) -> str:
    """Return a tag of what an answer is made from, and of the very address and language that it answers."""
    made_from = "|".join(map(str, (*parts, request.url, asked_language())))
    return hashlib.sha256(made_from.encode("utf-8", "replace")).hexdigest()[:20]


def checked(tag: str, make: Callable[[], Mapping[str, Any]], kind: str = JSON) -> Response:
    """Answer 304 where the reader has what the tag is of, else with what ``make`` returns."""
    if request.if_none_match.contains_weak(tag):
        answer = Response(status=304)
    else:
        answer = Response(json.dumps(make(), ensure_ascii=False, separators=(",", ":")), content_type=kind)
        pack(answer)
    answer.set_etag(tag, weak=True)
    answer.headers["Cache-Control"] = CHECKED
    return answer


def pack(answer: Response) -> None:
    """Compress an answer for a reader who takes it so."""
    answer.headers["Vary"] = "Accept-Encoding"
    body = answer.get_data()
    if len(body) > _WORTH_PACKING and takes_gzip():
        answer.set_data(gzip.compress(body, compresslevel=5, mtime=0))
        answer.headers["Content-Encoding"] = "gzip"


def takes_gzip() -> bool:
    """Return whether the reader says that it takes gzip."""
    return request.accept_encodings.quality("gzip") > 0


def naming_faults(tools: Tools, make: Callable[Given, Response]) -> Callable[Given, Response]:
    """Return a view that answers what it is refused for by the fault's code, in words beside it."""

    @wraps(make)
    def view(*args: Given.args, **kwargs: Given.kwargs) -> Response:
        try:
            return make(*args, **kwargs)
        except Refused as refused:
            return _fault(refused, tools.language)

    return view


def link(path: str, rel: str, kind: str, title: str = "", **more: object) -> dict[str, object]:
    """Return a link to an address of ours."""
    made: dict[str, object] = {"href": request.host_url.rstrip("/") + path, "rel": rel, "type": kind, **more}
    return made | ({"title": title} if title else {})


def _fault(refused: Refused, language: Language) -> Response:
    status = _STATUS.get(refused.code, 400)
    title = say("open.fault", language)
    body = {"code": refused.code, "title": title, "description": say_refusal(refused, language)}
    answer = Response(json.dumps(body | {"status": status}, ensure_ascii=False), status, content_type=JSON)
    if status == 503:
        answer.headers["Retry-After"] = _SOON_S
    return answer
