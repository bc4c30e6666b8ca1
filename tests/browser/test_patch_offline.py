"""The patch on a phone without a signal: the own list opens, and what was recorded is sent exactly once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from sqlalchemy import Engine

from grid.principals import Principal, Role
from tests.browser.conftest import scope_of
from tests.browser.phone import SENT, kept, notes_of, open_list, open_phone
from tests.browser.waiting import until

Phones = Callable[..., BrowserContext]


@pytest.fixture
def worker(
    sign_in: Callable[..., Principal], engines: dict[str, Engine], served: str
) -> Callable[[], Principal]:
    """Return a function that gives a new session of a worker of the busiest village."""
    engine = engines[served]
    return lambda: sign_in(engine, Role.WORKER, **scope_of(engine, Role.WORKER))


@pytest.fixture
def phones(_browser: Browser, served: str) -> Iterator[Phones]:
    """Return a function that gives a signed-in phone."""
    opened: list[BrowserContext] = []

    def phone(token: str | None) -> BrowserContext:
        opened.append(open_phone(_browser, served, token or ""))
        return opened[-1]

    yield phone
    for one in opened:
        one.close()


def _record(page: Page, step: str, words: str = "") -> tuple[int, int]:
    """Record a step about the first matter; returns its id and how many taps it took."""
    card = page.locator(".patch-note").first
    card.locator("summary").tap()
    card.get_by_role("radio", name=step, exact=True).tap()
    taps = 3
    if words:
        card.locator("input[name=words]").tap()
        card.locator("input[name=words]").fill(words)
        taps += 1
    card.get_by_role("button", name="保存").tap()
    return int(card.get_attribute("data-matter") or "0"), taps


def _recorded_without_a_signal(phone: BrowserContext, base: str) -> Page:
    """Return the list on a phone that has lost its signal, with a note that waits."""
    page = open_list(phone, base)
    phone.set_offline(True)
    _record(page, "已联系")
    expect(page.locator(".patch-last").first).to_contain_text("等待发送")
    return page


def test_a_step_is_recorded_in_few_taps_and_kept_once(
    phones: Phones, worker: Callable[[], Principal], served: str, engines: dict[str, Engine], shots: Path
) -> None:
    page = open_list(phones(worker().token), served)
    matter, taps = _record(page, "已上门", "看了现场，水已退")
    assert taps <= 5
    last = page.locator(".patch-last").first
    expect(last).to_contain_text("已发送")
    expect(page.locator("#patch-outbox")).to_be_hidden()
    page.screenshot(path=shots / "patch-recorded.png")
    assert [note[:2] for note in notes_of(engines[served], matter)][-1:] == [("visited", "看了现场，水已退")]
    page.reload()
    expect(page.locator(".patch-last").first).to_contain_text("已上门")


def test_without_a_signal_the_list_opens_and_a_note_is_sent_once_when_it_is_back(
    phones: Phones, worker: Callable[[], Principal], served: str, engines: dict[str, Engine], shots: Path
) -> None:
    phone = phones(worker().token)
    page = open_list(phone, served)
    numbers = page.locator(".patch-number").all_inner_texts()
    phone.set_offline(True)
    page.reload()
    expect(page.locator(".patch-offline")).to_contain_text("离线")
    expect(page.locator(".patch-offline")).to_contain_text("这是 20")
    assert page.locator(".patch-number").all_inner_texts() == numbers
    matter, _ = _record(page, "已联系")
    before = notes_of(engines[served], matter)
    expect(page.locator(".patch-waiting")).to_have_count(1)
    expect(page.locator(".patch-waiting-why")).to_contain_text("等待发送")
    page.screenshot(path=shots / "patch-offline.png")
    page.reload()
    expect(page.locator(".patch-waiting")).to_have_count(1)
    key = kept(page)["notes"][0]["key"]
    phone.set_offline(False)
    expect(page.locator(".patch-offline")).to_be_hidden()
    until(page, SENT)
    expect(page.locator("#patch-outbox")).to_be_hidden()
    # Opened again and again, and from a second page at once: it stays one note.
    for one in (page, phone.new_page()):
        one.goto(f"{served}/patch")
        expect(one.locator(".patch-card").first).to_be_visible()
    assert notes_of(engines[served], matter) == [*before, ("contacted", "", key)]
    assert kept(page)["notes"] == []


def test_a_card_says_that_its_note_was_sent_also_where_the_service_worker_was_quicker(
    phones: Phones, worker: Callable[[], Principal], served: str
) -> None:
    page = _recorded_without_a_signal(phones(worker().token), served)
    page.evaluate("""() => {
      const send = fengtuQueue.send;
      fengtuQueue.send = async () => { await send(); return send(); };
    }""")
    page.context.set_offline(False)
    until(page, SENT)
    expect(page.locator(".patch-last").first).to_contain_text("已发送")


def test_a_card_says_that_its_note_was_sent_while_the_page_slept(
    phones: Phones, worker: Callable[[], Principal], served: str
) -> None:
    page = _recorded_without_a_signal(phones(worker().token), served)
    # As the service worker does it before the page is awake again.
    page.evaluate(
        "async () => { for (const one of await fengtuQueue.all()) await fengtuQueue.drop(one.key); }"
    )
    page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator(".patch-last").first).to_contain_text("已发送")


def test_a_signal_that_is_weak_at_first_is_tried_again(
    phones: Phones, worker: Callable[[], Principal], served: str
) -> None:
    phone = phones(worker().token)
    phone.clock.install()
    page = open_list(phone, served)
    phone.set_offline(True)
    page.reload()
    mark = page.locator(".patch-offline")
    expect(mark).to_contain_text("离线")
    page.route("**/healthz", lambda asked: asked.abort())
    with page.expect_event("requestfailed", lambda asked: asked.url.endswith("/healthz")):
        phone.set_offline(False)
    expect(mark).to_contain_text("离线")
    page.unroute("**/healthz")
    page.clock.fast_forward("01:01")
    expect(mark).to_be_hidden()


def test_an_answer_that_is_lost_on_the_way_is_asked_for_again(
    phones: Phones, worker: Callable[[], Principal], served: str, engines: dict[str, Engine]
) -> None:
    phone = phones(worker().token)
    page = open_list(phone, served)
    reached: list[tuple[int, str]] = []

    def lose_answer(route: Route) -> None:
        reached.append((route.fetch().status, route.request.post_data_json["key"]))
        route.abort()

    page.route("**/patch/progress", lose_answer)
    with page.expect_event("requestfailed", lambda asked: asked.url.endswith("/patch/progress")):
        matter, _ = _record(page, "已接收")
    (status, key), *_ = reached
    assert (status, [note[2] for note in notes_of(engines[served], matter)].count(key)) == (200, 1)
    page.unroute("**/patch/progress")
    page.reload()
    until(page, SENT)
    expect(page.locator("#patch-outbox")).to_be_hidden()
    assert [note[2] for note in notes_of(engines[served], matter)].count(key) == 1


def test_words_that_name_a_person_are_refused_in_words_mended_or_dropped(
    phones: Phones, worker: Callable[[], Principal], served: str, engines: dict[str, Engine], shots: Path
) -> None:
    page = open_list(phones(worker().token), served)
    matter, _ = _record(page, "已联系", "电话13800138000")
    before = notes_of(engines[served], matter)
    why = page.locator(".patch-waiting-why")
    expect(why).to_contain_text("个人信息")
    page.screenshot(path=shots / "patch-refused.png")
    page.reload()
    expect(why).to_contain_text("个人信息")
    assert notes_of(engines[served], matter) == before
    page.get_by_role("button", name="修改").tap()
    form = page.locator(".patch-note[open] .patch-form")
    expect(form.locator("input[name=words]")).to_have_value("电话13800138000")
    form.locator("input[name=words]").fill("电话联系过，约了周三")
    # Mended half-way, it is still the same note.
    page.reload()
    expect(form.locator("input[name=words]")).to_have_value("电话联系过，约了周三")
    expect(why).to_contain_text("个人信息")
    form.get_by_role("button", name="保存").tap()
    expect(page.locator("#patch-outbox")).to_be_hidden()
    assert [note[:2] for note in notes_of(engines[served], matter)[len(before) :]] == [
        ("contacted", "电话联系过，约了周三")
    ]
    _record(page, "已上报", "身份证110101199003078515")
    expect(why).to_contain_text("个人信息")
    page.get_by_role("button", name="删除").tap()
    expect(page.locator("#patch-outbox")).to_be_hidden()
    assert kept(page)["notes"] == []


def test_what_is_half_written_is_there_after_a_reload_for_its_writer_alone(
    phones: Phones, worker: Callable[[], Principal], served: str, engines: dict[str, Engine]
) -> None:
    phone = phones(worker().token)
    page = open_list(phone, served)
    card = page.locator(".patch-note").first
    card.locator("summary").tap()
    card.get_by_role("radio", name="已上门", exact=True).tap()
    card.locator("input[name=words]").fill("去过一次，门锁着")
    matter = int(card.get_attribute("data-matter") or "0")
    before = notes_of(engines[served], matter)
    phone.set_offline(True)
    page.reload()
    expect(card.locator("input[value=visited]")).to_be_checked()
    expect(card.locator("input[name=words]")).to_have_value("去过一次，门锁着")
    phone.set_offline(False)
    phone.add_cookies([{"name": "fengtu", "value": worker().token or "", "url": served}])
    page.goto(f"{served}/patch")
    expect(page.locator(".patch-card").first).to_be_visible()
    expect(page.locator(".patch-note[open]")).to_have_count(0)
    assert notes_of(engines[served], matter) == before, "nothing is sent that nobody saved"


def test_what_was_saved_is_half_written_no_more(
    phones: Phones, worker: Callable[[], Principal], served: str
) -> None:
    page = open_list(phones(worker().token), served)
    _record(page, "已联系", "约了周四")
    expect(page.locator(".patch-last").first).to_contain_text("已发送")
    expect(page.locator("#patch-outbox")).to_be_hidden()
    page.reload()
    expect(page.locator(".patch-card").first).to_be_visible()
    expect(page.locator(".patch-note[open]")).to_have_count(0)


def test_another_account_on_the_phone_finds_nothing_and_sends_nothing(
    phones: Phones, worker: Callable[[], Principal], served: str, engines: dict[str, Engine]
) -> None:
    phone = phones(worker().token)
    page = open_list(phone, served)
    page.goto(f"{served}/patch?clock=overdue")
    phone.set_offline(True)
    page.goto(f"{served}/patch")
    matter, _ = _record(page, "已办好")
    before = notes_of(engines[served], matter)
    expect(page.locator(".patch-waiting")).to_have_count(1)
    assert kept(page)["pages"] == ["/patch"], "the own list, and no other state or screen"
    # The session passes to somebody else while the page is still open: its note is not sent in their name.
    phone.add_cookies([{"name": "fengtu", "value": worker().token or "", "url": served}])
    with page.expect_response("**/patch/progress") as answered:
        phone.set_offline(False)
    assert answered.value.status == 409
    other = open_list(phone, served)
    until(other, SENT)
    expect(other.locator("#patch-outbox")).to_be_hidden()
    assert kept(other)["pages"] == ["/patch"]
    assert notes_of(engines[served], matter) == before
    assert kept(other)["notes"] == []


def test_signing_out_takes_the_list_and_the_notes_off_the_phone(
    phones: Phones, worker: Callable[[], Principal], served: str
) -> None:
    phone = phones(worker().token)
    page = open_list(phone, served)
    # One that is refused, since any other would be sent at once.
    _record(page, "已办好", "电话13800138000")
    expect(page.locator(".patch-waiting-why")).to_contain_text("个人信息")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.goto(f"{served}/patch?tab=me")
    with page.expect_event("dialog"):
        page.get_by_role("button", name="退出").tap()
    expect(page.locator(".patch-sign")).to_be_visible()
    assert len(kept(page)["notes"]) == 1
    assert len(asked) == 1
    assert "没有发出" in asked[0]
    page.evaluate("async () => fengtuQueue.clear()")
    page.get_by_role("button", name="退出").tap()
    page.wait_for_url("**/sign-in")
    assert page.evaluate("async () => [await caches.keys(), (await indexedDB.databases()).length]") == [[], 0]
    phone.set_offline(True)
    with pytest.raises(Exception, match="ERR_"):
        page.goto(f"{served}/patch")


def test_a_page_of_another_screen_takes_all_that_the_patch_kept(
    phones: Phones,
    worker: Callable[[], Principal],
    sign_in: Callable[..., Principal],
    served: str,
    engines: dict[str, Engine],
) -> None:
    """The phone went to somebody else, who signed in over the session: nothing of the worker's is theirs."""
    phone = phones(worker().token)
    page = open_list(phone, served)
    page.locator(".patch-note summary").first.tap()
    page.locator(".patch-note input[name=words]").first.fill("写了一半")
    assert page.evaluate("sessionStorage.length") == 1
    other = sign_in(engines[served], Role.LEADER).token or ""
    phone.add_cookies([{"name": "fengtu", "value": other, "url": served}])
    page.goto(f"{served}/brief")
    expect(page.locator(".brief-figure").first).to_be_visible()
    until(page, "async () => (await caches.keys()).length === 0")
    until(page, "async () => (await indexedDB.databases()).every((one) => one.name !== 'fengtu-patch')")
    assert page.evaluate("sessionStorage.getItem('fengtu-patch-writing')") is None


def test_a_session_that_has_ended_takes_the_list_but_not_what_waits(
    phones: Phones, worker: Callable[[], Principal], served: str
) -> None:
    phone = phones(worker().token)
    page = open_list(phone, served)
    page.context.clear_cookies()
    _record(page, "已联系")
    expect(page.locator(".patch-ended")).to_be_visible()
    page.goto(f"{served}/patch")
    page.wait_for_url("**/sign-in*")
    assert page.evaluate("async () => caches.has('fengtu-patch-pages')") is False
    phone.set_offline(True)
    with pytest.raises(Exception, match="ERR_"):
        page.goto(f"{served}/patch")


def test_a_list_older_than_a_day_is_dated_in_red(
    phones: Phones, worker: Callable[[], Principal], served: str
) -> None:
    phone = phones(worker().token)
    phone.clock.install()
    page = open_list(phone, served)
    mark = page.locator(".patch-offline")
    expect(mark).to_be_hidden()
    page.clock.fast_forward("24:01:00")
    expect(mark).to_be_visible()
    maple = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--maple')")
    red = "rgb({}, {}, {})".format(*(int(maple.strip()[at : at + 2], 16) for at in (1, 3, 5)))
    expect(mark).to_have_css("color", red)
