"""The density's pictures: one a published question, kept while its publication is in force."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from callbacks import density
from callbacks.density import DensityPictures, density_url, read_name
from callbacks.tools import Tools
from grid.matters import Category, Channel
from grid.published import Publication, WallQuestion, Window
from tests.screens.wall_city import KIOSK, TODAY, FakeWall

NAME = "2026-11-20_m3_all"


@pytest.fixture
def fake() -> FakeWall:
    return FakeWall()


@pytest.fixture
def client(fake: FakeWall) -> FlaskClient:
    server = Flask("density")
    tools = Tools(store=fake, principal=lambda: KIOSK)
    density.register(server, tools, DensityPictures(tools))
    return server.test_client()


QUESTIONS = (
    st.builds(WallQuestion, st.sampled_from(Window))
    | st.builds(WallQuestion, st.sampled_from(Window), category=st.sampled_from(Category))
    | st.builds(WallQuestion, st.sampled_from(Window), channel=st.sampled_from(Channel))
)


@given(QUESTIONS)
def test_pictures_have_an_address_that_is_read_back(question: WallQuestion) -> None:
    publication = FakeWall().publication()
    assert publication is not None
    url = density_url(publication, question)
    assert read_name(url.removeprefix("/density/7/").removesuffix(".png")) == (TODAY, question)


def test_no_two_questions_share_an_address() -> None:
    publication = Publication(7, FakeWall().publication().changed_at, TODAY)  # type: ignore[union-attr]
    questions = [
        WallQuestion(window, category, channel)
        for window in Window
        for category, channel in [
            (None, None),
            *((one, None) for one in Category),
            *((None, one) for one in Channel),
        ]
    ]
    assert len({density_url(publication, question) for question in questions}) == len(questions)


def test_pictures_are_drawn_once_a_publication_and_no_shared_cache_keeps_them(
    client: FlaskClient, fake: FakeWall
) -> None:
    fresh = client.get(f"/density/7/{NAME}.png")
    assert fresh.status_code == 200
    assert fresh.data.startswith(b"\x89PNG")
    assert fresh.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    fake.asked.clear()
    assert client.get(f"/density/7/{NAME}.png").data == fresh.data
    assert "density" not in fake.asked
    fake.publication_number = 8
    client.get(f"/density/8/{NAME}.png")
    assert "density" in fake.asked


def test_a_new_day_of_the_same_data_is_another_picture(client: FlaskClient, fake: FakeWall) -> None:
    """Windows end on the publication's day: yesterday's picture is not today's."""
    client.get(f"/density/7/{NAME}.png")
    fake.publication_day = date(2026, 11, 21)
    fake.asked.clear()
    assert client.get(f"/density/7/{NAME}.png").headers["Cache-Control"] == "private, no-store"
    assert "density" in fake.asked


@pytest.mark.parametrize("path", ["/density/6/2026-11-20_m3_all.png", "/density/7/2026-11-19_m3_all.png"])
def test_what_is_not_in_force_is_kept_by_nobody(client: FlaskClient, path: str) -> None:
    assert client.get(path).headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    "name",
    [
        "x",
        "a_b_c",
        "2026-11-20_m2_all",
        "2026-11-20_d90_all",
        "2026-11-20_m3",
        "2026-11-20_m3_all_1",
        "2026-11-20_m3_category-bogus",
        "2026-11-20_m3_channel-land",
        "2026-11-20_m3_category-land-channel-visit",
        "2026-11-20_m3_category",
        "2026-11-20_m3_",
        "2026-08-23_2026-11-20_land_visit_250",
        "2026-13-20_m3_all",
    ],
)
def test_what_is_not_published_has_no_picture(client: FlaskClient, fake: FakeWall, name: str) -> None:
    """The difference of two pictures of any choice would show a single matter."""
    assert client.get(f"/density/7/{name}.png").status_code == 404
    assert "density" not in fake.asked


def test_before_the_first_publication_and_without_points_there_is_no_picture(
    client: FlaskClient, fake: FakeWall
) -> None:
    fake.matters_known = False
    assert client.get(f"/density/7/{NAME}.png").status_code == 404
    fake.published = False
    assert client.get(f"/density/7/{NAME}.png").status_code == 404


def test_a_lost_database_is_503(client: FlaskClient, fake: FakeWall) -> None:
    fake.down = True
    assert client.get(f"/density/7/{NAME}.png").status_code == 503
