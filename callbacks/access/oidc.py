"""The door by way of the organisation's identity provider, where one is configured."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection
from typing import TYPE_CHECKING

from flask import Flask, Response, make_response, redirect, request, url_for
from itsdangerous import BadData, URLSafeTimedSerializer

from callbacks.access.cookies import give, token_of
from callbacks.access.guard import address
from callbacks.access.next_path import read_next
from callbacks.access.plain import NOT_FOUND, show, tell
from callbacks.access.provider import Pending, ProviderClient
from callbacks.access.screens import Screen, home_of
from callbacks.tools import IdentityProvider, Tools
from grid.refusals import Refused
from layers.words import say_refusal

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse

_COOKIE, _PATH = "fengtu_oidc", "/sign-in/oidc"
_PENDING_SECONDS = 600
_LONGEST_CODE = 2000
_STATUS = {"oidc_down": 503, "database_down": 503}


class ProviderDoor:
    """Sends a browser to the provider and lets it in when it comes back; accounts are never made here."""

    def __init__(self, tools: Tools, provider: IdentityProvider, shown: Collection[Screen]) -> None:
        self._tools, self._shown = tools, shown
        self._client = ProviderClient(provider)
        # Signed, so that a browser cannot be given another's pending sign-in by whoever can set a cookie.
        key = hashlib.sha256(f"fengtu oidc {provider.client_secret}".encode()).hexdigest()
        self._signer = URLSafeTimedSerializer(key, salt="pending")

    def begin(self) -> BaseResponse:
        """Lead to the provider."""
        wanted = read_next(request.args.get("next")) or ""
        try:
            url, pending = self._client.begin(_redirect_uri(), wanted)
        except Refused as refused:
            return self._turn_away(refused)
        answer = redirect(url, 303)
        answer.set_cookie(
            _COOKIE, self._signer.dumps(pending.as_dict()), max_age=_PENDING_SECONDS, path=_PATH,
            httponly=True, samesite="Lax", secure=request.is_secure,
        )  # fmt: skip
        return answer

    def finish(self) -> BaseResponse:
        """Let in whom the provider sent back, where their account is there and enabled."""
        pending, code = self._pending(), request.args.get("code", "")
        state = request.args.get("state", "")
        try:
            if pending is None or not hmac.compare_digest(state.encode(), pending.state.encode()):
                raise Refused("oidc_failed")
            if not 0 < len(code) <= _LONGEST_CODE:
                raise Refused("oidc_failed")
            login = self._client.finish(_redirect_uri(), code, pending)
            gate, before = self._tools.store.gate(), token_of(request)
            ticket = gate.sign_in_asserted(login, address())
            if before:
                gate.sign_out(before)
        except Refused as refused:
            return self._turn_away(refused)
        wanted = pending.wanted or home_of(ticket.principal.role, self._shown)
        answer = make_response(redirect(wanted, 303))
        give(answer, ticket.principal.token or "", is_https=request.is_secure)
        _forget_pending(answer)
        return answer

    def _pending(self) -> Pending | None:
        try:
            return Pending(**self._signer.loads(request.cookies.get(_COOKIE, ""), max_age=_PENDING_SECONDS))
        except (BadData, TypeError):
            return None

    def _turn_away(self, refused: Refused) -> Response:
        page: Response = show(
            self._tools, "sign_in.html", title="access.sign_in.title", login="", next="", oidc=True,
            error=say_refusal(refused, self._tools.language), status=_STATUS.get(refused.code, 401),
        )  # fmt: skip
        _forget_pending(page)
        return page


def register(server: Flask, tools: Tools, shown: Collection[Screen]) -> None:
    """Add the door to a server; it leads nowhere where no provider is configured."""
    door = ProviderDoor(tools, tools.oidc, shown) if tools.oidc else None

    @server.get(_PATH)
    def oidc_sign_in() -> BaseResponse:
        return door.begin() if door else tell(tools, NOT_FOUND)

    @server.get(f"{_PATH}/callback")
    def oidc_callback() -> BaseResponse:
        return door.finish() if door else tell(tools, NOT_FOUND)


def _redirect_uri() -> str:
    return url_for("oidc_callback", _external=True)


def _forget_pending(answer: BaseResponse) -> None:
    answer.delete_cookie(_COOKIE, path=_PATH, httponly=True, samesite="Lax", secure=request.is_secure)
