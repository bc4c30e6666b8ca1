"""Components written as HTML: what a phone is sent when it shall not load Dash first."""

from __future__ import annotations

import re
from typing import Any

from dash.development.base_component import Component
from markupsafe import Markup, escape

_VOID = frozenset({"br", "hr", "img", "input"})
_NAMES = {"className": "class", "htmlFor": "for"}
_NAME = re.compile(r"[a-z][a-z0-9-]*")


def as_html(component: Any) -> Markup:
    """Return a component, text, or a list of them as HTML; every text and attribute is escaped.

    Only ``dash.html`` can be written. Raises TypeError for what needs Dash in the browser.
    """
    if component is None:
        return Markup()
    if isinstance(component, (list, tuple)):
        return Markup().join(map(as_html, component))
    if isinstance(component, Component):
        return _element(component.to_plotly_json())
    return escape(str(component))


def _element(told: Any) -> Markup:
    props = dict(told["props"])
    if told["namespace"] != "dash_html_components":
        raise TypeError(f"{told['type']} needs Dash")
    tag, children = told["type"].lower(), props.pop("children", None)
    given = Markup().join(_attribute(name, value) for name, value in props.items())
    if tag in _VOID:
        return Markup("<{}{}>").format(tag, given)
    return Markup("<{0}{1}>{2}</{0}>").format(tag, given, as_html(children))


def _attribute(name: str, value: object) -> Markup:
    name = _NAMES.get(name, name.lower())
    if not _NAME.fullmatch(name) or name.startswith("on"):
        raise TypeError(f"{name} cannot be written")
    if value is None or value is False:
        return Markup()
    if value is True:
        return Markup(" {}").format(name)
    if not isinstance(value, (str, int, float)):
        raise TypeError(f"{name} cannot be written")
    return Markup(' {}="{}"').format(name, value)
