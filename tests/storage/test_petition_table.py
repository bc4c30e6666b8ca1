"""The table of matters refuses what must not be said of a place, and finds points in a window by cells."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from data import models
from data.reads import matters

BATCH = """
INSERT INTO import_batch
  (kind, file_name, sha256, options, dry_run, principal, seconds, rows, accepted, review, refused)
VALUES ('petitions', 'x', '0', '{}', false, 'test', 0, 0, 0, 0, 0) RETURNING id
"""
MATTER = """
INSERT INTO petition (source, matter_no, channel, purpose, category, track, stage, registered_on, is_repeat,
  batch_id {columns})
VALUES ('t', :no, 'letter', :purpose, 'land', 'ordinary', 'handling', '2026-01-01', false, :batch {values})
"""
WHOLE = {"place_status": "'review'", "granularity": "'none'", "place_method": "'none'"}
POINT = "ST_SetSRID(ST_MakePoint(120, 28), 4490)"
AREA = """
INSERT INTO area
  (edition_id, level, kind, code, name, code_system, vintage, area_km2, valid_from, geom, label)
SELECT id, 'county', 'regular', '990101', 'x', 'T', '1', 1, '2020-01-01',
  ST_GeomFromText('MULTIPOLYGON(((120 28,121 28,121 29,120 28)))', 4490),
  ST_GeomFromText('POINT(120 28)', 4490)
FROM edition RETURNING id
"""
EDITION = """
INSERT INTO edition (level, code_system, vintage, source, source_crs, synthetic, valid_from, batch_id)
VALUES ('county', 'T', '1', 's', 'EPSG:4490', true, '2020-01-01', :batch)
"""
SAID = {
    "address": "'东山街道'",
    "datum": "'GCJ02'",
    "point": POINT,
    **dict.fromkeys(
        ("county_id", "town_id", "village_id", "grid_id", "functional_id"), "(SELECT id FROM area)"
    ),
    "place_reasons": "'{rivals}'",
    "place_candidates": "'{7}'",
}
"""Each thing that may be said of a place beside its status, granularity and method."""


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine) as made:
        batch = made.execute(text(BATCH)).scalar_one()
        made.execute(text(EDITION), {"batch": batch})
        made.execute(text(AREA))
        made.info["batch"] = batch
        yield made


def insert(session: Session, number: str, purpose: str = "claim", **said: str) -> None:
    sql = MATTER.format(
        columns="".join(f", {name}" for name in said), values="".join(f", {value}" for value in said.values())
    )
    session.execute(text(sql), {"no": number, "purpose": purpose, "batch": session.info["batch"]})


def numbers_in(session: Session, window: matters.Box) -> set[str]:
    return set(session.scalars(select(models.Petition.matter_no).where(matters.in_window(window))))


@pytest.mark.parametrize(
    "said",
    [WHOLE, *({name: value} for name, value in SAID.items()), WHOLE | SAID | {"granularity": "'point'"}],
    ids=["whole", *SAID, "everything"],
)
def test_nothing_of_a_place_can_be_said_of_an_accusation(session: Session, said: dict[str, str]) -> None:
    """Whatever the code does: the table itself keeps accusations off every map (Art. 30, 46).

    PostgreSQL asks the checks by name: this one refuses by itself, whatever else would.
    """
    with pytest.raises(IntegrityError, match="accusation_has_no_unit_or_place"):
        insert(session, "A", "accusation", **said)


def test_a_claim_that_became_an_accusation_cannot_keep_its_place(session: Session) -> None:
    insert(session, "A", **WHOLE)
    with pytest.raises(IntegrityError, match="accusation_has_no_unit_or_place"):
        session.execute(text("UPDATE petition SET purpose = 'accusation'"))


@pytest.mark.parametrize(
    "said",
    [
        *({name: value} for name, value in SAID.items()),
        *({left: WHOLE[left] for left in WHOLE if left != out} for out in WHOLE),
    ],
)
def test_a_place_is_whole_or_not_there(session: Session, said: dict[str, str]) -> None:
    with pytest.raises(IntegrityError, match="whole_place"):
        insert(session, "A", **said)


@pytest.mark.parametrize("granularity", ["grid", "village", "town", "county", "none"])
def test_a_centroid_is_no_point(session: Session, granularity: str) -> None:
    with pytest.raises(IntegrityError, match="no_centroid"):
        insert(session, "A", **WHOLE | {"granularity": f"'{granularity}'", "point": POINT})


def test_matters_with_and_without_a_place_are_taken(session: Session) -> None:
    insert(session, "accusation", "accusation")
    insert(session, "nowhere")
    insert(session, "unplaced", **WHOLE)
    insert(session, "placed", **WHOLE | SAID | {"granularity": "'point'"})
    found = session.execute(text("SELECT matter_no, cell_x, cell_y FROM petition WHERE cell_x IS NOT NULL"))
    assert found.all() == [("placed", 60000, 14000)]


def test_a_window_holds_the_points_between_its_edges(session: Session) -> None:
    rng = random.Random(5)
    # Multiples of a quarter of a cell, so that many points lie on edges of cells and of windows.
    spots = {str(n): (rng.randrange(-16, 17) / 2000, rng.randrange(-16, 17) / 2000) for n in range(400)}
    for number, (lon, lat) in spots.items():
        point = f"ST_SetSRID(ST_MakePoint({lon!r}, {lat!r}), 4490)"
        insert(session, number, **WHOLE | {"granularity": "'point'", "point": point})
    insert(session, "nowhere")
    for _ in range(60):
        west, east = (rng.randrange(-18, 19) / 2000 for _ in range(2))
        south, north = sorted(rng.randrange(-18, 19) / 2000 for _ in range(2))
        inside = {
            number for number, (lon, lat) in spots.items() if west <= lon <= east and south <= lat <= north
        }
        assert numbers_in(session, (west, south, east, north)) == inside


def test_a_window_is_found_by_its_cells(session: Session) -> None:
    session.execute(text("SET LOCAL enable_seqscan = off"))
    statement = select(models.Petition.id).where(matters.in_window((120.02, 28.0, 120.03, 28.01)))
    sql = statement.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
    plan = "\n".join(session.scalars(text(f"EXPLAIN {sql}")))
    condition = plan[plan.index("ix_petition_cell") :]
    assert all(bound in condition for bound in ("cell_x >= 60010", "cell_x <= 60015", "cell_y >= 14000"))
