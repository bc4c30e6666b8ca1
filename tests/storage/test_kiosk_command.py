"""``fengtu kiosk add``: the link that it prints opens where the kiosk is."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine

from data import cluster
from data.cli import make_cli
from data.settings import read_settings
from grid.refusals import Refused
from layers.words import say

CITY = "https://fengtu.city.gov"
TOKEN = r"#[\w-]{40,}$"  # noqa: S105


@pytest.fixture
def fengtu(
    engine: Engine, login_as: Callable[[Engine, str], Engine], tmp_path: Path
) -> Callable[..., Result]:
    url = login_as(engine, cluster.OWNER).url.render_as_string(hide_password=False)
    given = {"DATABASE_URL": url, "FENGTU_HOME": str(tmp_path), "PORT": "8123", "PUBLIC_URL": ""}
    return lambda *words, **more: CliRunner().invoke(make_cli(say), list(words), env=given | more)


@pytest.mark.parametrize(
    ("address", "url", "public", "link"),
    [
        ("10.1.2.3", CITY, "", f"{CITY}/kiosk"),
        ("10.1.2.3", f"{CITY}:8443/", "http://other", f"{CITY}:8443/kiosk"),
        ("10.1.2.0/24", "", f"{CITY}/", f"{CITY}/kiosk"),
        ("127.0.0.1", "", "", "http://127.0.0.1:8123/kiosk"),
        ("::1", "", "", "http://127.0.0.1:8123/kiosk"),
        ("10.1.2.3", "", "", "/kiosk"),
        ("fd00::/64", "", "", "/kiosk"),
    ],
)
def test_the_link_begins_with_an_address_that_the_kiosk_can_reach(
    fengtu: Callable[..., Result], address: str, url: str, public: str, link: str
) -> None:
    words = ("kiosk", "add", "hall-1", "--from", address, *(("--url", url) if url else ()))
    answer = fengtu(*words, PUBLIC_URL=public)
    assert answer.exit_code == 0, answer.output
    assert re.fullmatch(re.escape(link) + TOKEN, answer.stdout.splitlines()[-1])
    assert ("对外地址" in answer.stdout) == (link == "/kiosk")


@pytest.mark.parametrize(
    "url",
    ["fengtu.city.gov", "ftp://h", "https://", "https://h/path", "https://h?x=1", "https://h#x", "https://u:p@h",
     "https://h:99999", "javascript:alert(1)", "https://h\n", "https://h x"],
)  # fmt: skip
def test_what_is_no_outside_address_makes_no_kiosk(fengtu: Callable[..., Result], url: str) -> None:
    answer = fengtu("kiosk", "add", "hall-1", "--from", "10.1.2.3", "--url", url)
    assert (answer.exit_code, "对外地址" in answer.stderr) == (2, True)
    assert "hall-1" not in fengtu("kiosk", "list").stdout
    with pytest.raises(Refused, match="public_url_unreadable"):
        read_settings({"PUBLIC_URL": url})
