"""Intake and review: uploads, profiles, rows to mend, decisions on addresses, crosswalks, providers.

Revision ID: 20261122_intake
Revises: 20261122_published
Create Date: 2026-11-22 06:30:09.076505

"""
import secrets
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

from grid.geocoding.normalise import normalise

# revision identifiers, used by Alembic.
revision: str = '20261122_intake'
down_revision: Union[str, Sequence[str], None] = '20261122_published'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

OLD_NOWHERE = (
    "(address = '' AND place_reasons = '{}' AND place_candidates = '{}'"
    " AND num_nonnulls(place_status, granularity, place_method, datum, point,"
    " county_id, town_id, village_id, grid_id, functional_id) = 0)"
)
NOWHERE = (
    "(address = '' AND address_key = '' AND place_reasons = '{}' AND place_candidates = '{}'"
    " AND num_nonnulls(place_status, granularity, place_method, datum, point,"
    " county_id, town_id, village_id, grid_id, functional_id, place_decision_id) = 0)"
)
OLD_KINDS = "kind IN ('boundaries', 'gazetteer', 'petitions', 'service-points', 'coverage', 'listings')"
KINDS = OLD_KINDS.replace("'listings')", "'listings', 'populations')")
WHOLE = "num_nonnulls(place_status, granularity, place_method) = 3 OR "
NO_PLACE = "purpose <> 'accusation' OR (unit_id IS NULL AND {})"
CHECKS = {
    ('import_batch', 'kind'): (OLD_KINDS, KINDS),
    ('job', 'state'): (
        "state IN ('queued', 'running', 'done', 'failed')",
        "state IN ('queued', 'running', 'done', 'failed', 'cancelled')",
    ),
    ('gazetteer_entry', 'kind'): (
        "kind IN ('alias', 'road', 'estate', 'poi')", "kind IN ('alias', 'road', 'estate', 'poi', 'address')"
    ),
    ('petition', 'place_method'): (
        "place_method IN ('coordinates', 'address', 'code', 'none')",
        "place_method IN ('coordinates', 'address', 'code', 'decision', 'worker', 'none')",
    ),
    ('petition', 'whole_place'): (WHOLE + OLD_NOWHERE, WHOLE + NOWHERE),
    ('petition', 'accusation_has_no_unit_or_place'): (
        NO_PLACE.format(OLD_NOWHERE), NO_PLACE.format(f"summary = '' AND {NOWHERE}"),
    ),
}


def change_checks(at: int) -> None:
    """Make every check what it was before (0) or is from now on (1)."""
    for (table, name), conditions in CHECKS.items():
        op.create_check_constraint(op.f(f'ck_{table}_{name}'), table, conditions[at])


def drop_checks() -> None:
    """Drop the checks that change."""
    for table, name in CHECKS:
        op.drop_constraint(op.f(f'ck_{table}_{name}'), table)


def fill_address_keys() -> None:
    """Give every matter its address in normal form."""
    connection = op.get_bind()
    addresses = connection.execute(sa.text("SELECT DISTINCT address FROM petition WHERE address <> ''"))
    keys = [{'address': address, 'key': normalise(address)} for address in addresses.scalars()]
    if not keys:
        return
    connection.execute(sa.text("CREATE TEMP TABLE normal (address text, key text) ON COMMIT DROP"))
    connection.execute(sa.text("INSERT INTO normal VALUES (:address, :key)"), keys)
    connection.execute(
        sa.text("UPDATE petition p SET address_key = n.key FROM normal n WHERE p.address = n.address")
    )


def move_queued_contents() -> None:
    """Make the content of every job that still has one an upload that the job refers to."""
    connection = op.get_bind()
    for job_id in connection.execute(sa.text("SELECT id FROM job WHERE content IS NOT NULL")).scalars().all():
        connection.execute(
            sa.text("""
                WITH moved AS (
                    INSERT INTO upload (key, principal, file_name, sha256, size, content)
                    SELECT :key, principal, coalesce(payload->>'file_name', '-'),
                           encode(sha256(content), 'hex'), length(content), content
                    FROM job WHERE id = :job RETURNING id
                ) UPDATE job SET upload_id = (SELECT id FROM moved) WHERE id = :job"""),
            {'key': secrets.token_urlsafe(32), 'job': job_id},
        )


def upgrade() -> None:
    """Upgrade schema."""
    drop_checks()
    op.create_table('import_profile',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('columns', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('options', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('principal', sa.Text(), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("kind IN ('boundaries', 'gazetteer', 'petitions', 'service-points', 'coverage', 'listings', 'populations')", name=op.f('ck_import_profile_kind')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_profile')),
    sa.UniqueConstraint('kind', 'source', name=op.f('uq_import_profile_kind_source'))
    )
    op.create_geospatial_table('provider_answer',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('provider', sa.Text(), nullable=False),
    sa.Column('address_key', sa.Text(), nullable=False),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.Column('datum', sa.Text(), nullable=True),
    sa.Column('lon', sa.Double(), nullable=True),
    sa.Column('lat', sa.Double(), nullable=True),
    sa.Column('point', Geometry(geometry_type='POINT', srid=4490, dimension=2, spatial_index=False, from_text='ST_GeomFromEWKT', name='geometry'), nullable=True),
    sa.Column('raw', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_provider_answer')),
    sa.UniqueConstraint('provider', 'address_key', name=op.f('uq_provider_answer_provider_address_key'))
    )
    op.create_index(op.f('ix_provider_answer_address_key'), 'provider_answer', ['address_key'], unique=False)
    op.create_table('provider_spent',
    sa.Column('provider', sa.Text(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('used', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('provider', 'day', name=op.f('pk_provider_spent'))
    )
    op.create_table('upload',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('key', sa.String(length=43), nullable=False),
    sa.Column('principal', sa.Text(), nullable=False),
    sa.Column('file_name', sa.Text(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint('size = length(content)', name=op.f('ck_upload_size')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_upload')),
    sa.UniqueConstraint('key', name=op.f('uq_upload_key'))
    )
    op.create_table('import_row',
    sa.Column('batch_id', sa.BigInteger(), nullable=False),
    sa.Column('row', sa.Integer(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('key', sa.Text(), server_default='', nullable=False),
    sa.Column('cells', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.CheckConstraint("state IN ('refused', 'review', 'quarantined', 'settled')", name=op.f('ck_import_row_state')),
    sa.ForeignKeyConstraint(['batch_id'], ['import_batch.id'], name=op.f('fk_import_row_batch_id_import_batch'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('batch_id', 'row', name=op.f('pk_import_row'))
    )
    op.create_table('area_crosswalk',
    sa.Column('old_id', sa.BigInteger(), nullable=False),
    sa.Column('new_id', sa.BigInteger(), nullable=False),
    sa.Column('shared_m2', sa.Double(), nullable=False),
    sa.Column('share_of_old', sa.Double(), nullable=False),
    sa.Column('share_of_new', sa.Double(), nullable=False),
    sa.Column('matters', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['new_id'], ['area.id'], name=op.f('fk_area_crosswalk_new_id_area'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['old_id'], ['area.id'], name=op.f('fk_area_crosswalk_old_id_area'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('old_id', 'new_id', name=op.f('pk_area_crosswalk'))
    )
    op.create_index(op.f('ix_area_crosswalk_new_id'), 'area_crosswalk', ['new_id'], unique=False)
    op.create_table('edition_change',
    sa.Column('edition_id', sa.BigInteger(), nullable=False),
    sa.Column('changed', sa.Text(), nullable=False),
    sa.Column('row_id', sa.BigInteger(), nullable=False),
    sa.Column('before', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('after', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.ForeignKeyConstraint(['edition_id'], ['edition.id'], name=op.f('fk_edition_change_edition_id_edition'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('edition_id', 'changed', 'row_id', name=op.f('pk_edition_change'))
    )
    op.create_geospatial_table('place_decision',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('address_key', sa.Text(), nullable=False),
    sa.Column('verdict', sa.Text(), nullable=False),
    sa.Column('granularity', sa.Text(), nullable=False),
    sa.Column('area_id', sa.BigInteger(), nullable=True),
    sa.Column('point', Geometry(geometry_type='POINT', srid=4490, dimension=2, spatial_index=False, from_text='ST_GeomFromEWKT', name='geometry'), nullable=True),
    sa.Column('principal', sa.Text(), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_by', sa.Text(), server_default='', nullable=False),
    sa.CheckConstraint("(verdict = 'placed') = (area_id IS NOT NULL)", name=op.f('ck_place_decision_placed')),
    sa.CheckConstraint("granularity IN ('point', 'building', 'grid', 'village', 'town', 'county', 'none')", name=op.f('ck_place_decision_granularity')),
    sa.CheckConstraint("point IS NULL OR granularity IN ('point', 'building')", name=op.f('ck_place_decision_no_centroid')),
    sa.CheckConstraint("verdict IN ('placed', 'outside', 'unplaceable')", name=op.f('ck_place_decision_verdict')),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_place_decision_area_id_area')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_place_decision'))
    )
    op.create_index(op.f('ix_place_decision_area_id'), 'place_decision', ['area_id'], unique=False)
    op.create_index('uq_place_decision_in_force', 'place_decision', ['address_key'], unique=True, postgresql_where=sa.text('undone_at IS NULL'))
    op.create_table('place_change',
    sa.Column('decision_id', sa.BigInteger(), nullable=False),
    sa.Column('petition_id', sa.BigInteger(), nullable=False),
    sa.Column('before', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.ForeignKeyConstraint(['decision_id'], ['place_decision.id'], name=op.f('fk_place_change_decision_id_place_decision'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['petition_id'], ['petition.id'], name=op.f('fk_place_change_petition_id_petition'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('decision_id', 'petition_id', name=op.f('pk_place_change'))
    )
    op.create_index(op.f('ix_place_change_petition_id'), 'place_change', ['petition_id'], unique=False)
    op.create_geospatial_table('place_report',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('petition_id', sa.BigInteger(), nullable=False),
    sa.Column('principal', sa.Text(), nullable=False),
    sa.Column('verdict', sa.Text(), nullable=False),
    sa.Column('point', Geometry(geometry_type='POINT', srid=4490, dimension=2, spatial_index=False, from_text='ST_GeomFromEWKT', name='geometry'), nullable=True),
    sa.Column('before', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('reported_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(verdict = 'moved') = (point IS NOT NULL)", name=op.f('ck_place_report_moved')),
    sa.CheckConstraint("verdict IN ('right', 'moved', 'elsewhere')", name=op.f('ck_place_report_verdict')),
    sa.ForeignKeyConstraint(['petition_id'], ['petition.id'], name=op.f('fk_place_report_petition_id_petition'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_place_report'))
    )
    op.create_index('ix_place_report_open', 'place_report', ['petition_id'], unique=False, postgresql_where=sa.text('settled_at IS NULL'))
    op.add_geospatial_column('area', sa.Column('original', Geometry(geometry_type='GEOMETRY', srid=4490, dimension=2, spatial_index=False, from_text='ST_GeomFromEWKT', name='geometry'), nullable=True))
    op.add_column('area', sa.Column('population_on', sa.Date(), nullable=True))
    op.add_column('import_batch', sa.Column('inspection', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False))
    op.add_column('job', sa.Column('upload_id', sa.BigInteger(), nullable=True))
    op.add_column('job', sa.Column('cancel_asked', sa.Boolean(), server_default='false', nullable=False))
    op.create_foreign_key(op.f('fk_job_upload_id_upload'), 'job', 'upload', ['upload_id'], ['id'], ondelete='SET NULL')
    op.add_column('petition', sa.Column('address_key', sa.Text(), server_default='', nullable=False))
    op.add_column('petition', sa.Column('summary', sa.Text(), server_default='', nullable=False))
    op.add_column('petition', sa.Column('place_decision_id', sa.BigInteger(), nullable=True))
    op.drop_index(op.f('ix_petition_review'), table_name='petition', postgresql_where="(place_status <> 'accepted'::text)")
    op.create_index('ix_petition_review', 'petition', ['address_key'], unique=False, postgresql_where=sa.text("place_status <> 'accepted' AND place_decision_id IS NULL"))
    op.create_index('ix_petition_decided', 'petition', ['place_decision_id'], unique=False, postgresql_where=sa.text('place_decision_id IS NOT NULL'))
    op.create_foreign_key(op.f('fk_petition_place_decision_id_place_decision'), 'petition', 'place_decision', ['place_decision_id'], ['id'])
    op.add_column('service_point', sa.Column('hours', sa.Text(), server_default='', nullable=False))
    op.add_column('service_point', sa.Column('last_handled_on', sa.Date(), nullable=True))
    op.add_column('service_station', sa.Column('hours', sa.Text(), server_default='', nullable=False))
    op.create_index(op.f('ix_job_upload_id'), 'job', ['upload_id'], unique=False)
    fill_address_keys()
    move_queued_contents()
    op.drop_column('job', 'content')
    change_checks(1)


def downgrade() -> None:
    """Downgrade schema: what decisions placed is for review again."""
    drop_checks()
    op.execute("""
        UPDATE petition SET place_method = 'none' WHERE place_method IN ('decision', 'worker')""")
    op.execute("DELETE FROM gazetteer_entry WHERE kind = 'address'")
    op.execute("UPDATE job SET state = 'failed' WHERE state = 'cancelled'")
    op.execute("DELETE FROM import_finding WHERE batch_id IN (SELECT id FROM import_batch WHERE kind = 'populations')")
    op.execute("UPDATE job SET batch_id = NULL WHERE batch_id IN (SELECT id FROM import_batch WHERE kind = 'populations')")
    op.execute("DELETE FROM import_batch WHERE kind = 'populations'")
    op.drop_column('service_station', 'hours')
    op.drop_column('service_point', 'last_handled_on')
    op.drop_column('service_point', 'hours')
    op.drop_constraint(op.f('fk_petition_place_decision_id_place_decision'), 'petition', type_='foreignkey')
    op.drop_index('ix_petition_decided', table_name='petition', postgresql_where=sa.text('place_decision_id IS NOT NULL'))
    op.drop_index('ix_petition_review', table_name='petition', postgresql_where=sa.text("place_status <> 'accepted' AND place_decision_id IS NULL"))
    op.create_index(op.f('ix_petition_review'), 'petition', ['place_status'], unique=False, postgresql_where="(place_status <> 'accepted'::text)")
    op.drop_column('petition', 'place_decision_id')
    op.drop_column('petition', 'summary')
    op.drop_column('petition', 'address_key')
    op.add_column('job', sa.Column('content', sa.LargeBinary(), nullable=True))
    op.execute("UPDATE job SET content = u.content FROM upload u WHERE u.id = job.upload_id AND job.state IN ('queued', 'running')")
    op.drop_index(op.f('ix_job_upload_id'), table_name='job')
    op.drop_constraint(op.f('fk_job_upload_id_upload'), 'job', type_='foreignkey')
    op.drop_column('job', 'cancel_asked')
    op.drop_column('job', 'upload_id')
    op.drop_column('import_batch', 'inspection')
    op.drop_column('area', 'population_on')
    op.drop_geospatial_column('area', 'original')
    op.drop_index('ix_place_report_open', table_name='place_report', postgresql_where=sa.text('settled_at IS NULL'))
    op.drop_geospatial_table('place_report')
    op.drop_index(op.f('ix_place_change_petition_id'), table_name='place_change')
    op.drop_table('place_change')
    op.drop_index('uq_place_decision_in_force', table_name='place_decision', postgresql_where=sa.text('undone_at IS NULL'))
    op.drop_index(op.f('ix_place_decision_area_id'), table_name='place_decision')
    op.drop_geospatial_table('place_decision')
    op.drop_index(op.f('ix_area_crosswalk_new_id'), table_name='area_crosswalk')
    op.drop_table('area_crosswalk')
    op.drop_table('edition_change')
    op.drop_table('import_row')
    op.drop_table('upload')
    op.drop_table('provider_spent')
    op.drop_index(op.f('ix_provider_answer_address_key'), table_name='provider_answer')
    op.drop_geospatial_table('provider_answer')
    op.drop_table('import_profile')
    change_checks(0)
