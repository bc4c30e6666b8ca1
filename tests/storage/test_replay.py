"""Every callback and every file, as every role, with hundreds of forged requests: nothing foreign comes back.

The real app over a real database, in process. Each role asks each callback that it may ask 500 times with
values that no page of ours sends: foreign and huge ids, words that are on no list, wrong types, nested junk,
forged State. Those that it may not ask are refused by the guard alone, whatever is sent.
"""

from __future__ import annotations

import gzip
import io
import json
import random
import re
import uuid
import zipfile
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient
from sqlalchemy import Engine

from callbacks.access.cookies import NAME
from callbacks.access.rules import CALLBACKS, RULES
from callbacks.shell import make_shell
from callbacks.tools import Tools
from data.access import roles
from data.counts.refreshing import refresh
from data.store import PostgisStore
from data.tiles.baking import bake_missing
from grid.principals import Principal, Role
from tests.screens.access_city import FROM_US, payload
from tests.storage.mixed_city import City, sees

TIMES = 500
REFUSED_TIMES = 50
"""The guard refuses by who asks for what, whatever is sent with it."""
LISTS = frozenset({Role.BUREAU, Role.TOWN, Role.UNIT, Role.WORKER})
"""Who is told of matters one by one."""
NAMED = re.compile(r"ZX91-(\d+)")
ADDRESSES = re.compile(r"ZX91(?:路|\\u8def)(\d+)")
JOBS = re.compile(r"ZX91(other_clerk|clerk)\.csv")
DRAFT = re.compile(r"draft(?:方案|\\u65b9\\u6848)")
SECRET = re.compile(
    r"password_hash|token_hash|argon2|Traceback|psycopg|sqlalchemy|SELECT .* FROM", re.IGNORECASE
)


class KnownGate:
    """The real gate, asked once a token: who asks is another test's, and 100,000 times the same."""

    def __init__(self, gate: Any) -> None:
        self._gate = gate
        self._known: dict[tuple[str, str], Principal | None] = {}

    def who(self, token: str, address: str) -> Principal | None:
        if (token, address) not in self._known:
            self._known[token, address] = self._gate.who(token, address)
        return self._known[token, address]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._gate, name)


class Store(PostgisStore):
    """The store with a gate that remembers."""

    def __init__(self, engine: Engine, counts: Path, tiles: Path) -> None:
        super().__init__(engine, counts, tiles)
        self._known = KnownGate(super().gate())

    def gate(self) -> Any:
        return self._known


@pytest.fixture(scope="module")
def app(
    new_database: Callable[..., Engine],
    mixed_city: City,
    login_as: Callable[..., Engine],
    tmp_path_factory: pytest.TempPathFactory,
) -> Dash:
    """The app with all that a worker makes beforehand: its copy of the counts and its tiles."""
    engine, home = new_database(mixed_city.database), tmp_path_factory.mktemp("home")
    refresh(engine, home / "counts")
    assert bake_missing(engine, home / "tiles")
    store = Store(login_as(engine, roles.SERVER), home / "counts", home / "tiles")
    made = make_shell(Tools(store=store))
    made.server.config["PROPAGATE_EXCEPTIONS"] = False
    return made


def client_of(app: Dash, city: City, role: Role) -> FlaskClient:
    client = app.server.test_client()
    client.set_cookie(NAME, city.who[role.value].token or "")
    return client


# What is sent


def values(city: City) -> tuple[Any, ...]:
    """Return values that some control might take for its own, and many that none should."""
    ids = [*range(80), *city.grids, *city.units, -1, 2**31, 2**63 - 1, 2**63, 10**40, 1.5, float(10**18)]
    words = [
        "", "claim", "accusation", "labour", "category:labour", "channel:visit", "all", "m1", "m24", "m99",
        "grid",
        "village", "county", "accepted", "review", "overdue", "number", "matter_no",
        "id; DROP TABLE petition",
        "' OR '1'='1", "封存ZX9", "%", "_", "\\", "/matters", "/wall?area=1", "2026-13-45", "2026-01-01",
        "9999-12-31", "0001-01-01", "2026Q9", "2026Q1", "0000Q1", "9999Q4", "NaN", "１２",
        "<script>", "../../etc/passwd", "x" * 5000,
        "data:text/csv;base64,AAAA", "a,b", "🙂", "\ud800", "\x00", "null", "true", "worker",
        "bureau", "admin",
    ]  # fmt: skip
    nested: list[Any] = [
        None, True, False, [], {}, [[]], [None] * 50, {"id": 1}, {"id": {"index": 1}}, [{"area": 1}],
        {"points": []},
        {"points": [{"customdata": 7, "location": 12}]}, {"points": [{"customdata": [54, "x"]}]},
        {"area": 12, "leader": 1, "open": True}, {"plan": 2, "version": 1}, {"job": 2}, {"batch": 4},
        {"sort": "address", "page": 2, "clock": "x"}, {"since": "2020-01-01", "until": "x"},
    ]  # fmt: skip
    return (*ids, *words, *nested)


def forged(app: Dash, output: str, pool: tuple[Any, ...], seed: int) -> dict[str, Any]:
    """Return one forged request; the seed says what is forged in it."""
    rng = random.Random(seed)
    body = payload(app, output, pages_location=rng.choice(["/", "/wall", "/matters", "/patch", "/admin"]))
    for part in (*body["inputs"], *body["state"]):
        if isinstance(part, dict):
            part["value"] = _value(rng, pool)
    named = [f"{one['id']}.{one['property']}" for one in body["inputs"] if isinstance(one, dict)]
    body["changedPropIds"] = rng.sample(named, min(len(named), rng.randint(0, 2)))
    _bend(rng, body, app.callback_map[output])
    return body


def _value(rng: random.Random, pool: tuple[Any, ...]) -> Any:
    value = rng.choice(pool)
    for _ in range(rng.choice([0, 0, 0, 0, 1, 2, 5])):
        value = rng.choice([[value], {"value": value, "id": value}, [value, rng.choice(pool)], str(value)])
    return value


def _bend(rng: random.Random, body: dict[str, Any], callback: Any) -> None:
    """Fill patterns with parts of their own, and sometimes break the request's frame itself."""
    for parts, known in ((body["inputs"], callback["inputs"]), (body["state"], callback["state"])):
        for place, one in enumerate(known):
            if one["id"].startswith("{"):
                pattern = json.loads(one["id"])
                ids = [
                    {key: rng.choice([1, "x", 7, "1"]) if isinstance(value, list) else value
                     for key, value in pattern.items()}
                    for _ in range(rng.randint(0, 3))
                ]  # fmt: skip
                parts[place] = [{"id": each, "property": one["property"], "value": 1} for each in ids]
    broken = rng.randrange(12)
    if broken == 0:
        body["state"] = [*body["state"], {"id": "forged", "property": "data", "value": {"area": 1}}]
    elif broken == 1:
        body["inputs"] = rng.choice([None, {}, "x", [], [[]], [None]])
    elif broken == 2:
        body["outputs"] = rng.choice([{"id": "account", "property": "children"}, [], None, 7])


# What comes back


def told(data: bytes) -> str:
    """Return an answer's text, out of whatever it is packed in."""
    if data.startswith(b"\x1f\x8b"):
        data = gzip.decompress(data)
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            data = b"\n".join(book.read(name) for name in book.namelist())
    return data.decode("utf-8", "replace")


def foreign_to(city: City, role: Role) -> Callable[[str], list[str]]:
    """Return a function that gives what an answer's text tells that a role may not know."""
    own = {one.number for one in city.matters if role in LISTS and sees(role.value, one)}
    # The audit says by its number which matter somebody read; never one that nobody can.
    read = {one.number for one in city.matters if any(sees(each.value, one) for each in LISTS)}
    known = read if role is Role.AUDITOR else own
    tokens = [one.token for one in city.who.values() if one.token]
    others = [one.label for name, one in city.who.items() if name != role.value]
    if role in {Role.ADMIN, Role.AUDITOR, Role.BUREAU}:
        others = []

    def foreign(text: str) -> list[str]:
        found = [f"matter {number}" for number in NAMED.findall(text) if int(number) not in known]
        found += [f"address {number}" for number in ADDRESSES.findall(text) if int(number) not in own]
        found += [
            f"job of {name}" for name in JOBS.findall(text) if role is not Role.CLERK or name != "clerk"
        ]
        found += SECRET.findall(text)
        found += DRAFT.findall(text) if role not in {Role.PLANNER, Role.APPROVER} else []
        return found + [one for one in (*tokens, *others) if one in text]

    return foreign


def post(client: FlaskClient, body: str) -> tuple[int, bytes]:
    answer = client.post(CALLBACKS, data=body, content_type="application/json", headers=FROM_US)
    return answer.status_code, answer.data


def asks(app: Dash, client: FlaskClient, pool: tuple[Any, ...]) -> tuple[list[str], list[str]]:
    """Return the callbacks that are the client's to ask, and those that are not."""
    own, others = [], []
    for output, one in app.callback_map.items():
        if "callback" in one:
            is_own = post(client, json.dumps(payload(app, output, pages_location="/")))[0] != 404
            (own if is_own else others).append(output)
    return own, others


@pytest.mark.parametrize("role", list(Role))
def test_forged_callbacks_tell_nothing_foreign_and_never_fail(
    app: Dash, mixed_city: City, role: Role
) -> None:
    client, pool, foreign = client_of(app, mixed_city, role), values(mixed_city), foreign_to(mixed_city, role)
    own, _ = asks(app, client, pool)
    found: list[tuple[str, int, object]] = []
    met: Counter[int] = Counter()
    for number, output in enumerate(own):
        for seed in range(TIMES):
            status, data = post(client, json.dumps(forged(app, output, pool, number * TIMES + seed)))
            met[status] += 1
            found += [(output, seed, status)] if status >= 500 else []
            found += [(output, seed, one) for one in foreign(told(data))]
    assert own
    assert found == []
    # What changes the page takes addresses alone: whoever has no other callback is only refused.
    assert len(own) == 1 or met[200] + met[204] > TIMES / 2, "the guard alone was asked"


@pytest.mark.parametrize("role", list(Role))
def test_callbacks_of_other_roles_are_refused_whatever_is_sent(
    app: Dash, mixed_city: City, role: Role
) -> None:
    client, pool, foreign = client_of(app, mixed_city, role), values(mixed_city), foreign_to(mixed_city, role)
    own, others = asks(app, client, pool)
    assert set(own).isdisjoint(others)
    assert others
    for number, output in enumerate(others):
        for seed in range(REFUSED_TIMES):
            status, data = post(client, json.dumps(forged(app, output, pool, number * TIMES + seed)))
            assert status == 404, (output, seed)
            assert foreign(told(data)) == [], (output, seed)


OPEN_COLLECTIONS = ("counties", "villages", "boundaries-grid", "x", "%00")
FILES = {
    "shapes": [f"/shapes/{level}/{n}.json" for level in ("town", "grid", "x")
               for n in (0, 1, 4, 10**30)],
    "density": [f"/density/{n}/{name}.png" for n in (0, 1, 10**30) for name in
                ("x", "2026-01-01_m3_all", "2026-13-01_m3_all", "2026-01-01_m3_category-x", "a_b_c",
                 "9999-12-31_m24_channel-visit", "2026-01-01_m3_category-labour")],
    "outcome": [f"/imports/outcome/{n}.xlsx" for n in (*range(9), 2**62, 2**63 - 1, 2**63, 10**30)],
    "rows_to_mend": [f"/imports/rows/{n}.xlsx" for n in (*range(9), 2**62, 2**63 - 1, 2**63, 10**30)],
    "template": [f"/imports/template/{kind}.xlsx" for kind in ("petitions", "x", "..", "%00", "账户")],
    "matters_export": ["/matters/export.xlsx", "/matters.xlsx"],
    "audit_export": ["/audit/export.xlsx", "/audit.xlsx"],
    "plan_annex": [f"/plan/{n}/annex.{suffix}" for n in (0, 1, 2, 3, 99, 2**63 - 1, 2**63, 10**30)
                   for suffix in ("xlsx", "docx", "pdf")],
    "plan_handover": [f"/plan/{n}/handover.xlsx" for n in (0, 1, 2, 3, 99, 2**63 - 1, 2**63, 10**30)],
    "open_landing": ["/open", "/open/"],
    "open_unknown": ["/open/x", "/open/collections/x/y/z", "/open/tiles/1/2/3/4/5",
                     "/open/..%2f..", "/open/%00"],
    "open_definition": ["/open/api"],
    "open_conformance": ["/open/conformance"],
    "open_collections": ["/open/collections"],
    "open_collection": [f"/open/collections/{name}" for name in OPEN_COLLECTIONS],
    "open_schema": [f"/open/collections/{name}/schema" for name in OPEN_COLLECTIONS],
    "open_queryables": [f"/open/collections/{name}/queryables" for name in OPEN_COLLECTIONS],
    "open_items": [f"/open/collections/{name}/items{query}" for name in OPEN_COLLECTIONS for query in
                   ("", "?limit=2&offset=3", "?bbox=120,28,120.1,28.1", "?category=labour",
                    "?category=accusation")],
    "open_item": [f"/open/collections/{name}/items/{n}" for name in OPEN_COLLECTIONS
                  for n in (0, 1, 4, 12, 2**62, 10**30)],
    "open_tilesets": [f"/open/collections/{name}/tiles" for name in OPEN_COLLECTIONS],
    "open_tileset": [f"/open/collections/{name}/tiles/WebMercatorQuad" for name in OPEN_COLLECTIONS],
    "open_tilejson": [f"/open/tiles/{level}.json" for level in ("town", "grid", "x")],
    "open_tile": [f"/open/tiles/{name}/{z}/0/0.mvt" for name in ("x", "1-0123456789ab", "..%2f1")
                  for z in (0, 13, 99, 10**9)],
    "hotspots_density": ["/hotspots/density.png", "/hotspots/density.png?area=1&since=2026-01-01"],
    "hotspots_export": ["/hotspots/export", "/hotspots/export?form=gpkg&level=grid", "/hotspots/export.csv",
                        "/hotspots/export?form=density"],
    "units_export": ["/units/export.xlsx", "/units/export.xlsx?quarter=2026Q3&category=labour",
                     "/units/export.xlsx?since=2026-01-01&until=2026-06-30", "/units/export"],
    "siting_export": ["/siting/export.xlsx", "/siting/export.xlsx?most=99", "/siting/export.xlsx?run=1",
                      "/siting/export.xlsx?demand=open&radius=9&way=table&goal=median&county=1"],
    "service_export": ["/service/export", "/service/export?list=points&form=csv", "/service/export.xlsx"],
    # What is asked comes back in words: that numbers find their own matters alone is in test_finding.
    "find": [f"/find?q={text}" for text in
             ("", "ZX91", "东", "dong", "ds", "990102", "领导", "%00", "9" * 500, "%ED%A0%80")],
    "help_of": [f"/help/{name}" for name in ("units", "matters", "audit", "admin", "plan", "x", "%00", "..")],
    "wall_tour": ["/wall/tour.json", "/wall/tour.json?tour=1", "/wall/tour.json?tour=%00&scene=-1",
                  "/wall/tour.json?tour=" + "9" * 40],
}  # fmt: skip
QUERIES = (
    "", "number=%", "number=%00", "number=%ED%A0%80", "number=" + "9" * 500, "sort=address", "sort=matter_no",
    "since=x&until=y", "since=9999-12-31&until=0001-01-01", "since=0001-01-01&until=9999-12-31",
    "clock=x&category=accusation", "purpose=accusation", "category=labour&sort=place&descending=x", "page=-1",
    "page=10000000000000000000000", "unit=2", "area=1", "quarter=0000Q1", "quarter=9999Q4", "role=bureau",
    "principal=%27OR%271", "thing=%00",
    "thing=" + "x" * 300, "subject=account", "action=x", "action=account.add", "as=bureau", "token=x",
)  # fmt: skip


@pytest.mark.parametrize("role", list(Role))
def test_files_tell_nothing_foreign_whatever_is_asked_for(app: Dash, mixed_city: City, role: Role) -> None:
    client, foreign = client_of(app, mixed_city, role), foreign_to(mixed_city, role)
    there = {rule.endpoint: rule.rule for rule in app.server.url_map.iter_rules()}
    statuses: Counter[int] = Counter()
    for endpoint, addresses in FILES.items():
        plain = there[endpoint]
        for address in {*addresses, *([plain] if "<" not in plain else [])}:
            for query in QUERIES if "<" not in plain else QUERIES[:2]:
                answer = client.get(f"{address}?{query}", headers=FROM_US)
                statuses[answer.status_code] += 1
                text = told(answer.data)
                assert answer.status_code < 500, (address, query)
                assert foreign(text) == [], (address, query)
                is_answered = answer.status_code == 200
                assert (
                    not is_answered or RULES[endpoint].roles is None or role in (RULES[endpoint].roles or ())
                )
    assert statuses[404]
    files = {name for name, rule in RULES.items() if rule.roles and not rule.is_page and name[0] != "/"}
    assert set(FILES) | SENDS == files


SENDS = {"patch_progress"}
"""What takes JSON beside the callbacks."""


def note(**wrong: Any) -> dict[str, Any]:
    """Return what a phone sends of a step, with a key of its own."""
    at = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
    return {"matter": 1, "step": "visited", "words": "到场", "key": str(uuid.uuid4()), "at": at} | wrong


@pytest.mark.parametrize("role", list(Role))
def test_forged_notes_tell_nothing_foreign_and_never_fail(app: Dash, mixed_city: City, role: Role) -> None:
    client, pool, foreign = client_of(app, mixed_city, role), values(mixed_city), foreign_to(mixed_city, role)
    found: list[object] = []
    met: Counter[int] = Counter()
    for seed in range(TIMES):
        rng = random.Random(seed)
        wrong = {name: _value(rng, pool) for name in rng.sample(sorted(note()), rng.randint(0, 2))}
        body = note(matter=rng.randint(1, 150)) | wrong
        answer = client.post("/patch/progress", json=body, headers=FROM_US)
        met[answer.status_code] += 1
        found += [(seed, one) for one in foreign(told(answer.data))]
    assert found == []
    # Too large is what was packed into itself several times.
    assert set(met) - {413} == ({200, 422} if role is Role.WORKER else {404})


def test_a_matter_of_others_is_answered_like_none(app: Dash, mixed_city: City) -> None:
    client = client_of(app, mixed_city, Role.WORKER)
    refused, kept = set(), 0
    for number in range(1, 400):
        answer = client.post("/patch/progress", json=note(matter=number), headers=FROM_US)
        if answer.status_code == 200:
            kept += 1
        else:
            refused.add((answer.status_code, answer.data))
    assert kept == sum(sees("worker", one) for one in mixed_city.matters)
    assert kept
    assert len(refused) == 1
