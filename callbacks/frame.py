"""The frame of desk pages: header with stamps and ways to other screens, skip link, foot; and small parts.

Plain HTML, so that the phone page can use the parts without loading anything.
"""

from __future__ import annotations

import json
from typing import Any

from dash import html

from callbacks.access.menu import account_mark, menu_links
from callbacks.access.screens import screen_at
from callbacks.guide import go_keys
from callbacks.tools import Tools
from grid.principals import Role
from grid.questions import City
from grid.refusals import Refused
from layers.words import Language, say, say_refusal

MAIN_ID = "desk-main"
_MOST_LINKS, _MOST_SHOWN = 6, 5
"""Links that fit beside the title at 1366 px; of more so many, since "more" needs the place of one."""
_SEARCH_WORDS = ("title", "placeholder", "begin", "busy", "failed", "working")


def desk(tools: Tools, city: City | None, screen: str, children: Any, *, class_name: str = "") -> Any:
    """Return a whole desk page; ``screen`` is the one shown, ``city`` none while the database is down."""
    language = tools.language
    return html.Div(
        [
            html.A(say("desk.skip", language), href=f"#{MAIN_ID}", className="skip-link"),
            _header(tools, city, screen),
            html.Main(children, id=MAIN_ID, className=f"desk-main {class_name}".strip(), tabIndex=-1),
            _foot(city, language),
        ],
        className=f"desk desk-{screen}",
    )


def stamps(city: City | None, language: Language) -> Any:
    """Return the stamps that a city demands: 演示数据, 内部资料."""
    if city is None:
        return None
    keys = [key for key, wanted in (("synthetic", city.synthetic), ("internal", city.internal)) if wanted]
    return html.Span(
        [html.Span(say(f"desk.stamp.{key}", language), className=f"stamp stamp-{key}") for key in keys],
        className="stamps",
    )


def definition(text: str, language: Language) -> Any:
    """Return the mark ⓘ that opens a definition on click, tap or key; no hover needed."""
    mark = html.Summary("ⓘ", **labelled(say("desk.definition", language)))
    return html.Details([mark, html.Span(text, className="definition-text")], className="definition")


def labelled(text: str) -> Any:
    """Return the attribute that names an element for those who cannot see it, to be spread with ``**``."""
    return {"aria-label": text}


def message(title: str, text: str, *, tone: str = "plain", more: Any = None) -> Any:
    """Return a message in place of content: ``tone`` is plain (nothing yet) or alert (something failed)."""
    return html.Div([html.H2(title), html.P(text), more], className=f"message message-{tone}", role="status")


def trouble(refused: Refused, language: Language, *, more: Any = None) -> Any:
    """Return what a refusal means, in the place of what it kept from being shown."""
    return message(say("desk.trouble", language), say_refusal(refused, language), tone="alert", more=more)


def _header(tools: Tools, city: City | None, screen: str) -> Any:
    language, principal = tools.language, tools.principal()
    links = menu_links(tools, principal, screen_at(screen), class_name="desk-link")
    return html.Header(
        [
            html.Span(say("product.name", language), className="desk-product"),
            html.Span(city.name if city else "", className="desk-city"),
            html.H1(say(f"desk.title.{screen}", language), className="desk-title"),
            stamps(city, language),
            html.Nav(
                _folded(links, screen, language),
                className="desk-nav",
                **labelled(say("desk.screens", language)),
            ),
            *_tools_of(screen, principal.role, language),
            account_mark(tools, principal),
        ],
        className="desk-header",
    )


def _folded(links: list[Any], screen: str, language: Language) -> list[Any]:
    """Return the menu with what does not fit beside the title behind one word; that says which is open."""
    if len(links) <= _MOST_LINKS:
        return links
    shown, more = links[:_MOST_SHOWN], links[_MOST_SHOWN:]
    is_here = f"/{screen}" in {link.href for link in more}
    name = say(f"desk.screen.{screen}", language) if is_here else say("desk.more", language)
    summary = html.Summary(name, className="desk-link" + (" desk-link-here" if is_here else ""))
    return [*shown, html.Details([summary, html.Div(more)], className="desk-more")]


def _tools_of(screen: str, role: Role, language: Language) -> list[Any]:
    """Return the search and the help, which ``assets/desk.js`` opens: nothing of them is Dash's."""
    words = {name: say(f"search.{name}", language) for name in _SEARCH_WORDS}
    told = {"data-words": json.dumps(words), "data-go": json.dumps(go_keys(role))}
    named = {name: say(f"help.{name}", language) for name in ("title", "close", "failed")}
    find: Any = {**told, "aria-keyshortcuts": "Control+K", "aria-haspopup": "dialog"}
    guide: Any = {
        "data-words": json.dumps(named),
        "data-screen": screen,
        "aria-keyshortcuts": "F1",
        "aria-haspopup": "dialog",
        **labelled(say("help.title", language)),
    }
    label = [html.Span(say("search.title", language)), html.Kbd("Ctrl K")]
    button = html.Button(label, id="desk-find", type="button", className="desk-tool desk-find", **find)
    if screen_at(screen) is None:
        return [button]
    return [button, html.Button("?", id="desk-help", type="button", className="desk-tool desk-help", **guide)]


def _foot(city: City | None, language: Language) -> Any:
    if city is None:
        return html.Footer(className="desk-foot")
    review = city.review_number or say("desk.no_review_number", language)
    return html.Footer(
        [
            html.Span(say("desk.source", language, source=city.source or "—")),
            html.Span(say("desk.review_number", language, number=review)),
            html.Span(say("desk.as_of", language, day=city.today.isoformat())),
        ],
        className="desk-foot",
    )
