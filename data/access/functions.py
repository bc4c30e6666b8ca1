"""The functions that row level security and the gate ask: SECURITY DEFINER, each with a fixed search path.

The SHA-256 of a token (``fengtu.token``) is the only thing that says who asks. A user id or a list of grids
in a setting would be believed from an injected expression as well; a token cannot be guessed, and what a log
of statements keeps of it opens no screen.
"""

from __future__ import annotations

from data.access.function import Function
from data.access.gate_functions import DEMO_IS_OVER, GATE_FUNCTIONS
from data.access.patch_functions import PATCH_FUNCTIONS
from data.access.plan_functions import PLAN_FUNCTIONS
from data.access.roles import GROUPS, IMPORTER, SERVER
from grid.audits import Action
from grid.principals import COMMAND_LINE

_ALL_GROUPS = tuple(GROUPS.values())
_COMMAND_LINE = COMMAND_LINE.role.value
_LONGEST_IDLE = "2 hours"
NUMBER_TRIM = "E' \\t=''\"'"
"""What stands around a number in a cell: blanks, and what spreadsheets put there to keep it a text."""
_LIVE = (
    "s.closed_at IS NULL AND (s.expires_at IS NULL OR s.expires_at > statement_timestamp())"
    f" AND NOT a.disabled AND NOT {DEMO_IS_OVER}"
)


def _of_session(name: str, returns: str, what: str) -> Function:
    body = f"""
SELECT {what} FROM public.login_session s JOIN public.account a ON a.id = s.account_id
WHERE s.token_hash = decode(nullif(current_setting('fengtu.token', true), ''), 'hex') AND {_LIVE}
"""  # noqa: S608
    return Function(name, "", returns, body, _ALL_GROUPS)


def _of_scope(name: str, role: str, columns: str) -> Function:
    """A scoped account's areas with all that lies below them, at one level."""
    body = f"""
WITH RECURSIVE below (id, level) AS (
    SELECT r.id, r.level FROM public.account_scope c JOIN public.area r ON r.id = c.area_id
    WHERE c.account_id = access.my_account() AND access.my_role() = '{role}'
    UNION SELECT r.id, r.level FROM public.area r JOIN below b ON r.parent_id = b.id
)
SELECT coalesce(array_agg(id), '{{}}') FROM below WHERE level = '{columns}'
"""  # noqa: S608
    return Function(name, "", "bigint[]", body, (GROUPS_BY_NAME[role],))


GROUPS_BY_NAME = {role.value: group for role, group in GROUPS.items()}

_WHO = f"""
DECLARE found record;
BEGIN
    SELECT s.id, s.seen_at, s.expires_at, a.public_id, a.role, a.login INTO found
    FROM public.login_session s JOIN public.account a ON a.id = s.account_id
    WHERE s.token_hash = who.token_hash AND {_LIVE}
      AND (s.bound_to IS NULL OR address::inet <<= s.bound_to::inet);
    IF found.id IS NULL THEN RETURN; END IF;
    IF found.expires_at IS NOT NULL AND found.seen_at < now() - interval '{_LONGEST_IDLE}' THEN
        UPDATE public.login_session SET closed_at = now() WHERE id = found.id;
        RETURN;
    END IF;
    -- Once a minute: a write for each request would cost more than the request.
    IF found.seen_at < now() - interval '1 minute' THEN
        UPDATE public.login_session SET seen_at = now() WHERE id = found.id;
    END IF;
    RETURN QUERY SELECT found.public_id::text, found.role::text, found.login::text;
END
"""  # noqa: S608

_CHAIN = """
DECLARE head record;
BEGIN
    SELECT number, digest INTO STRICT head FROM public.audit_head WHERE id = 1 FOR UPDATE;
    NEW.number := head.number + 1;
    NEW.previous := head.digest;
    NEW.at := clock_timestamp();
    NEW.digest := access.audit_digest(
        NEW.previous, NEW.number, NEW.at, NEW.principal, NEW.role, NEW.action, NEW.subject, NEW.facts);
    UPDATE public.audit_head SET number = NEW.number, digest = NEW.digest WHERE id = 1;
    RETURN NEW;
END
"""

_NOTE_AS = """
INSERT INTO public.audit (principal, role, action, subject, facts)
VALUES (principal, role, action, subject, facts)
"""

_CHANGE_ROLE = """
BEGIN
    -- An administrator may open a kiosk's session by a token of their own: it must stay a kiosk's.
    IF (OLD.role = 'kiosk') <> (NEW.role = 'kiosk') THEN
        RAISE EXCEPTION 'a kiosk stays a kiosk, and nothing else becomes one';
    END IF;
    IF OLD.role <> NEW.role THEN
        UPDATE public.login_session SET closed_at = now() WHERE account_id = OLD.id AND closed_at IS NULL;
    END IF;
    RETURN NEW;
END
"""

_FOLLOW_SCOPES = f"""
DECLARE one record; kept bigint := 0; lost bigint := 0;
BEGIN
    FOR one IN
        SELECT a.id, a.public_id, array_remove(array_agg(n.id), NULL) AS ids,
            coalesce(jsonb_agg(o.code ORDER BY o.code) FILTER (WHERE n.id IS NOT NULL), '[]') AS areas,
            coalesce(jsonb_agg(o.code ORDER BY o.code) FILTER (WHERE n.id IS NULL), '[]') AS areas_lost
        FROM unnest(former, successors) p (old_id, new_id)
        JOIN public.account_scope c ON c.area_id = p.old_id
        JOIN public.account a ON a.id = c.account_id
        JOIN public.area o ON o.id = p.old_id AND o.valid_to IS NOT NULL
        -- The importer says who follows; it cannot widen what anybody sees by it.
        LEFT JOIN public.area n ON n.id = p.new_id AND n.valid_to IS NULL
            AND (n.level, n.kind, n.code, n.name) = (o.level, o.kind, o.code, o.name)
        GROUP BY a.id, a.public_id ORDER BY a.id
    LOOP
        INSERT INTO public.account_scope (account_id, area_id) SELECT one.id, unnest(one.ids)
            ON CONFLICT DO NOTHING;
        INSERT INTO public.audit (principal, role, action, subject, facts) SELECT importer,
            coalesce((SELECT a.role FROM public.account a WHERE a.public_id = importer), '{_COMMAND_LINE}'),
            '{Action.ACCOUNT_SCOPE.value}', 'account', jsonb_build_object('id', one.public_id, 'areas',
            one.areas) || CASE WHEN one.areas_lost = '[]' THEN '{{}}'
            ELSE jsonb_build_object('areas_lost', one.areas_lost) END;
        kept := kept + jsonb_array_length(one.areas);
        lost := lost + jsonb_array_length(one.areas_lost);
    END LOOP;
    RETURN QUERY SELECT kept, lost;
END
"""  # noqa: S608

FUNCTIONS: tuple[Function, ...] = (
    _of_session("my_account", "bigint", "a.id"),
    _of_session("my_role", "text", "a.role"),
    _of_session("my_public_id", "text", "a.public_id"),
    _of_scope("my_grids", "worker", "grid"),
    _of_scope("my_towns", "town", "town"),
    _of_scope("my_counties", "town", "county"),
    Function(
        "my_units", "", "bigint[]",
        "SELECT coalesce(array_agg(c.unit_id), '{}') FROM public.account_scope c"
        " WHERE c.account_id = access.my_account() AND access.my_role() = 'unit' AND c.unit_id IS NOT NULL",
        (GROUPS_BY_NAME["unit"],),
    ),
    Function(
        "my_recusals", "", "bigint[]",
        "SELECT coalesce(array_agg(r.petition_id), '{}') FROM public.recusal r"
        " WHERE r.account_id = access.my_account()",
        tuple(GROUPS_BY_NAME[role] for role in ("bureau", "clerk", "town", "unit", "worker")),
    ),
    Function(
        # A row at a time, and no list: a clerk sees no matter's number. Policies ask it of the recused only.
        "names_recused", "cells jsonb, key text", "boolean", f"""
SELECT EXISTS (
    SELECT FROM public.recusal r JOIN public.petition p ON p.id = r.petition_id
    WHERE r.account_id = access.my_account() AND (p.source || ' ' || p.matter_no = key OR EXISTS (
        SELECT FROM jsonb_each_text(cells) c WHERE btrim(c.value, {NUMBER_TRIM}) = p.matter_no)))""",  # noqa: S608
        (GROUPS_BY_NAME["clerk"],),
    ),
    Function(
        # Such reports are dropped when the matter is imported: a policy that asked matters again would go
        # round in a circle, since what a clerk sees of matters depends on reports.
        "reported_accusations", "", "bigint[]",
        "SELECT coalesce(array_agg(r.petition_id), '{}') FROM public.place_report r"
        " WHERE EXISTS (SELECT FROM public.petition p WHERE p.id = r.petition_id"
        " AND p.purpose = 'accusation')",
        tuple(GROUPS_BY_NAME[role] for role in ("bureau", "clerk", "worker")),
    ),
    Function(
        "accusations", "since date, until date", "bigint",
        "SELECT count(*) FROM public.petition p WHERE access.my_role() = 'bureau'"
        " AND p.purpose = 'accusation' AND p.registered_on BETWEEN since AND until",
        (GROUPS_BY_NAME["bureau"],),
    ),
    Function(
        "who", "token_hash bytea, address text", "TABLE (public_id text, role text, login text)", _WHO,
        (SERVER,), language="plpgsql", volatility="VOLATILE",
    ),
    Function(
        "data_version", "", "TABLE (number bigint, changed_at timestamptz)",
        "SELECT v.number, v.changed_at FROM public.data_version v",
        (SERVER,),
    ),
    Function(
        "audit_digest",
        "previous bytea, number bigint, at timestamptz, principal text, role text, action text,"
        " subject text, facts jsonb",
        "bytea",
        "SELECT sha256(previous || convert_to(jsonb_build_array(number, to_char(at AT TIME ZONE 'UTC',"
        " 'YYYY-MM-DD\"T\"HH24:MI:SS.US'), principal, role, action, subject, facts)::text, 'UTF8'))",
        (), volatility="IMMUTABLE",
    ),
    Function("chain_audit", "", "trigger", _CHAIN, (), language="plpgsql", volatility="VOLATILE"),
    Function(
        "refuse_change", "", "trigger", "BEGIN RAISE EXCEPTION 'audit is insert-only'; END", (),
        language="plpgsql", volatility="VOLATILE",
    ),
    Function(
        "follow_scopes", "former bigint[], successors bigint[], importer text",
        "TABLE (scopes_kept bigint, scopes_lost bigint)", _FOLLOW_SCOPES,
        (IMPORTER,), language="plpgsql", volatility="VOLATILE",
    ),
    # What a job's row says of its owner's role was written by that owner.
    Function(
        "role_of", "principal text", "text",
        "SELECT a.role FROM public.account a WHERE a.public_id = role_of.principal", (IMPORTER,),
    ),
    Function(
        "note_change", "", "trigger",
        "BEGIN NEW.changed := (pg_current_xact_id()::text)::bigint; RETURN NEW; END", (),
        language="plpgsql", volatility="VOLATILE",
    ),
    Function("change_role", "", "trigger", _CHANGE_ROLE, (), language="plpgsql", volatility="VOLATILE"),
    Function(
        "note_as", "principal text, role text, action text, subject text, facts jsonb", "void", _NOTE_AS,
        (SERVER, IMPORTER), volatility="VOLATILE",
    ),
    Function(
        "note", "action text, subject text, facts jsonb", "void",
        # Without a live session the principal is null, and the insert fails: nothing happens unaudited.
        "INSERT INTO public.audit (principal, role, action, subject, facts)"
        " VALUES (access.my_public_id(), access.my_role(), action, subject, facts)",
        _ALL_GROUPS, volatility="VOLATILE",
    ),
    Function(
        "analyze", "VARIADIC tables regclass[]", "void",
        "DECLARE one regclass; BEGIN FOREACH one IN ARRAY tables LOOP EXECUTE 'ANALYZE ' || one; END LOOP;"
        " END",
        (IMPORTER,), language="plpgsql", volatility="VOLATILE",
    ),
    *GATE_FUNCTIONS,
    *PATCH_FUNCTIONS,
    *PLAN_FUNCTIONS,
)  # fmt: skip
