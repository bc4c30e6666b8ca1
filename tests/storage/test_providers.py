"""Online providers: what leaves, what comes back, and that no answer is ever more than a suggestion.

Every question goes to a geocoder on this machine; nothing here knows the way outside.
"""

from __future__ import annotations

import hashlib
import json
import logging
import socket
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, text

from app import create_app
from data.cli import make_cli
from data.provider_settings import OFFICIAL, Provider, ProviderSettings
from data.providers.answers import Answer, Outcome, Unanswered
from data.providers.asked import Withheld, is_personal
from data.providers.asking import ADAPTERS, MOST_BYTES, Line
from data.providers.run import Asking, Stop, ask_provider
from data.settings import read_settings
from grid.datums import Datum, from_cgcs2000
from grid.principals import COMMAND_LINE
from layers.words import Language, all_words, say
from tests.storage.loopback_geocoder import LoopbackGeocoder

KEY, SECRET = "canary-key-77aa", "canary-secret-88bb"
OK = b"HTTP/1.1 200 OK\r\n"
INSIDE = (120.05, 28.05)
"""In 云岭县 of the small city; ``OUTSIDE`` is in its other county."""
OUTSIDE = (120.35, 28.05)
TEXT = "云岭县东山街道无名路8号"
DATUMS = {Provider.TIANDITU: Datum.CGCS2000, Provider.AMAP: Datum.GCJ02, Provider.BAIDU: Datum.BD09}


@pytest.fixture
def geocoder() -> Iterator[LoopbackGeocoder]:
    made = LoopbackGeocoder()
    yield made
    made.close()


@pytest.fixture(autouse=True)
def quiet_key(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever a test does, the key and its secret stand in no log, also not at the level DEBUG."""
    caplog.set_level(logging.DEBUG)
    yield
    assert KEY not in caplog.text
    assert SECRET not in caplog.text


def settings_of(
    geocoder: LoopbackGeocoder, provider: Provider = Provider.AMAP, **more: Any
) -> ProviderSettings:
    return ProviderSettings(provider, KEY, geocoder.url, **more)


def said(provider: Provider, place: tuple[float, float], *, fine: bool = True) -> dict[str, Any]:
    """What a provider says of a place given in CGCS2000, in its own datum and words."""
    x, y = (float(one[0]) for one in from_cgcs2000([place[0]], [place[1]], DATUMS[provider]))
    if provider is Provider.TIANDITU:
        level = "地名地址" if fine else "区县"
        return {
            "status": "0",
            "msg": "ok",
            "location": {"lon": str(x), "lat": str(y), "level": level, "score": 95},
        }
    if provider is Provider.AMAP:
        found = {"location": f"{x:.8f},{y:.8f}", "level": "门牌号" if fine else "道路"}
        return {"status": "1", "infocode": "10000", "count": "1", "geocodes": [found]}
    result = {
        "location": {"lng": x, "lat": y}, "precise": int(fine), "confidence": 80 if fine else 30,
        "comprehension": 100, "level": "门址" if fine else "区县",
    }  # fmt: skip
    return {"status": 0, "result": result}


def add(engine: Engine, address: str, number: str, **more: object) -> None:
    row = {
        "place_status": "review",
        "granularity": "none",
        "place_method": "address",
        "purpose": "claim",
        **more,
    }
    names = ", ".join(row)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO petition (matter_no, source, channel, category, track, stage, registered_on,"
                f" is_repeat, submissions, heads, is_backlog, address, address_key, batch_id, {names})"
                " VALUES (:number, 'x', 'visit', 'land', 'ordinary', 'handling', CURRENT_DATE, false, 1, 1,"
                " false, :address, :address, (SELECT min(id) FROM import_batch),"
                f" {', '.join(f':{name}' for name in row)})"
            ),
            {"number": number, "address": address, **row},
        )


def rows(engine: Engine, statement: str) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


def ask(engine: Engine, settings: ProviderSettings, **more: Any) -> Asking:
    return ask_provider(engine, COMMAND_LINE, settings, pause_s=0, **more)


# What leaves


@pytest.mark.parametrize("provider", list(Provider))
def test_a_point_in_the_named_county_is_kept_in_both_datums(
    small_city: Engine, geocoder: LoopbackGeocoder, provider: Provider
) -> None:
    add(small_city, TEXT, "1")
    geocoder.body = said(provider, INSIDE)
    before = rows(small_city, "SELECT to_jsonb(p) FROM petition p")
    done = ask(small_city, settings_of(geocoder, provider))
    assert (done.outcomes, done.stop) == ({Outcome.FOUND: 1}, Stop.DONE)
    ((name, key, outcome, datum, lon, _, x, y, raw),) = rows(
        small_city,
        "SELECT provider, address_key, outcome, datum, lon, lat, ST_X(point), ST_Y(point), raw"
        " FROM provider_answer",
    )
    assert (name, key, outcome, datum) == (provider.value, TEXT, "found", DATUMS[provider].value)
    assert (x, y) == pytest.approx(INSIDE, abs=1e-6)
    moved = abs(lon - x) > 0.001
    assert moved is (provider is not Provider.TIANDITU), "the native point is the provider's own"
    assert raw == json.loads(json.dumps(geocoder.body))
    assert rows(small_city, "SELECT to_jsonb(p) FROM petition p") == before, "an answer places nothing"


def test_each_provider_is_asked_as_its_documents_say(geocoder: LoopbackGeocoder) -> None:
    expected: dict[Provider, dict[str, str]] = {
        Provider.TIANDITU: {"ds": '{"keyWord": "云岭市' + TEXT + '"}', "tk": KEY},
        Provider.AMAP: {"address": TEXT, "city": "云岭市", "key": KEY, "output": "JSON"},
        Provider.BAIDU: {"address": TEXT, "city": "云岭市", "ak": KEY, "output": "json"},
    }
    for provider in Provider:
        geocoder.body = said(provider, INSIDE)
        Line(settings_of(geocoder, provider)).ask(TEXT, "云岭市")
        assert geocoder.asked[-1] == expected[provider]
        came = {name.lower() for name in geocoder.came[-1]}
        assert came.isdisjoint({"cookie", "authorization", "referer"})


def test_questions_are_signed_where_there_is_a_secret(geocoder: LoopbackGeocoder) -> None:
    geocoder.body = said(Provider.AMAP, INSIDE)
    Line(settings_of(geocoder, Provider.AMAP, secret=SECRET)).ask(TEXT, "云岭市")
    line = f"address={TEXT}&city=云岭市&key={KEY}&output=JSON{SECRET}"
    assert geocoder.asked[-1]["sig"] == hashlib.md5(line.encode()).hexdigest()  # noqa: S324
    geocoder.body = said(Provider.BAIDU, INSIDE)
    Line(settings_of(geocoder, Provider.BAIDU, secret=SECRET)).ask(TEXT, "云岭市")
    sent, _, sn = geocoder.lines[-1].rpartition("&sn=")
    assert sn == hashlib.md5(quote_plus(sent + SECRET).encode()).hexdigest()  # noqa: S324
    assert f"address={quote(TEXT)}" in sent
    assert not any(SECRET in one for one in geocoder.lines)


@pytest.mark.parametrize(
    "address",
    [
        "云岭县东山街道12号13800138000",
        "云岭县东山街道12号138-0013-8000",
        "云岭县东山街道12号１３８００１３８０００",
        "云岭县东山街道12号身份证11010519491231002X",
        "云岭县东山街道12号***",
        "云岭县东山街道12号联系人张三",
        "云岭县东山街道王女士家",
        "云岭县东山街道12号举报人李四",
    ],
)
def test_what_may_be_personal_never_leaves(
    small_city: Engine, geocoder: LoopbackGeocoder, address: str
) -> None:
    add(small_city, address, "1")
    done = ask(small_city, settings_of(geocoder))
    assert (done.asked, done.withheld) == (0, {Withheld.PERSONAL: 1})
    assert geocoder.asked == []
    assert rows(small_city, "SELECT * FROM provider_spent") == []


def test_protected_numbers_are_no_person(small_city: Engine) -> None:
    assert not any(map(is_personal, (TEXT, "云岭县双石镇12345号", "云岭县990101100001号地块", "民族路3号")))


def test_only_open_texts_that_name_a_county_are_asked_once(
    small_city: Engine, geocoder: LoopbackGeocoder
) -> None:
    add(small_city, TEXT, "1")
    add(small_city, TEXT, "2")
    add(small_city, "云岭县东山街道无名路9号", "3")
    add(small_city, "某处某地无人知晓", "4")
    add(small_city, "北京市海淀区中关村大街1号", "5", place_status="out_of_area")
    add(
        small_city,
        "云岭县东山街道已定",
        "6",
        place_status="accepted",
        granularity="none",
        place_method="none",
    )
    add(small_city, "云岭县东山街道" + "很长" * 200, "7")
    geocoder.body = said(Provider.AMAP, INSIDE)
    done = ask(small_city, settings_of(geocoder))
    assert [one["address"] for one in geocoder.asked] == [TEXT, "云岭县东山街道无名路9号"]
    assert done.withheld == {Withheld.NO_COUNTY: 2, Withheld.TOO_LONG: 1}
    again = ask(small_city, settings_of(geocoder))
    assert (again.asked, again.stop) == (0, Stop.DONE)
    assert len(geocoder.asked) == 2


def test_a_person_s_decision_is_never_asked_about(small_city: Engine, geocoder: LoopbackGeocoder) -> None:
    add(small_city, TEXT, "1")
    decision = (
        "INSERT INTO place_decision (address_key, verdict, granularity, principal)"
        f" VALUES ('{TEXT}', 'unplaceable', 'none', 'somebody')"
    )
    with small_city.begin() as connection:
        connection.execute(text(decision))
    assert ask(small_city, settings_of(geocoder)).asked == 0
    with small_city.begin() as connection:
        connection.execute(text("UPDATE place_decision SET undone_at = now()"))
    geocoder.body = said(Provider.AMAP, INSIDE)
    assert ask(small_city, settings_of(geocoder)).asked == 1


def test_a_decision_made_while_asking_stops_its_question(
    small_city: Engine, geocoder: LoopbackGeocoder
) -> None:
    for number in range(2):
        add(small_city, f"云岭县东山街道无名路{number + 1}号", str(number))
    geocoder.body = said(Provider.AMAP, INSIDE)

    def decide(count: int, outcome: Outcome) -> None:
        with small_city.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO place_decision (address_key, verdict, granularity, principal)"
                    " SELECT DISTINCT address_key, 'unplaceable', 'none', 'x' FROM petition"
                )
            )

    done = ask(small_city, settings_of(geocoder), tell=decide)
    assert (done.asked, done.stop, len(geocoder.asked)) == (1, Stop.DONE, 1)
    assert rows(small_city, "SELECT used FROM provider_spent") == [(1,)]


# What is made of answers


@pytest.mark.parametrize("provider", list(Provider))
def test_coarse_answers_and_other_counties_give_no_point(
    small_city: Engine, geocoder: LoopbackGeocoder, provider: Provider
) -> None:
    for number, (body, outcome) in enumerate(
        [
            (said(provider, INSIDE, fine=False), Outcome.COARSE),
            (said(provider, OUTSIDE), Outcome.ELSEWHERE),
            (said(provider, (116.4, 39.9)), Outcome.ELSEWHERE),
        ]
    ):
        add(small_city, f"云岭县东山街道无名路{number}号", str(number))
        geocoder.body = body
        assert ask(small_city, settings_of(geocoder, provider)).outcomes == {outcome: 1}
    kept = rows(small_city, "SELECT outcome, point, lon IS NOT NULL FROM provider_answer ORDER BY id")
    assert kept == [("coarse", None, True), ("elsewhere", None, True), ("elsewhere", None, True)]


@pytest.mark.parametrize(
    ("provider", "body", "outcome"),
    [
        (Provider.AMAP, {"status": "1", "geocodes": []}, Outcome.NOTHING),
        (Provider.AMAP, {"status": "1", "geocodes": [{}, {}]}, Outcome.AMBIGUOUS),
        (Provider.AMAP, {"status": "1", "geocodes": [{"location": "x,y"}]}, Outcome.NOTHING),
        (Provider.AMAP, {"status": "1", "geocodes": [{"location": "0,0"}]}, Outcome.NOTHING),
        (Provider.AMAP, {"status": "1", "geocodes": [7]}, Outcome.NOTHING),
        (Provider.AMAP, {"status": "0", "infocode": "10003"}, Outcome.QUOTA),
        (Provider.AMAP, {"status": "0", "infocode": "10001"}, Outcome.DENIED),
        (Provider.AMAP, {"status": "0", "infocode": "10007"}, Outcome.DENIED),
        (Provider.AMAP, {"status": "0", "infocode": "20000"}, Outcome.REFUSED),
        (Provider.AMAP, {"status": "0", "infocode": "30001"}, Outcome.NOTHING),
        (Provider.AMAP, {"status": "0"}, Outcome.UNREADABLE),
        (Provider.BAIDU, {"status": 302, "message": "天配额超限"}, Outcome.QUOTA),
        (Provider.BAIDU, {"status": 4}, Outcome.QUOTA),
        (Provider.BAIDU, {"status": 401}, Outcome.QUOTA),
        (Provider.BAIDU, {"status": 211, "message": "APP SN校验失败"}, Outcome.DENIED),
        (Provider.BAIDU, {"status": 5}, Outcome.DENIED),
        (Provider.BAIDU, {"status": 2}, Outcome.REFUSED),
        (Provider.BAIDU, {"status": 1, "msg": "Internal Service Error:无相关结果"}, Outcome.NOTHING),
        (Provider.BAIDU, {"status": 1}, Outcome.UNREADABLE),
        (Provider.BAIDU, {"status": 0}, Outcome.NOTHING),
        (Provider.BAIDU, {"status": False}, Outcome.UNREADABLE),
        (Provider.TIANDITU, {"status": "101", "msg": "结果为空"}, Outcome.NOTHING),
        (Provider.TIANDITU, {"status": "0", "location": ""}, Outcome.NOTHING),
        (Provider.TIANDITU, {"status": "404"}, Outcome.UNREADABLE),
        (Provider.TIANDITU, {"code": 301005, "msg": "非法Key"}, Outcome.DENIED),
        (Provider.TIANDITU, {"code": 301009, "msg": "访问次数超限"}, Outcome.QUOTA),
        *((provider, body, Outcome.UNREADABLE) for provider in Provider for body in ([], "x", None, 7, {})),
    ],
)  # fmt: skip
def test_every_other_answer_has_its_name(provider: Provider, body: object, outcome: Outcome) -> None:
    try:
        found = ADAPTERS[provider].read(body).outcome
    except Unanswered as none:
        found = none.outcome
    assert found is outcome


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ({"status": 302, "headers": {"Location": "http://127.0.0.1:1/elsewhere"}}, Outcome.REDIRECTED),
        ({"status": 200, "body": b"[" * 60_000}, Outcome.UNREADABLE),
        ({"body": b"<html>not JSON</html>"}, Outcome.UNREADABLE),
        ({"body": b"1" * 5000}, Outcome.UNREADABLE),
        ({"body": b"x" * (MOST_BYTES + 1)}, Outcome.TOO_LARGE),
        ({"status": 500}, Outcome.UNREACHABLE),
        ({"status": 403}, Outcome.DENIED),
        ({"status": 429}, Outcome.QUOTA),
        ({"delay_s": 0.6}, Outcome.UNREACHABLE),
        ({"body": b"1" * 60, "trickle_s": 0.05}, Outcome.UNREACHABLE),
        ({"reply": OK + b"Server nginx\r\nContent-Length: 2\r\n\r\n{}"}, Outcome.UNREADABLE),
        ({"reply": OK + b"Content-Length: 100\r\n\r\n{}"}, Outcome.UNREACHABLE),
        ({"reply": OK + b"Content-Length: 100\r\n\r\n{}", "hold_s": 0.6}, Outcome.UNREACHABLE),
        ({"reply": OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}"}, Outcome.UNREACHABLE),
        ({"reply": OK + b"Transfer-Encoding: chunked\r\n\r\n9\r\n{}"}, Outcome.UNREACHABLE),
        ({"reply": b"SSH-2.0-none\r\n"}, Outcome.UNREACHABLE),
    ],
)  # fmt: skip
def test_faults_have_names_and_end_soon(
    geocoder: LoopbackGeocoder,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    fault: dict[str, Any],
    outcome: Outcome,
) -> None:
    # An operator's own level for one of urllib3's loggers brings nothing back.
    caplog.set_level(logging.DEBUG, "urllib3.connectionpool")
    # Only slow answers are given little time: a busy machine is no slow provider.
    if fault.keys() & {"delay_s", "trickle_s", "hold_s"}:
        monkeypatch.setattr("data.providers.asking.READ_S", 0.3)
        monkeypatch.setattr("data.providers.asking.WHOLE_S", 0.6)
    for name, value in fault.items():
        setattr(geocoder, name, value)
    with pytest.raises(Unanswered) as none:
        Line(settings_of(geocoder)).ask(TEXT, "")
    assert none.value.outcome is outcome
    assert len(geocoder.asked) == 1, "neither a redirect nor a second try"
    assert KEY not in str(none.value)
    assert KEY not in repr(none.value)
    for secret in (KEY, TEXT, quote(TEXT)):
        assert secret not in caplog.text


def test_a_name_that_leads_to_this_machine_is_not_asked(
    geocoder: LoopbackGeocoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = geocoder.server.server_port
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    for url in (f"https://gateway.city.gov:{port}/geo", OFFICIAL[Provider.AMAP]):
        with pytest.raises(Unanswered) as none:
            Line(replace(settings_of(geocoder), url=url)).ask(TEXT, "")
        assert none.value.outcome is Outcome.FORBIDDEN_HOST
    assert geocoder.asked == []


def test_odd_answers_are_kept_without_harm_and_without_the_key(
    small_city: Engine, geocoder: LoopbackGeocoder
) -> None:
    add(small_city, TEXT, "1")
    content = json.dumps(said(Provider.AMAP, INSIDE))[:-1] + (
        f', "echo": "key={KEY} {SECRET}", "{KEY}": 1, "nul": "a\\u0000b", "half": "\\ud800",'
        ' "n": [NaN, 1e999]}'
    )
    geocoder.body = content.replace(KEY[:3], "\\u0063\\u0061\\u006e").encode()
    ask(small_city, settings_of(geocoder, secret=SECRET))
    ((raw, outcome),) = rows(small_city, "SELECT raw, outcome FROM provider_answer")
    assert outcome == "found"
    assert raw["echo"] == "key=*** ***"
    assert raw["n"] == [None, None]
    assert raw["nul"] == "ab"


# Budget, faults, traces


def test_the_budget_of_the_day_holds(small_city: Engine, geocoder: LoopbackGeocoder) -> None:
    for number in range(5):
        add(small_city, f"云岭县东山街道无名路{number}号", str(number))
    geocoder.body = said(Provider.AMAP, INSIDE)
    settings = settings_of(geocoder, daily=3)
    assert ask(small_city, settings, most=2).stop is Stop.ENOUGH
    done = ask(small_city, settings)
    assert (done.asked, done.stop) == (1, Stop.BUDGET_SPENT)
    assert ask(small_city, settings).asked == 0
    assert ask(small_city, settings_of(geocoder, daily=0)).stop is Stop.BUDGET_SPENT
    assert len(geocoder.asked) == 3
    assert rows(small_city, "SELECT provider, day, used FROM provider_spent") == [
        ("amap", *rows(small_city, "SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date")[0], 3)
    ]
    with small_city.begin() as connection:
        connection.execute(text("UPDATE provider_spent SET day = day - 1"))
    assert ask(small_city, settings).asked == 2, "the next day begins anew, where the last one ended"


def test_failures_stop_by_themselves_and_are_asked_again(
    small_city: Engine, geocoder: LoopbackGeocoder
) -> None:
    for number in range(6):
        add(small_city, f"云岭县东山街道无名路{number}号", str(number))
    geocoder.status = 500
    done = ask(small_city, settings_of(geocoder))
    assert (done.asked, done.stop) == (3, Stop.FAILURES)
    geocoder.status = 403
    done = ask(small_city, settings_of(geocoder))
    assert (done.asked, done.stop) == (1, Stop.PROVIDER)
    assert rows(small_city, "SELECT * FROM provider_answer") == []
    geocoder.status, geocoder.body = 200, said(Provider.AMAP, INSIDE)
    assert ask(small_city, settings_of(geocoder)).outcomes == {Outcome.FOUND: 6}


def test_all_that_leaves_is_audited_before_it_does(
    small_city: Engine, geocoder: LoopbackGeocoder, login_as
) -> None:
    add(small_city, TEXT, "1")
    geocoder.body = said(Provider.AMAP, INSIDE)
    ask(small_city, settings_of(geocoder, secret=SECRET))
    owner = login_as(small_city, "postgres")
    written = rows(owner, "SELECT action, facts FROM audit WHERE action LIKE 'provider.%' ORDER BY id")
    assert written == [
        ("provider.ask", {"provider": "amap", "host": "127.0.0.1"}),
        ("provider.answer", {"provider": "amap", "outcome": "found"}),
    ]
    for (table,) in rows(owner, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
        whole = str(rows(owner, f'SELECT to_jsonb(t) FROM "{table}" t'))
        assert KEY not in whole, table
        assert SECRET not in whole, table


def test_with_default_settings_nothing_ever_connects_anywhere(
    small_city: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path, cluster_settings
) -> None:
    """Not the command, not the doctor, not the server: the only connections are to the own database."""
    add(small_city, TEXT, "1")

    def forbid(*_: object, **__: object) -> None:
        raise AssertionError("something tried to connect")

    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, forbid)
    monkeypatch.setattr(socket, "getaddrinfo", forbid)
    monkeypatch.setattr("data.providers.asking.Line.ask", forbid)
    url = small_city.url.render_as_string(hide_password=False)
    environment = {"DATABASE_URL": url, "FENGTU_HOME": str(tmp_path), "PORT": "1"}
    settings = read_settings(environment)
    assert settings.provider is None
    create_app(settings)
    runner = CliRunner(env={**environment, "FENGTU_PROVIDER": "", "FENGTU_PROVIDER_KEY": ""})
    asked = runner.invoke(make_cli(say), ["providers", "ask"])
    assert (asked.exit_code, say("refusals.provider_off") in asked.output) == (2, True)
    told = runner.invoke(make_cli(say), ["providers", "status"])
    assert (told.exit_code, told.output.strip()) == (0, say("providers.off"))
    assert rows(small_city, "SELECT * FROM provider_answer") == []


def test_the_doctor_says_where_addresses_go(tmp_path) -> None:
    from data.diagnosis import diagnose

    home = {
        "FENGTU_HOME": str(tmp_path),
        "DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:1/x",
        "PORT": "1",
    }
    on = {**home, "FENGTU_PROVIDER": "baidu", "FENGTU_PROVIDER_KEY": KEY}
    last = list(diagnose(read_settings(on)))[-1]
    assert (last.code, last.passed, last.facts) == (
        "provider_on", True, {"provider": "baidu", "host": "api.map.baidu.com", "daily": 1000},
    )  # fmt: skip
    assert list(diagnose(read_settings(home)))[-1].code == "provider_off"


@pytest.mark.parametrize("language", Language)
def test_everything_that_becomes_of_a_question_has_words(language: Language) -> None:
    words = set(all_words(language))
    for table, members in (("outcome", Outcome), ("withheld", Withheld), ("stop", Stop), ("name", Provider)):
        assert {f"providers.{table}.{one}" for one in members} <= words


def test_adapters_agree_with_their_datums() -> None:
    assert {provider: adapter.DATUM for provider, adapter in ADAPTERS.items()} == DATUMS
    assert Answer(Outcome.NOTHING, Datum.BD09).lon is None
