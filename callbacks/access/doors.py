"""Doors: sign in, sign out, change one's password, and the way in of a kiosk."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from flask import Flask, Response, g, redirect, request

from callbacks.access.cookies import give, read_token, take, token_of
from callbacks.access.guard import address, who_asks
from callbacks.access.next_path import read_next
from callbacks.access.plain import MALFORMED, show, tell
from callbacks.access.screens import Screen, home_of
from callbacks.tools import Tools
from grid.principals import Principal, Role, Ticket
from grid.refusals import Refused
from layers.words import say, say_refusal

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse

Answer = Callable[[], "BaseResponse"]
_LONGEST_NAME, _LONGEST_PASSWORD = 100, 1000
_STATUS = {"sign_in_failed": 401, "sign_in_delayed": 429, "sign_in_busy": 503, "database_down": 503}


class Doors:
    """Answers the pages at the door; sessions themselves are the gate's."""

    def __init__(self, tools: Tools, shown: Collection[Screen]) -> None:
        self._tools, self._shown = tools, shown

    def show_sign_in(self) -> BaseResponse:
        """Return the sign-in page, or lead on who is signed in already; at a kiosk a person may sign in."""
        wanted = read_next(request.args.get("next"))
        try:
            principal = who_asks(self._tools)
        except Refused as refused:
            return self._sign_in_page(wanted, refused)
        if principal is None or principal.role is Role.KIOSK:
            return self._sign_in_page(wanted)
        return self._lead_on(principal, wanted)

    def sign_in(self) -> BaseResponse:
        """Sign in by name and password; the session that the browser had before ends."""
        wanted = read_next(request.form.get("next"))
        login = _field("name", _LONGEST_NAME).strip()
        try:
            ticket = self._checked_sign_in(login, _field("password", _LONGEST_PASSWORD))
        except Refused as refused:
            return self._sign_in_page(wanted, refused, login)
        return self._let_in(ticket, self._lead_on(ticket.principal, wanted))

    def sign_out(self) -> BaseResponse:
        """End the session and forget it."""
        token = token_of(request)
        if token:
            self._tools.store.gate().sign_out(token)
        answer = _as_response(redirect("/sign-in", 303))
        take(answer, is_https=request.is_secure)
        # The shapes that a browser may keep are the next reader's neither, nor what a phone keeps of a list.
        answer.headers["Clear-Site-Data"] = '"cache", "storage"'
        return answer

    def show_password(self) -> BaseResponse:
        """Return the page on which one changes one's password."""
        return self._password_page()

    def change_password(self) -> BaseResponse:
        """Change one's password; all other sessions of the account end."""
        old, new = _field("old", _LONGEST_PASSWORD), _field("new", _LONGEST_PASSWORD)
        if new != _field("again", _LONGEST_PASSWORD):
            return self._password_page(say("access.password.differ", self._tools.language), 400)
        try:
            ticket = self._tools.store.gate().change_password(token_of(request) or "", old, new, address())
        except Refused as refused:
            key = "access.password.wrong" if refused.code == "sign_in_failed" else None
            words = say(key, self._tools.language) if key else say_refusal(refused, self._tools.language)
            return self._password_page(words, _STATUS.get(refused.code, 400))
        g.principal = ticket.principal
        answer = self._password_page(done=say("access.password.done", self._tools.language))
        return self._let_in(ticket, answer)

    def show_kiosk(self) -> BaseResponse:
        """Return the page that reads a kiosk's token from the address's fragment, which no server is sent."""
        return show(self._tools, "kiosk.html", title="access.kiosk.title")

    def enter_kiosk(self) -> BaseResponse:
        """Give a kiosk its cookie; only a kiosk's token opens this door."""
        body = request.get_json(silent=True)
        token = read_token(body.get("token")) if isinstance(body, dict) else None
        if token is None:
            return tell(self._tools, MALFORMED)
        gate, before = self._tools.store.gate(), token_of(request)
        if gate.enter_kiosk(token, address()) is None:
            return Response("", 401)
        if before and before != token:
            # A person's session must not outlive the cookie that is overwritten here.
            gate.sign_out(before)
        answer = Response("", 204)
        give(answer, token, is_https=request.is_secure, kiosk=True)
        return answer

    def _checked_sign_in(self, login: str, password: str) -> Ticket:
        if not login or not password:
            raise Refused("sign_in_failed")
        gate, before = self._tools.store.gate(), token_of(request)
        ticket = gate.sign_in(login, password, address())
        if before:
            gate.sign_out(before)
        return ticket

    def _let_in(self, ticket: Ticket, answer: BaseResponse) -> BaseResponse:
        answer = _as_response(answer)
        give(answer, ticket.principal.token or "", is_https=request.is_secure)
        return answer

    def _lead_on(self, principal: Principal, wanted: str | None) -> BaseResponse:
        return redirect(wanted or home_of(principal.role, self._shown), 303)

    def _sign_in_page(self, wanted: str | None, refused: Refused | None = None, login: str = "") -> Response:
        error = say_refusal(refused, self._tools.language) if refused else ""
        page = show(
            self._tools, "sign_in.html", title="access.sign_in.title", error=error, login=login,
            next=wanted or "", oidc=self._tools.oidc is not None,
            status=_STATUS.get(refused.code, 400) if refused else 200,
        )  # fmt: skip
        if refused and refused.code == "sign_in_delayed":
            page.headers["Retry-After"] = str(refused.facts["seconds"])
        return page

    def _password_page(self, error: str = "", status: int = 200, done: str = "") -> Response:
        principal = self._tools.principal()
        home = home_of(principal.role, self._shown)
        return show(
            self._tools, "password.html", title="access.password.title", status=status,
            error=error, done=done,
            label=principal.label, role=say(f"role.{principal.role}", self._tools.language),
            home="" if home == request.path else home,
        )  # fmt: skip


def register(server: Flask, tools: Tools, shown: Collection[Screen]) -> None:
    """Add the doors to a server."""
    doors = Doors(tools, shown)

    def by_method(read: Answer, send: Answer) -> Answer:
        return lambda: send() if request.method == "POST" else read()

    both = ["GET", "POST"]
    server.add_url_rule("/sign-in", "sign_in", by_method(doors.show_sign_in, doors.sign_in), methods=both)
    server.add_url_rule(
        "/password", "password", by_method(doors.show_password, doors.change_password), methods=both
    )
    server.add_url_rule("/kiosk", "kiosk", by_method(doors.show_kiosk, doors.enter_kiosk), methods=both)
    server.add_url_rule("/sign-out", "sign_out", doors.sign_out, methods=["POST"])


def _field(name: str, longest: int) -> str:
    """Return a field of a form, empty where no page of ours would have sent it so."""
    text = request.form.get(name, "")
    return text if len(text) <= longest and "\0" not in text else ""


def _as_response(answer: BaseResponse) -> Response:
    if not isinstance(answer, Response):
        raise TypeError(type(answer).__name__)
    return answer
