"""What the administrator's buttons do: read what was sent, ask the storage, and say what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import no_update

from callbacks.admin import accounts, kiosks
from callbacks.admin.asked import (
    SCOPED,
    make_password,
    read_password,
    read_role,
    read_scope,
    read_text,
)
from callbacks.admin.fields import done, refusal, scope_options
from callbacks.admin.layout import find
from grid.accounts import CitySettings, NewAccount
from grid.ports import AccountsDesk
from grid.refusals import Refused
from layers.words import Language, say


def offer(
    book: AccountsDesk, role: object, words: object, chosen: object, options: object
) -> tuple[list[dict[str, str]], bool]:
    """Return what a role's scope may be made of, those chosen first, and whether it has none."""
    try:
        wanted = read_role(role)
        found = book.find_scope(wanted, read_text(words)) if wanted in SCOPED else ()
    except Refused:
        return [], True
    kept = _kept(chosen, options)
    known = {one["value"] for one in kept}
    return [*kept, *(one for one in scope_options(found) if one["value"] not in known)], wanted not in SCOPED


def add(book: AccountsDesk, asked: Sequence[object], language: Language) -> tuple[Any, Any, Any, Any]:
    """Make an account and show its password this once."""
    login, role_asked, scope, typed = asked
    try:
        role, password = read_role(role_asked), read_password(typed)
        name = read_text(login).lower()
        book.add(NewAccount(name, role, read_scope(role, scope), password))
        table = accounts.table(book.accounts(), "", language)
    except Refused as refused:
        return refusal(refused, language), no_update, no_update, no_update
    return done(say("admin.add.done", language, name=name), password), table, "", ""


def change(
    book: AccountsDesk, name: str, login: object, asked: Sequence[object], *, own_id: str, language: Language
) -> tuple[Any, Any, Any]:
    """Do one thing to the account that is shown, and show how it is then."""
    account = read_text(login)
    try:
        secret = _do(book, name, account, asked)
        found = book.accounts()
    except Refused as refused:
        return refusal(refused, language), no_update, no_update
    return (
        done(say(f"admin.{name}.done", language, name=account), secret),
        accounts.detail(find(found, account), own_id, language),
        accounts.table(found, account, language),
    )


def add_kiosk(
    book: AccountsDesk, name: object, address: object, host_url: str, language: Language
) -> tuple[Any, Any]:
    """Make a kiosk and show its link this once; what stands after the sign reaches no server and no log."""
    try:
        token = book.add_kiosk(read_text(name), read_text(address))
        table = kiosks.kiosks(book.accounts(), language)
    except Refused as refused:
        return refusal(refused, language), no_update
    return done(say("admin.kiosk.done", language, name=read_text(name)), f"{host_url}kiosk#{token}"), table


def revoke(book: AccountsDesk, name: object, language: Language) -> tuple[Any, Any]:
    """End a kiosk's link."""
    try:
        book.revoke_kiosk(read_text(name))
        table = kiosks.kiosks(book.accounts(), language)
    except Refused as refused:
        return refusal(refused, language), no_update
    return done(say("admin.revoke.done", language, name=read_text(name))), table


def set_city(book: AccountsDesk, asked: Sequence[object], language: Language) -> Any:
    """Set the city's settings."""
    *texts, marks = asked
    try:
        internal = isinstance(marks, list) and "internal" in marks
        name, source, review_number, office_line = map(read_text, texts)
        settings = CitySettings(name, source, review_number, internal, office_line)
        if not settings.name:
            raise Refused("city_name_missing")
        book.set_settings(settings)
    except Refused as refused:
        return refusal(refused, language)
    return done(say("admin.city.done", language))


def _do(book: AccountsDesk, name: str, login: str, asked: Sequence[object]) -> str:
    """Do what a button says; returns the secret to be shown, "" for none."""
    if name == "reset":
        password = make_password()
        book.set_password(login, password)
        return password
    if name == "role":
        role = read_role(asked[0])
        now = find(book.accounts(), login)
        if now is not None and now.role is role:
            book.set_scope(login, read_scope(role, asked[1]))
        else:
            book.set_role(login, role, read_scope(role, asked[1]))
    elif name == "end":
        book.end_sessions(login)
    else:
        book.set_disabled(login, name == "disable")
    return ""


def _kept(chosen: object, options: object) -> list[dict[str, str]]:
    """Return the choices made so far, which must stay among those offered."""
    if not isinstance(chosen, list) or not isinstance(options, list):
        return []
    labels = {
        one["value"]: one["label"]
        for one in options
        if isinstance(one, dict) and isinstance(one.get("value"), str) and isinstance(one.get("label"), str)
    }
    return [{"label": labels[key], "value": key} for key in chosen if isinstance(key, str) and key in labels]
