"""Personal-looking values planted in requests, files and rows: after 30 forced errors no record holds one.

Records are what outlives a request: the program's log, the database's own log, the audit, batches, and what
may be exported.
"""

from __future__ import annotations

import io
import json
import logging
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from dash import Dash
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from callbacks.access import logs
from callbacks.access.cookies import NAME
from callbacks.access.rules import CALLBACKS
from callbacks.shell import make_shell
from callbacks.tools import Tools
from data.access import roles
from data.settings import Settings
from data.store import PostgisStore
from grid.audits import AuditQuestion
from grid.findings import ImportKind
from grid.refusals import Refused
from grid.register import RegisterQuestion
from tests.screens.access_city import FROM_US, payload
from tests.storage.desk_reads import say
from tests.storage.mixed_city import City, petition_values

PHONE, IDENTITY, PLATE = "13812345678", "110101199003077571", "浙A12345"
PASSWORD, TOKEN, MAIL = "马蹄铁-canary-电池", "canaryTOKEN0123456789abcdefgh", "canary@example.org"
PERSON = "欧阳金丝雀"
CANARIES = (PHONE, IDENTITY, PLATE, PASSWORD, TOKEN, MAIL, PERSON)
ALL = " ".join(CANARIES)


@pytest.fixture
def app(mixed: Engine, login_as: Callable[..., Engine]) -> Iterator[Dash]:
    server = login_as(mixed, roles.SERVER)
    made = make_shell(Tools(store=PostgisStore(server)))
    made.server.config["PROPAGATE_EXCEPTIONS"] = False
    yield made
    server.dispose()


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that the program logs, as it is set up for serving, and every record in full beside it."""
    kept = io.StringIO()
    before = list(logging.root.handlers)
    logs.set_up()
    handler = logging.StreamHandler(kept)
    handler.setFormatter(logging.root.handlers[0].formatter)
    logging.root.addHandler(handler)
    yield kept
    logging.root.handlers[:] = before


def force_errors(app: Dash, city: City, engine: Engine, root: Engine) -> int:
    """Provoke errors with canaries in them at every layer and return how many there were."""
    forced = _by_requests(app, city)
    store = PostgisStore(engine)
    bureau, clerk, admin = (city.who[name] for name in ("bureau", "clerk", "admin"))
    questions: tuple[Callable[[], object], ...] = (
        lambda: store.gate().sign_in(PHONE, PASSWORD, "127.0.0.1"),
        lambda: store.gate().sign_in(MAIL, PASSWORD, "127.0.0.1"),
        lambda: store.gate().change_password(bureau.token or "", PASSWORD, PASSWORD, "127.0.0.1"),
        lambda: store.gate().who(TOKEN, PHONE) or _refuse(),
        lambda: store.matters(bureau).page(RegisterQuestion(number=ALL * 3)),
        lambda: store.matters(bureau).page(RegisterQuestion(number=IDENTITY)) and _refuse(),
        lambda: store.matters(bureau).recuse(1, PHONE),
        lambda: store.matters(city.who["town"]).recuse(1, PHONE),
        lambda: store.matters(city.who["leader"]).page(RegisterQuestion(number=PHONE)),
        lambda: store.accounts(admin).end_sessions(PERSON),
        lambda: store.accounts(admin).add_kiosk(PHONE, ALL),
        lambda: store.imports(clerk).upload(f"{ALL}.csv", b""),
        lambda: store.imports(clerk).submit(ImportKind.PETITIONS, ALL, dry_run=False, options={}),
        lambda: store.imports(clerk).submit(
            ImportKind.PETITIONS, "x", dry_run=False, options={f"a {ALL}": ALL}
        ),
    )
    for question in questions:
        with suppress(Refused):
            question()
            continue
        forced += 1
    return forced + _by_rows(app, city, root)


def _refuse() -> None:
    raise Refused("nothing")


def _by_requests(app: Dash, city: City) -> int:
    client, forced = app.server.test_client(), 0
    client.set_cookie(NAME, TOKEN)
    answers = [
        client.get(f"/{one}?q={one}", headers={"User-Agent": one, "Referer": one}) for one in ("x", PHONE)
    ]
    answers += [client.post("/sign-in", data={"login": one, "password": PASSWORD}, headers=FROM_US)
                for one in (PHONE, PERSON, MAIL)]  # fmt: skip
    client.set_cookie(NAME, city.who["clerk"].token or "")
    for output, one in app.callback_map.items():
        if "callback" in one and output.startswith("..imports"):
            body = payload(app, output)
            for part in (*body["inputs"], *body["state"]):
                if isinstance(part, dict):
                    part["value"] = f"data:text/csv;base64,{ALL}"
            answers.append(client.post(CALLBACKS, json=body, headers=FROM_US))
            answers.append(client.post(CALLBACKS, data=json.dumps(body)[:-9], headers=FROM_US))
    answers += [client.get(path) for path in (f"/imports/outcome/{PHONE}.xlsx", f"/shapes/{IDENTITY}/1.json")]
    forced += sum(answer.status_code != 200 for answer in answers)
    return forced


def _by_rows(app: Dash, city: City, root: Engine) -> int:
    """Break constraints of the database with rows full of canaries, as a bug of ours would."""
    values = petition_values(city, city.matters[0]) | {"matter_no": IDENTITY, "address": ALL}
    bad: tuple[dict[str, object], ...] = (
        {"purpose": PHONE}, {"channel": PERSON}, {"submissions": 0}, {"place_status": PLATE},
        {"unit_id": 10**9},
        {"registered_on": PHONE}, {"point": MAIL}, {"batch_id": None},
    )  # fmt: skip
    forced = 0
    for change in bad:
        row = values | change
        sql = f"INSERT INTO petition ({', '.join(row)}) VALUES ({', '.join(f':{name}' for name in row)})"
        try:
            with root.begin() as connection:
                connection.execute(text(sql), row)
        except DBAPIError as error:
            with app.server.test_request_context(f"/{PHONE}?q={IDENTITY}"):
                logs.log_bug(error)
            forced += 1
    return forced


def found_in(text: str) -> list[str]:
    escaped = text + text.encode().decode("unicode_escape", "replace")
    return [one for one in CANARIES if one in escaped]


def test_no_record_holds_a_persons_value(  # noqa: PLR0917  fixtures, by name
    app: Dash,
    mixed: Engine,
    mixed_city: City,
    login_as: Callable[..., Engine],
    log: io.StringIO,
    cluster_settings: Settings,
) -> None:
    database_log = Path(cluster_settings.cluster_dir) / "postgresql.log"
    before = database_log.stat().st_size
    server, root = login_as(mixed, roles.SERVER), login_as(mixed, "postgres")
    assert force_errors(app, mixed_city, server, root) >= 30
    assert log.getvalue().count("\n") >= 10
    assert found_in(log.getvalue()) == []
    with database_log.open("rb") as file:
        file.seek(before)
        written = file.read().decode("utf-8", "replace")
    assert found_in(written) == []
    with root.connect() as connection:
        for table in (
            "audit",
            "import_batch",
            "import_finding",
            "sign_in_failure",
            "login_session",
            "account",
        ):
            rows = connection.execute(text(f"SELECT string_agg(t::text, '|') FROM {table} t")).scalar_one()
            assert found_in(rows or "") == [], table
    store = PostgisStore(server)
    exported = (
        store.audit(mixed_city.who["auditor"]).export(AuditQuestion(), say),
        store.matters(mixed_city.who["bureau"]).export(RegisterQuestion(), say),
        store.imports(mixed_city.who["clerk"]).outcome(mixed_city.batch, say),
    )
    for book in exported:
        with zipfile.ZipFile(io.BytesIO(book)) as parts:
            assert found_in("".join(parts.read(name).decode() for name in parts.namelist())) == []
    server.dispose()


def test_a_canary_would_be_found(log: io.StringIO) -> None:
    """The search can fail, also where a text is escaped."""
    logging.getLogger("fengtu.web").warning("said", extra={"facts": {"text": PHONE}})
    assert found_in(log.getvalue()) == [PHONE]
    assert found_in(json.dumps({"said": PERSON})) == [PERSON]
