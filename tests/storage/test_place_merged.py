"""The revision that made a matter and its place one row carries every place over, and back."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, Row, text

from data import cluster, migrate
from data.models import Base
from data.sessions import make_engine
from data.settings import Settings

FIRST, MERGER = "20261121_first_schema", "20261122_place_in_petition"
OLD_CITY = """
INSERT INTO import_batch
  (kind, file_name, sha256, options, dry_run, principal, seconds, rows, accepted, review, refused)
VALUES ('petitions', 'x', '0', '{}', false, 'test', 0, 0, 0, 0, 0);
INSERT INTO edition (level, code_system, vintage, source, source_crs, synthetic, valid_from, batch_id)
SELECT 'county', 'T', '1', 's', 'EPSG:4490', true, '2020-01-01', id FROM import_batch;
INSERT INTO area
  (edition_id, level, kind, code, name, code_system, vintage, area_km2, valid_from, geom, label)
SELECT e.id, 'county', 'regular', n::text, n::text, 'T', '1', 1, '2020-01-01',
  ST_GeomFromText('MULTIPOLYGON(((120 28,121 28,121 29,120 28)))', 4490),
  ST_GeomFromText('POINT(120 28)', 4490)
FROM edition e, generate_series(1, 5) AS n;
INSERT INTO petition
  (source, matter_no, channel, purpose, category, track, stage, registered_on, is_repeat, batch_id)
SELECT 't', no, 'letter', purpose, 'land', 'ordinary', 'handling', '2026-01-01', false, b.id
FROM import_batch b, (VALUES ('placed', 'claim'), ('doubtful', 'claim'), ('unplaced', 'suggestion'),
  ('nowhere', 'claim'), ('accusation', 'accusation'), ('stray', 'accusation')) AS m (no, purpose);
INSERT INTO place (petition_id, status, granularity, method, address, datum, point,
  county_id, town_id, village_id, grid_id, functional_id, reasons, candidates)
SELECT p.id, q.status, q.granularity, q.method, q.address, q.datum, ST_GeomFromText(q.point, 4490),
  c.id, c.id + 1, c.id + 2, c.id + 3, c.id + 4, q.reasons::text[], q.candidates::bigint[]
FROM petition p JOIN (VALUES
  ('placed', 'accepted', 'point', 'coordinates', '东山街道1号', 'GCJ02', 'POINT(-0.0001 28.0050001)', '1',
   '{datum_assumed}', '{}'),
  ('doubtful', 'review', 'county', 'address', '双石', NULL, NULL, '1', '{rivals,similar_name}', '{9,7}'),
  ('unplaced', 'unmatched', 'none', 'none', '不详', NULL, NULL, NULL, '{address_missing}', '{}'),
  ('stray', 'accepted', 'point', 'address', '某厂', NULL, 'POINT(120 28)', NULL, '{}', '{}')
) AS q (no, status, granularity, method, address, datum, point, county, reasons, candidates)
ON q.no = p.matter_no
LEFT JOIN area c ON c.code = q.county;
"""
PLACES = """
SELECT matter_no, q.status, q.granularity, q.method, q.address, q.datum, q.point::text,
  q.county_id, q.town_id, q.village_id, q.grid_id, q.functional_id, q.reasons, q.candidates
FROM petition p JOIN place q ON q.petition_id = p.id WHERE purpose <> 'accusation' ORDER BY 1
"""
MERGED = """
SELECT matter_no, place_status, granularity, place_method, address, datum, point::text, county_id, town_id,
  village_id, grid_id, functional_id, place_reasons, place_candidates
FROM petition WHERE place_status IS NOT NULL ORDER BY 1
"""
MATTERS = "SELECT id, matter_no, purpose, registered_on, batch_id FROM petition ORDER BY 1"
RULES = """
SELECT 'check', conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'petition'::regclass
UNION ALL SELECT 'index', indexname, replace(indexdef, schemaname || '.', '')
FROM pg_indexes WHERE tablename = 'petition' AND schemaname = current_schema()
UNION ALL SELECT 'column', attname, concat_ws(' ', format_type(atttypid, atttypmod), attnotnull, attgenerated,
  pg_get_expr(adbin, adrelid))
FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE attrelid = 'petition'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY 1, 2
"""
"""What alembic does not compare with the models: conditions of checks and of indexes, generated columns."""


def rows(connection: Connection, statement: str) -> list[Row]:
    return list(connection.execute(text(statement)))


@pytest.fixture
def superuser(
    cluster_settings: Settings, new_database: Callable[..., Engine]
) -> Iterator[Callable[[str], Engine]]:
    """Return a function that copies a database and connects to the copy as one whom no policy binds."""
    engines: list[Engine] = []

    def copy(template: str) -> Engine:
        copied = new_database(template)
        engines.append(make_engine(copied.url.set(username="postgres").render_as_string(hide_password=False)))
        return engines[-1]

    yield copy
    for engine in engines:
        engine.dispose()


@pytest.fixture
def old_city(superuser: Callable[[str], Engine]) -> Iterator[Connection]:
    """A database at the first revision: matters placed, doubtful, unplaced, without a place, accusations."""
    with superuser("template1").begin() as connection:
        connection.execute(text("CREATE EXTENSION postgis"))
        upgrade(connection, FIRST)
        for statement in OLD_CITY.split(";\n")[:-1]:
            connection.execute(text(statement))
        yield connection


def upgrade(connection: Connection, revision: str) -> None:
    command.upgrade(config_for(connection), revision)


def config_for(connection: Connection) -> Config:
    config = migrate._config()
    config.attributes["connection"] = connection
    return config


def test_every_place_is_carried_over(old_city: Connection) -> None:
    matters, places = rows(old_city, MATTERS), rows(old_city, PLACES)
    assert [row.matter_no for row in places] == ["doubtful", "placed", "unplaced"]
    upgrade(old_city, MERGER)
    assert rows(old_city, MATTERS) == matters
    assert rows(old_city, MERGED) == places
    cells = "SELECT matter_no, cell_x, cell_y FROM petition WHERE cell_x IS NOT NULL OR cell_y IS NOT NULL"
    assert rows(old_city, cells) == [("placed", -1, 14002)]
    assert "某厂" not in str(rows(old_city, "SELECT * FROM petition"))


def test_and_back(old_city: Connection) -> None:
    matters, places, rules = (rows(old_city, each) for each in (MATTERS, PLACES, RULES))
    upgrade(old_city, MERGER)
    merged_rules = rows(old_city, RULES)
    command.downgrade(config_for(old_city), FIRST)
    assert rows(old_city, MATTERS) == matters
    assert rows(old_city, PLACES) == places
    assert rows(old_city, RULES) == rules
    upgrade(old_city, MERGER)
    assert rows(old_city, MERGED) == places
    assert rows(old_city, RULES) == merged_rules


def test_the_rules_are_those_of_the_models(superuser: Callable[[str], Engine]) -> None:
    with superuser(cluster.DATABASE).begin() as connection:
        migrated = rows(connection, RULES)
        connection.execute(text("CREATE SCHEMA afresh"))
        connection.execute(text("SET LOCAL search_path = afresh, public"))
        Base.metadata.create_all(connection, checkfirst=False)
        assert rows(connection, RULES) == migrated
