"""The grid's public notice (网格公示牌): name, area, worker, supervision phone and outline; printed on A4.

It hangs where everyone reads it, and so tells no count of matters: a grid's would be a small one.
"""

from __future__ import annotations

from typing import Any

from dash import html

from callbacks.frame import stamps
from grid.principals import Principal
from grid.questions import City, Patch
from layers.patch_outline import outline_picture
from layers.words import Language, say


def sign(city: City, patch: Patch, principal: Principal, language: Language) -> Any:
    """Return the notice with the button that prints it alone."""
    facts = (
        ("where", " › ".join(patch.path[:-1])),
        ("area", say("patch.me.km2", language, value=f"{patch.grid.area_km2:.2f}")),
        ("worker", principal.label or "—"),
        ("phone", city.office_line or say("patch.me.phone_value", language)),
    )
    rows = [
        part for name, told in facts for part in (html.Dt(say(f"patch.me.{name}", language)), html.Dd(told))
    ]
    review = city.review_number or say("desk.no_review_number", language)
    foot = (
        say("desk.source", language, source=city.source or "—"),
        say("desk.review_number", language, number=review),
        say("desk.as_of", language, day=city.today.isoformat()),
    )
    name = say("patch.me.outline", language, grid=patch.grid.name)
    return html.Article(
        [
            html.P([say("patch.me.title", language), stamps(city, language)], className="patch-sign-kind"),
            html.H2(patch.grid.name),
            html.Dl(rows),
            html.Img(src=outline_picture(patch.outline, language), alt=name, className="patch-sign-outline"),
            html.P([html.Span(words) for words in foot], className="patch-sign-foot"),
        ],
        className="patch-sign",
    )
