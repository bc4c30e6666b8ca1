"""Fields of the administrator's forms, and what is said after a change."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dash import dcc, html

from callbacks.admin.asked import PEOPLE, SCOPED
from callbacks.admin.ids import ROLE, SCOPE, SCOPE_BOX, Form, Ids, of_form
from callbacks.dropdowns import dropdown_words
from grid.accounts import ScopePart
from grid.principals import Role
from grid.refusals import Refused
from layers.words import Language, say, say_refusal


def text_field(id_: Ids, label: str, language: Language, *, value: str = "", most: int = 200) -> Any:
    """Return a labelled line of text."""
    hint = html.Span(say(f"admin.{label}.hint", language), className="office-muted")
    field = dcc.Input(
        id=id_, value=value, type="text", maxLength=most, autoComplete="off", className="office-input"
    )
    return html.Label(
        [html.Span(say(f"admin.{label}.name", language)), field, hint], className="office-field"
    )


def role_fields(
    form: Form, language: Language, *, role: Role = Role.BUREAU, scope: Iterable[ScopePart] = ()
) -> Any:
    """Return the choice of a role and, for one that needs it, of its areas or units by name or code."""
    chosen = list(scope)
    roles = [{"label": say(f"role.{one}", language), "value": one.value} for one in PEOPLE]
    role_field = dcc.Dropdown(roles, role.value, id=of_form(ROLE, form), clearable=False, searchable=False)
    scope_field = dcc.Dropdown(
        scope_options(chosen),
        [part.key for part in chosen],
        id=of_form(SCOPE, form),
        multi=True,
        placeholder=say("admin.scope.search", language),
        labels=dropdown_words(language, none_found=say("admin.scope.none_found", language)),
    )
    hint = html.Span(say("admin.scope.hint", language), className="office-muted")
    return html.Div(
        [
            html.Div([html.Span(say("admin.role.name", language)), role_field], className="office-field"),
            html.Div(
                [html.Span(say("admin.scope.name", language)), scope_field, hint],
                id=of_form(SCOPE_BOX, form),
                hidden=role not in SCOPED,
                className="office-field",
            ),
        ],
        className="admin-role",
    )


def scope_options(parts: Iterable[ScopePart]) -> list[dict[str, str]]:
    """Return areas or units as choices that are told apart by name and code."""
    return [
        {"label": part.name if part.key == part.name else f"{part.name}（{part.key}）", "value": part.key}
        for part in parts
    ]


def button(words: str, id_: Any, *, tone: str = "") -> Any:
    """Return a button; ``tone`` is primary or danger."""
    return html.Button(words, id=id_, className=f"office-button {f'office-{tone}' if tone else ''}".strip())


def confirmed(key: str, id_: Any, language: Language, *, name: str) -> Any:
    """Return a button that asks before it does what cannot be taken back."""
    words = html.Button(say(f"{key}.do", language), className="office-button office-danger")
    return dcc.ConfirmDialogProvider(words, id=id_, message=say(f"{key}.sure", language, name=name))


def done(words: str, secret: str = "") -> Any:
    """Return that something was done, with a secret that is shown this once."""
    shown = html.Code(secret, className="admin-secret") if secret else None
    return html.Div([html.P(words), shown], className="admin-said admin-done", role="status")


def refusal(refused: Refused, language: Language) -> Any:
    """Return why something was not done."""
    return html.Div(
        html.P(say_refusal(refused, language)), className="admin-said admin-refused", role="alert"
    )
