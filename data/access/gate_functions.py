"""The functions that the gate asks: all that the server's login may do to accounts and sessions.

Each does one thing to one account. None gives a list, and none makes, enables or widens an account: who has
taken the server's login still needs a password, or the provider's word, for every account by its name.
"""

from __future__ import annotations

from data.access.function import Function
from data.access.roles import GROUPS, SERVER
from grid.principals import Role

SESSION_HOURS = 12
FORGOTTEN_AFTER = "1 hour"
"""Failures older than this are no longer counted: longer than the longest delay."""

_IS_FORGOTTEN = f"f.last_at < clock_timestamp() - interval '{FORGOTTEN_AFTER}'"
DEMO_IS_OVER = (
    "(a.demo AND EXISTS (SELECT FROM public.edition e WHERE e.valid_to IS NULL AND NOT e.synthetic))"
)
"""The passwords of the demo's accounts are printed: over real boundaries nobody comes in by them."""
_MAY_SIGN_IN = f"NOT a.disabled AND a.role <> 'kiosk' AND NOT {DEMO_IS_OVER}"


def _function(name: str, arguments: str, returns: str, body: str, volatility: str = "VOLATILE") -> Function:
    return Function(name, arguments, returns, body, (SERVER,), volatility=volatility)


GATE_FUNCTIONS: tuple[Function, ...] = (
    _function(
        "credentials", "login text", "TABLE (public_id text, role text, password_hash text)",
        # A disabled account shows who it is, for the audit of its failures, but no hash to try against.
        f"SELECT a.public_id, a.role, CASE WHEN {_MAY_SIGN_IN} THEN a.password_hash END"  # noqa: S608
        " FROM public.account a WHERE a.login = credentials.login",
        "STABLE",
    ),
    _function(
        "open_session", "public_id text, token_hash bytea", "timestamptz",
        "INSERT INTO public.login_session (account_id, token_hash, expires_at)"  # noqa: S608
        f" SELECT a.id, open_session.token_hash, now() + interval '{SESSION_HOURS} hours'"
        " FROM public.account a"
        f" WHERE a.public_id = open_session.public_id AND {_MAY_SIGN_IN} RETURNING expires_at",
    ),
    _function(
        "close_session", "token_hash bytea", "TABLE (public_id text, role text)",
        "UPDATE public.login_session s SET closed_at = now() FROM public.account a"
        " WHERE a.id = s.account_id AND s.token_hash = close_session.token_hash AND s.closed_at IS NULL"
        # A kiosk's link is ended by who gave it: whoever stands before the screen must not.
        " AND s.expires_at IS NOT NULL RETURNING a.public_id, a.role",
    ),
    _function(
        "close_sessions", "public_id text", "void",
        "UPDATE public.login_session s SET closed_at = now() FROM public.account a"
        " WHERE a.id = s.account_id AND a.public_id = close_sessions.public_id AND s.closed_at IS NULL",
    ),
    _function(
        # Who sets a hash must show the one in force: two changes at once cannot both win.
        "replace_password", "public_id text, old_hash text, new_hash text", "boolean",
        "WITH done AS (UPDATE public.account a SET password_hash = new_hash"  # noqa: S608
        f" WHERE a.public_id = replace_password.public_id AND a.password_hash = old_hash AND {_MAY_SIGN_IN}"
        " RETURNING 1) SELECT EXISTS (SELECT FROM done)",
    ),
    _function(
        "failures", "keys bytea[]", "TABLE (key bytea, count integer, seconds double precision)",
        "SELECT f.key, f.count, extract(epoch FROM clock_timestamp() - f.last_at)::double precision"  # noqa: S608
        " FROM public.sign_in_failure f WHERE f.key = ANY (keys)"
        f" AND NOT {_IS_FORGOTTEN}",
        "STABLE",
    ),
    _function(
        "note_failure", "keys bytea[]", "void",
        # In the order of the keys, so that two failures at once wait for each other instead of deadlocking.
        "INSERT INTO public.sign_in_failure AS f (key, count, last_at)"  # noqa: S608
        " SELECT k, 1, clock_timestamp() FROM unnest(keys) k ORDER BY k ON CONFLICT (key) DO UPDATE SET"
        f" count = CASE WHEN {_IS_FORGOTTEN} THEN 0 ELSE f.count END + 1, last_at = clock_timestamp();"
        " DELETE FROM public.sign_in_failure WHERE key IN (SELECT f.key FROM public.sign_in_failure f"
        f" WHERE {_IS_FORGOTTEN} FOR UPDATE SKIP LOCKED)",
    ),
    _function(
        # One success must not free an address from what it failed at with other names.
        "clear_failures", "own bytea, login bytea, address bytea", "void",
        "SELECT 1 FROM public.sign_in_failure f WHERE f.key IN (own, login, address)"
        " ORDER BY f.key FOR UPDATE;"
        " UPDATE public.sign_in_failure f SET count = greatest(0, f.count - o.count)"
        " FROM public.sign_in_failure o WHERE f.key = address AND o.key = own;"
        " DELETE FROM public.sign_in_failure f WHERE f.key IN (own, login)"
        " OR f.key = address AND f.count = 0",
    ),
    Function(
        # An account's keys begin with its own, whatever the address. The command line is the owner itself.
        "forget_failures", "login bytea", "void",
        "DELETE FROM public.sign_in_failure f WHERE f.key IN (SELECT o.key FROM public.sign_in_failure o"
        " WHERE substring(o.key FROM 1 FOR 32) = login ORDER BY o.key FOR UPDATE)"
        " AND (access.my_role() = 'admin' OR session_user = current_user)",
        (GROUPS[Role.ADMIN],), volatility="VOLATILE",
    ),
)  # fmt: skip
