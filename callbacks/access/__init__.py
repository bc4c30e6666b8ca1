"""Access: who may open which screen, one guard before every route, sign-in, security headers and logs."""

from __future__ import annotations

from collections.abc import Collection

from dash import Dash
from werkzeug.middleware.proxy_fix import ProxyFix

from callbacks.access import doors, faults, headers, languages, logs, oidc
from callbacks.access.guard import Guard
from callbacks.access.owners import Owners
from callbacks.access.pages import close_pages
from callbacks.access.screens import Screen
from callbacks.tools import Tools


def enclose(app: Dash, tools: Tools, owners: Owners, shown: Collection[Screen]) -> None:
    """Put everything of access around an app whose screens and routes are all registered."""
    close_pages(tools)
    server = app.server
    doors.register(server, tools, shown)
    oidc.register(server, tools, shown)
    languages.register(server, tools)
    faults.register(server, tools)
    _finish_dash(app, owners)
    # Run in the order reversed: headers are there when the answer is logged.
    logs.watch(server)
    headers.register(server, headers.security_policy(app.csp_hashes()))
    server.before_request(Guard(app, tools, owners, shown).check)
    if tools.proxies:
        server.wsgi_app = ProxyFix(server.wsgi_app, x_for=tools.proxies, x_proto=tools.proxies)


def _finish_dash(app: Dash, owners: Owners) -> None:
    """Let Dash set itself up now, not in its first request, of which two at once would see it half done.

    Its page router comes to be only here; the guard must know it, and stand alone before every request.
    """
    set_ups = app.server.before_request_funcs.pop(None, [])
    with owners.noting(None):
        for set_up in set_ups:
            set_up()
