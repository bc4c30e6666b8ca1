"""One table of rules: for every endpoint which methods it answers, to whom, and what a body must be.

An endpoint that is not in the table is answered 404 for everyone.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from callbacks.access.screens import EVERY_ROLE, PEOPLE, ROLES, Screen
from grid.principals import Role

READ = frozenset({"GET", "HEAD"})
SEND = frozenset({"POST"})
INDEX, PAGES, CALLBACKS = "/", "/<path:path>", "/_dash-update-component"
SUITES = "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>"


class Body(StrEnum):
    """What kind of body a sending request has."""

    FORM = "application/x-www-form-urlencoded"
    JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may come by an endpoint.

    ``roles`` none lets everyone in, signed in or not; an empty set lets nobody in. ``is_page`` is shown to
    people: they are led to the sign-in page and told in words. ``is_static`` holds nothing but the program.
    ``is_kept`` may stay in its reader's browser, since its address names the version of what it shows.
    ``is_checked`` may stay there too, but is asked about again each time. ``takes_bearer`` is also for
    programs that show a kiosk's token in a header.
    ``is_audited`` leaves an audit row in its reader's name, and is therefore no address for other sites.
    """

    roles: frozenset[Role] | None
    methods: frozenset[str] = READ
    body: Body = Body.JSON
    is_page: bool = False
    is_static: bool = False
    is_kept: bool = False
    is_checked: bool = False
    takes_bearer: bool = False
    is_audited: bool = False


_STATIC = Rule(None, is_static=True)
_NOBODY = Rule(frozenset(), methods=frozenset())
_SCREEN_FILE = {screen: Rule(roles) for screen, roles in ROLES.items()}
_OPEN = Rule(ROLES[Screen.WALL], is_checked=True, takes_bearer=True)
_EXPORT = {screen: Rule(roles, is_audited=True) for screen, roles in ROLES.items()}

RULES: dict[str, Rule] = {
    # Flask's and Dash's own.
    "static": _NOBODY,
    "_dash_assets.static": _STATIC,
    SUITES: _STATIC,
    "/_favicon.ico": _STATIC,
    "/_reload-hash": _NOBODY,
    "/_dash-layout": Rule(EVERY_ROLE),
    "/_dash-dependencies": Rule(EVERY_ROLE),
    # Narrowed by the guard: a callback belongs to a screen, and so does a page.
    CALLBACKS: Rule(EVERY_ROLE, SEND),
    INDEX: Rule(EVERY_ROLE, is_page=True),
    PAGES: Rule(EVERY_ROLE, is_page=True),
    # Doors.
    "healthz": Rule(None),
    "sign_in": Rule(None, READ | SEND, Body.FORM, is_page=True),
    "kiosk": Rule(None, READ | SEND, is_page=True),
    "oidc_sign_in": Rule(None, is_page=True),
    "oidc_callback": Rule(None, is_page=True),
    "language": Rule(None, SEND, Body.FORM, is_page=True),
    "sign_out": Rule(PEOPLE, SEND, Body.FORM, is_page=True),
    "password": Rule(PEOPLE, READ | SEND, Body.FORM, is_page=True),
    # What every desk has in its header.
    "find": Rule(PEOPLE),
    "help_of": Rule(PEOPLE),
    # Screens' own files.
    "shapes": Rule(EVERY_ROLE, is_kept=True),
    "density": Rule(ROLES[Screen.WALL], is_kept=True),
    "wall_tour": Rule(ROLES[Screen.WALL]),
    "outcome": _EXPORT[Screen.IMPORTS],
    "rows_to_mend": _EXPORT[Screen.IMPORTS],
    "template": _SCREEN_FILE[Screen.IMPORTS],
    "matters_export": _EXPORT[Screen.MATTERS],
    "service_export": _EXPORT[Screen.SERVICE],
    "siting_export": _EXPORT[Screen.SITING],
    "units_export": _EXPORT[Screen.UNITS],
    "audit_export": _EXPORT[Screen.AUDIT],
    "patch_progress": Rule(ROLES[Screen.PATCH], SEND),
    "patch_page": Rule(ROLES[Screen.PATCH], is_page=True),
    # The program of the phone alone: neither holds anything of anyone.
    "patch_manifest": _STATIC,
    "patch_worker": _STATIC,
    "plan_annex": _EXPORT[Screen.PLAN],
    "plan_handover": _EXPORT[Screen.PLAN],
    "hotspots_density": _SCREEN_FILE[Screen.HOTSPOTS],
    "hotspots_export": _EXPORT[Screen.HOTSPOTS],
    # Published products for other programs.
    "open_landing": _OPEN,
    "open_unknown": _OPEN,
    "open_definition": _OPEN,
    "open_conformance": _OPEN,
    "open_collections": _OPEN,
    "open_collection": _OPEN,
    "open_schema": _OPEN,
    "open_queryables": _OPEN,
    "open_items": _OPEN,
    "open_item": _OPEN,
    "open_tilesets": _OPEN,
    "open_tileset": _OPEN,
    "open_tilejson": _OPEN,
    "open_tile": Rule(ROLES[Screen.WALL], is_kept=True, takes_bearer=True),
}
