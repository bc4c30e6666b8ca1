"""An online provider is off unless it is named, and no setting makes it ask where it must not."""

from __future__ import annotations

import pytest

from data.provider_settings import OFFICIAL, Provider, read_provider
from data.providers.asking import may_connect
from data.settings import Settings, read_settings
from grid.refusals import Refused

ON = {"FENGTU_PROVIDER": "amap", "FENGTU_PROVIDER_KEY": "k-1"}


def test_nothing_is_asked_of_anyone_unless_a_provider_is_named() -> None:
    assert read_settings({}).provider is None
    assert (
        read_settings({"FENGTU_PROVIDER_KEY": "k", "FENGTU_PROVIDER_URL": "https://x.example"}).provider
        is None
    )
    assert Settings.__dataclass_fields__["provider"].default is None


def test_a_named_provider_is_asked_at_its_own_host_a_thousand_times_a_day() -> None:
    for provider in Provider:
        settings = read_provider({**ON, "FENGTU_PROVIDER": provider.value.upper()})
        assert settings is not None
        assert (settings.url, settings.daily, settings.is_official) == (OFFICIAL[provider], 1000, True)
        assert settings.url.startswith("https://")
        assert "k-1" not in repr(settings)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"FENGTU_PROVIDER": "google"}, "provider_unknown"),
        ({"FENGTU_PROVIDER_KEY": ""}, "provider_key_missing"),
        ({"FENGTU_PROVIDER_KEY": "two words"}, "provider_key_unreadable"),
        ({"FENGTU_PROVIDER_KEY": "", "FENGTU_PROVIDER_KEY_FILE": "/nowhere"}, "provider_key_unreadable"),
        ({"FENGTU_PROVIDER_DAILY": "-1"}, "provider_daily_unreadable"),
        ({"FENGTU_PROVIDER_DAILY": "１０"}, "provider_daily_unreadable"),
        ({"FENGTU_PROVIDER_DAILY": "9999999"}, "provider_daily_unreadable"),
        *(
            ({"FENGTU_PROVIDER_URL": url}, "provider_url_unreadable")
            for url in (
                "http://gateway.city.gov/geo", "http://127.0.0.1@evil.example/", "https://a:b@gateway/",
                "https://gateway/?key=1", "https://gateway/#x", "ftp://gateway/", "file:///etc/passwd",
                "https://", "https://gateway:0/", "https://gateway:x/", "https://gate way/", "//gateway/",
                "https://gateway\\@evil/", "https://网关.example/", "http://127.0.0.1.evil.example/",
                "http://0.0.0.0/", "http://2130706433/",
            )
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(more: dict[str, str], code: str) -> None:
    with pytest.raises(Refused) as refused:
        read_provider({**ON, **more})
    assert refused.value.code == code
    assert "two words" not in str(refused.value.facts)


def test_a_key_may_stand_in_a_file(tmp_path) -> None:
    file = tmp_path / "key"
    file.write_text("from-a-file\n", encoding="utf-8")
    settings = read_provider({"FENGTU_PROVIDER": "baidu", "FENGTU_PROVIDER_KEY_FILE": str(file)})
    assert settings is not None
    assert settings.key == "from-a-file"


@pytest.mark.parametrize(
    ("host", "address", "official", "allowed"),
    [
        ("restapi.amap.com", "203.119.0.1", True, True),
        ("restapi.amap.com", "10.0.0.7", True, False),
        ("restapi.amap.com", "127.0.0.1", True, False),
        ("gateway.city.gov", "10.0.0.7", False, True),
        ("gateway.city.gov", "127.0.0.1", False, False),
        ("gateway.city.gov", "::ffff:127.0.0.1", False, False),
        ("gateway.city.gov", "169.254.169.254", False, False),
        ("gateway.city.gov", "fe80::1%eth0", False, False),
        ("gateway.city.gov", "0.0.0.0", False, False),  # noqa: S104
        ("gateway.city.gov", "224.0.0.1", False, False),
        ("localhost", "127.0.0.1", False, True),
        ("localhost", "10.0.0.7", False, False),
        ("gateway.city.gov", "not an address", False, False),
    ],
)  # fmt: skip
def test_a_name_may_lead_only_where_it_should(host: str, address: str, official: bool, allowed: bool) -> None:
    assert may_connect(host, address, official=official) is allowed
