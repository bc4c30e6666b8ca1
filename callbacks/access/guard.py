"""The guard: one check before every route, which lets nobody by without a rule."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from dash import Dash
from flask import Response, g, redirect, request

from callbacks.access.bearers import CHALLENGE, Bearers, carries_bearer, token_in_header
from callbacks.access.cookies import carries_cookie, token_of
from callbacks.access.next_path import read_next
from callbacks.access.origin import has_kind, is_from_us, is_led_here
from callbacks.access.owners import Owners
from callbacks.access.payload import PayloadError, check_payload
from callbacks.access.plain import (
    DOWN,
    FOREIGN,
    MALFORMED,
    NEEDS_SIGN_IN,
    NOT_FOUND,
    Notice,
    tell,
)
from callbacks.access.rules import CALLBACKS, INDEX, PAGES, READ, RULES, Rule
from callbacks.access.screens import Screen, home_of, may_open, screen_at
from callbacks.tools import Tools
from grid.principals import Principal, Role
from grid.refusals import Refused

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse

_FORM_BYTES = 16 * 1024
_CALLBACK_BYTES = 4 * 1024 * 1024
_UPLOAD_BYTES = 96 * 1024 * 1024
"""A 64 MB upload as base64, with room for the callback around it."""


class Guard:
    """Lets a request by, or answers in its stead; finds out once who asks."""

    def __init__(self, app: Dash, tools: Tools, owners: Owners, shown: Collection[Screen]) -> None:
        self._app, self._tools = app, tools
        self._owners, self._shown = owners, shown
        self._bearers = Bearers(tools)
        self._narrower: dict[str, Callable[[Principal], BaseResponse | None]] = {
            INDEX: self._lead_home,
            PAGES: self._check_page,
            CALLBACKS: self._check_callback,
        }

    def check(self) -> BaseResponse | None:
        """Return none where the request may go on."""
        g.request_id, g.began = secrets.token_hex(8), time.perf_counter()
        rule = RULES.get(request.endpoint or "")
        if rule is None or request.method not in rule.methods:
            return self._tell(NOT_FOUND)
        request.max_content_length = _CALLBACK_BYTES if request.endpoint == CALLBACKS else _FORM_BYTES
        is_led = rule.is_audited and is_led_here(request)
        if is_led or not is_from_us(request, has_cookie=carries_cookie(request)):
            return self._tell(FOREIGN)
        return self._check_body(rule) if rule.roles is None else self._let_in(rule, rule.roles)

    def _check_body(self, rule: Rule) -> Response | None:
        return None if has_kind(request, rule.body) else self._tell(MALFORMED)

    def _let_in(self, rule: Rule, roles: frozenset[Role]) -> BaseResponse | None:
        try:
            principal = self._who(rule)
        except Refused:
            return self._tell(DOWN)
        if principal is None:
            return self._turn_away(rule)
        g.principal = principal
        if principal.role not in roles:
            return self._tell(NOT_FOUND)
        narrow = self._narrower.get(request.endpoint or "")
        return self._check_body(rule) or (narrow(principal) if narrow else None)

    def _who(self, rule: Rule) -> Principal | None:
        if not (rule.takes_bearer and carries_bearer(request)):
            return who_asks(self._tools)
        token = token_in_header(request)
        return self._bearers.who(token, address()) if token else None

    def _turn_away(self, rule: Rule) -> BaseResponse:
        if not rule.is_page:
            answer = self._tell(NEEDS_SIGN_IN)
            if rule.takes_bearer:
                answer.headers["WWW-Authenticate"] = CHALLENGE
            return answer
        wanted = read_next(_local_address()) if request.method in READ else None
        query = f"?{urlencode({'next': wanted})}" if wanted and wanted != "/" else ""
        return redirect(f"/sign-in{query}", 303)

    def _lead_home(self, principal: Principal) -> BaseResponse:
        return redirect(home_of(principal.role, self._shown), 303)

    def _check_page(self, principal: Principal) -> BaseResponse | None:
        screen = screen_at(request.path)
        allowed = screen in self._shown and may_open(principal.role, screen)
        return None if allowed else self._tell(NOT_FOUND)

    def _check_callback(self, principal: Principal) -> BaseResponse | None:
        if may_open(principal.role, Screen.IMPORTS):
            request.max_content_length = _UPLOAD_BYTES
        try:
            body = request.get_json(silent=True)
        except RecursionError:
            body = None
        if not isinstance(body, dict):
            return self._tell(MALFORMED)
        roles = self._owners.roles(body.get("output"))
        if roles is None or principal.role not in roles:
            return self._tell(NOT_FOUND)
        try:
            # The body is kept by the request: what is checked here is what Dash reads.
            check_payload(body, self._app.callback_map[body["output"]])
        except PayloadError:
            return self._tell(MALFORMED)
        return None

    def _tell(self, notice: Notice) -> Response:
        return tell(self._tools, notice)


def who_asks(tools: Tools) -> Principal | None:
    """Return the principal of the request's cookie, none for none; raises ``Refused('database_down')``."""
    token = token_of(request)
    return tools.store.gate().who(token, address()) if token else None


def address() -> str:
    """Return the address that a request comes from."""
    return request.remote_addr or ""


def _local_address() -> str:
    query = request.query_string.decode("ascii", "ignore")
    return quote(request.path) + (f"?{query}" if query else "")
