"""How the wall keeps fresh, as its server has it: the pulse, what is late, what is asked again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import dash
import pytest
from flask import g

from callbacks.access.rules import CALLBACKS
from callbacks.wall.ids import WallId
from callbacks.wall.live import Lag, lag_of, live_parts
from grid.principals import Role
from grid.published import LATE, Publication
from layers.numbers import CITY_ZONE
from layers.words import Language
from tests.screens.access_city import FROM_US, come_as, guarded, payload, someone

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=CITY_ZONE)
FRESH = Publication(7, datetime(2026, 11, 20, 10, 0, tzinfo=UTC), date(2026, 11, 21))


def ago(minutes: float) -> datetime:
    return (NOW - timedelta(minutes=minutes)).astimezone(UTC)


@pytest.mark.parametrize(
    ("publication", "lag"),
    [
        (None, None),
        (FRESH, None),
        (replace(FRESH, newer_at=ago(1)), Lag.NEWER),
        (replace(FRESH, newer_at=ago(14.9)), Lag.NEWER),
        (replace(FRESH, newer_at=ago(15.1)), Lag.LATE),
        (replace(FRESH, day=date(2026, 11, 20)), Lag.LATE),
    ],
)
def test_data_that_waits_is_late_and_a_quiet_night_is_not(
    publication: Publication | None, lag: Lag | None
) -> None:
    """Hours after the last import the publication shows all there is."""
    assert lag_of(publication, NOW) is lag


def test_a_day_that_has_just_begun_may_wait_to_be_published() -> None:
    yesterday = replace(FRESH, day=date(2026, 11, 20))
    midnight = datetime(2026, 11, 21, tzinfo=CITY_ZONE)
    assert lag_of(yesterday, midnight + LATE - timedelta(seconds=1)) is None
    assert lag_of(yesterday, midnight + LATE) is Lag.LATE


@pytest.mark.parametrize("language", list(Language))
def test_the_browser_is_given_its_words_with_the_time_left_open(language: Language) -> None:
    told = live_parts(language, program="one", leave_to="/kiosk").to_plotly_json()["props"]
    assert {name for name, value in told.items() if "{time}" in str(value)} == {"data-silent", "data-down"}
    assert told["data-late-ms"] == "900000"


def test_a_tick_and_the_pulse_of_the_server_name_the_program() -> None:
    app, _ = guarded(program="one")
    client = come_as(app.server.test_client(), Role.KIOSK)
    tick = next(output for output in app.callback_map if output.startswith(f"..{WallId.VERSION}.data"))
    answer = client.post(CALLBACKS, json=payload(app, tick), headers=FROM_US)
    told = answer.json["response"]
    assert told[WallId.PULSE]["data"]["program"] == "one"
    assert told[WallId.VERSION]["data"]["number"] == 7
    assert client.get("/healthz").json["program"] == "one"
    assert len(answer.data) < 400, "every 15 seconds, on every wall"


@pytest.mark.parametrize(("role", "way_out"), [(Role.KIOSK, "/kiosk"), (Role.LEADER, "/sign-in?next=")])
def test_a_page_knows_where_its_reader_goes_when_the_session_has_ended(role: Role, way_out: str) -> None:
    app, _ = guarded()
    with app.server.test_request_context("/wall"):
        g.principal = someone(role)
        page = dash.page_registry["wall"]["layout"]()
    live = next(part for part in page._traverse() if getattr(part, "id", None) == WallId.LIVE)
    assert getattr(live, "data-leave-to") == way_out


def test_what_a_lost_database_left_unanswered_is_asked_again() -> None:
    """The version is forgotten but for its time, so that the next tick brings it anew and all is drawn."""
    app, store = guarded()
    store.ports["wall"].down = True
    client = come_as(app.server.test_client(), Role.LEADER)
    shown = {"number": 7, "until": "2026-11-20", "at": "2026-11-20 09:05", "day": "2026-11-20"}
    listed = next(output for output in app.callback_map if output.startswith(f"..{WallId.LIST}.children"))
    answer = client.post(CALLBACKS, json=payload(app, listed, wall_version=shown), headers=FROM_US).json
    assert answer["sideUpdate"][WallId.VERSION]["data"] == {"at": "2026-11-20 09:05"}
    store.ports["wall"].down = False
    forgotten = client.post(
        CALLBACKS, json=payload(app, listed, wall_version={"at": "2026-11-20 09:05"}), headers=FROM_US
    )
    assert forgotten.status_code == 204, "until a version has come nothing is asked"
