"""First schema: areas, units, matters and their places, service network, coverage, listings, imports.

Revision ID: 20261121_first_schema
Revises: 
Create Date: 2026-11-22 00:02:15.401865

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

# revision identifiers, used by Alembic.
revision: str = '20261121_first_schema'
down_revision: Union[str, Sequence[str], None] = None
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    op.create_table('audit',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('principal', sa.Text(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('action', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('facts', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit'))
    )
    op.create_table('city_setting',
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_city_setting'))
    )
    op.create_table('data_version',
    sa.Column('id', sa.SmallInteger(), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint('id = 1', name=op.f('ck_data_version_single')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_data_version'))
    )
    op.create_table('import_batch',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('file_name', sa.Text(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('options', sa.Text(), nullable=False),
    sa.Column('dry_run', sa.Boolean(), nullable=False),
    sa.Column('superseded', sa.Boolean(), server_default='false', nullable=False),
    sa.Column('principal', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('seconds', sa.Double(), nullable=False),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.Column('accepted', sa.Integer(), nullable=False),
    sa.Column('review', sa.Integer(), nullable=False),
    sa.Column('refused', sa.Integer(), nullable=False),
    sa.Column('figures', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.CheckConstraint("kind IN ('boundaries', 'gazetteer', 'petitions', 'service-points', 'coverage', 'listings')", name=op.f('ck_import_batch_kind')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_batch'))
    )
    op.create_index('uq_import_batch_done', 'import_batch', ['kind', 'sha256', 'options'], unique=True, postgresql_where=sa.text('NOT dry_run AND NOT superseded'))
    op.create_table('leader',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('post', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_leader')),
    sa.UniqueConstraint('post', 'name', name=op.f('uq_leader_post_name'), postgresql_nulls_not_distinct=True)
    )
    op.create_table('coverage_plan',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('base_id', sa.BigInteger(), nullable=True),
    sa.Column('created_by', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('batch_id', sa.BigInteger(), nullable=True),
    sa.CheckConstraint("state IN ('draft', 'proposed', 'published', 'retired')", name=op.f('ck_coverage_plan_state')),
    sa.CheckConstraint('valid_to IS NULL OR valid_to >= valid_from', name=op.f('ck_coverage_plan_validity')),
    sa.ForeignKeyConstraint(['base_id'], ['coverage_plan.id'], name=op.f('fk_coverage_plan_base_id_coverage_plan')),
    sa.ForeignKeyConstraint(['batch_id'], ['import_batch.id'], name=op.f('fk_coverage_plan_batch_id_import_batch')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_coverage_plan'))
    )
    op.create_table('edition',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('level', sa.Text(), nullable=False),
    sa.Column('code_system', sa.Text(), nullable=False),
    sa.Column('vintage', sa.Text(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('source_crs', sa.Text(), nullable=False),
    sa.Column('synthetic', sa.Boolean(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('batch_id', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("level IN ('city', 'county', 'town', 'village', 'grid')", name=op.f('ck_edition_level')),
    sa.ForeignKeyConstraint(['batch_id'], ['import_batch.id'], name=op.f('fk_edition_batch_id_import_batch')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_edition'))
    )
    op.create_table('import_finding',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('batch_id', sa.BigInteger(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('severity', sa.Text(), nullable=False),
    sa.Column('row', sa.Integer(), nullable=False),
    sa.Column('column', sa.Text(), nullable=False),
    sa.Column('original', sa.Text(), nullable=False),
    sa.Column('facts', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.CheckConstraint("severity IN ('note', 'review', 'refused')", name=op.f('ck_import_finding_severity')),
    sa.ForeignKeyConstraint(['batch_id'], ['import_batch.id'], name=op.f('fk_import_finding_batch_id_import_batch'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_finding'))
    )
    op.create_index(op.f('ix_import_finding_batch_id'), 'import_finding', ['batch_id'], unique=False)
    op.create_table('job',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('payload', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=True),
    sa.Column('principal', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), server_default='queued', nullable=False),
    sa.Column('step', sa.Text(), server_default='queued', nullable=False),
    sa.Column('step_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done', sa.Integer(), server_default='0', nullable=False),
    sa.Column('total', sa.Integer(), nullable=True),
    sa.Column('unchanged', sa.Boolean(), server_default='false', nullable=False),
    sa.Column('attempts', sa.Integer(), server_default='0', nullable=False),
    sa.Column('error_code', sa.Text(), nullable=True),
    sa.Column('error_facts', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('batch_id', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('queued', 'running', 'done', 'failed')", name=op.f('ck_job_state')),
    sa.ForeignKeyConstraint(['batch_id'], ['import_batch.id'], name=op.f('fk_job_batch_id_import_batch'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job'))
    )
    op.create_index('ix_job_queued', 'job', ['id'], unique=False, postgresql_where=sa.text("state = 'queued'"))
    op.create_geospatial_table('area',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('edition_id', sa.BigInteger(), nullable=False),
    sa.Column('level', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('code_system', sa.Text(), nullable=False),
    sa.Column('vintage', sa.Text(), nullable=False),
    sa.Column('parent_id', sa.BigInteger(), nullable=True),
    sa.Column('population', sa.Integer(), nullable=True),
    sa.Column('area_km2', sa.Double(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('geom', Geometry(geometry_type='MULTIPOLYGON', srid=4490, dimension=2, spatial_index=False, from_text='ST_GeomFromEWKT', name='geometry', nullable=False), nullable=False),
    sa.Column('label', Geometry(geometry_type='POINT', srid=4490, dimension=2, spatial_index=False, from_text='ST_GeomFromEWKT', name='geometry', nullable=False), nullable=False),
    sa.CheckConstraint("kind IN ('regular', 'functional')", name=op.f('ck_area_kind')),
    sa.CheckConstraint("level IN ('city', 'county', 'town', 'village', 'grid')", name=op.f('ck_area_level')),
    sa.CheckConstraint('valid_to IS NULL OR valid_to >= valid_from', name=op.f('ck_area_validity')),
    sa.ForeignKeyConstraint(['edition_id'], ['edition.id'], name=op.f('fk_area_edition_id_edition')),
    sa.ForeignKeyConstraint(['parent_id'], ['area.id'], name=op.f('fk_area_parent_id_area')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_area')),
    sa.UniqueConstraint('edition_id', 'code', name=op.f('uq_area_edition_id_code'))
    )
    op.create_geospatial_index('idx_area_geom', 'area', ['geom'], unique=False, postgresql_using='gist', postgresql_ops={})
    op.create_index('ix_area_level_valid_to', 'area', ['level', 'valid_to'], unique=False)
    op.create_index(op.f('ix_area_parent_id'), 'area', ['parent_id'], unique=False)
    op.create_table('area_border',
    sa.Column('area_id', sa.BigInteger(), nullable=False),
    sa.Column('neighbour_id', sa.BigInteger(), nullable=False),
    sa.Column('length_m', sa.Double(), nullable=False),
    sa.CheckConstraint('area_id < neighbour_id', name=op.f('ck_area_border_ordered')),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_area_border_area_id_area'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['neighbour_id'], ['area.id'], name=op.f('fk_area_border_neighbour_id_area'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('area_id', 'neighbour_id', name=op.f('pk_area_border'))
    )
    op.create_geospatial_table('area_shape',
    sa.Column('area_id', sa.BigInteger(), nullable=False),
    sa.Column('band', sa.SmallInteger(), nullable=False),
    sa.Column('geom', Geometry(geometry_type='MULTIPOLYGON', srid=4490, dimension=2, spatial_index=False, from_text='ST_GeomFromEWKT', name='geometry', nullable=False), nullable=False),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_area_shape_area_id_area'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('area_id', 'band', name=op.f('pk_area_shape'))
    )
    op.create_geospatial_table('gazetteer_entry',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('area_id', sa.BigInteger(), nullable=False),
    sa.Column('number_from', sa.Integer(), nullable=True),
    sa.Column('number_to', sa.Integer(), nullable=True),
    sa.Column('parity', sa.Text(), server_default='all', nullable=False),
    sa.Column('point', Geometry(geometry_type='POINT', srid=4490, dimension=2, spatial_index=False, from_text='ST_GeomFromEWKT', name='geometry'), nullable=True),
    sa.Column('line', Geometry(geometry_type='MULTILINESTRING', srid=4490, dimension=2, spatial_index=False, from_text='ST_GeomFromEWKT', name='geometry'), nullable=True),
    sa.Column('batch_id', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("kind IN ('alias', 'road', 'estate', 'poi')", name=op.f('ck_gazetteer_entry_kind')),
    sa.CheckConstraint("parity IN ('all', 'odd', 'even')", name=op.f('ck_gazetteer_entry_parity')),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_gazetteer_entry_area_id_area')),
    sa.ForeignKeyConstraint(['batch_id'], ['import_batch.id'], name=op.f('fk_gazetteer_entry_batch_id_import_batch')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_gazetteer_entry'))
    )
    op.create_index(op.f('ix_gazetteer_entry_area_id'), 'gazetteer_entry', ['area_id'], unique=False)
    op.create_geospatial_table('service_point',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('village_id', sa.BigInteger(), nullable=False),
    sa.Column('location', Geometry(geometry_type='POINT', srid=4490, dimension=2, spatial_index=False, from_text='ST_GeomFromEWKT', name='geometry'), nullable=True),
    sa.Column('handled', sa.Integer(), server_default='0', nullable=False),
    sa.Column('resolved', sa.Integer(), server_default='0', nullable=False),
    sa.Column('since', sa.Date(), nullable=True),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('batch_id', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('resolved <= handled', name=op.f('ck_service_point_resolved')),
    sa.ForeignKeyConstraint(['batch_id'], ['import_batch.id'], name=op.f('fk_service_point_batch_id_import_batch')),
    sa.ForeignKeyConstraint(['village_id'], ['area.id'], name=op.f('fk_service_point_village_id_area')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service_point')),
    sa.UniqueConstraint('village_id', 'name', name=op.f('uq_service_point_village_id_name'))
    )
    op.create_geospatial_index('idx_service_point_location', 'service_point', ['location'], unique=False, postgresql_using='gist', postgresql_ops={})
    op.create_index(op.f('ix_service_point_village_id'), 'service_point', ['village_id'], unique=False)
    op.create_table('service_station',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('town_id', sa.BigInteger(), nullable=False),
    sa.Column('batch_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['batch_id'], ['import_batch.id'], name=op.f('fk_service_station_batch_id_import_batch')),
    sa.ForeignKeyConstraint(['town_id'], ['area.id'], name=op.f('fk_service_station_town_id_area')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service_station')),
    sa.UniqueConstraint('town_id', name=op.f('uq_service_station_town_id'))
    )
    op.create_table('unit',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('area_id', sa.BigInteger(), nullable=True),
    sa.CheckConstraint("(kind = 'area') = (area_id IS NOT NULL)", name=op.f('ck_unit_area_of_kind')),
    sa.CheckConstraint("kind IN ('area', 'department')", name=op.f('ck_unit_kind')),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_unit_area_id_area')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unit')),
    sa.UniqueConstraint('area_id', name=op.f('uq_unit_area_id'))
    )
    op.create_index('uq_unit_department', 'unit', ['name'], unique=True, postgresql_where=sa.text("kind = 'department'"))
    op.create_table('assignment',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('plan_id', sa.BigInteger(), nullable=False),
    sa.Column('unit_id', sa.BigInteger(), nullable=False),
    sa.Column('leader_id', sa.BigInteger(), nullable=True),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('cases', sa.Integer(), nullable=True),
    sa.CheckConstraint("kind IN ('lead', 'case', 'linked', 'helper')", name=op.f('ck_assignment_kind')),
    sa.CheckConstraint('cases >= 0', name=op.f('ck_assignment_cases')),
    sa.ForeignKeyConstraint(['leader_id'], ['leader.id'], name=op.f('fk_assignment_leader_id_leader')),
    sa.ForeignKeyConstraint(['plan_id'], ['coverage_plan.id'], name=op.f('fk_assignment_plan_id_coverage_plan'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_assignment_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assignment')),
    sa.UniqueConstraint('plan_id', 'unit_id', 'leader_id', 'kind', name=op.f('uq_assignment_plan_id_unit_id_leader_id_kind'), postgresql_nulls_not_distinct=True)
    )
    op.create_index(op.f('ix_assignment_plan_id'), 'assignment', ['plan_id'], unique=False)
    op.create_table('listing',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('unit_id', sa.BigInteger(), nullable=False),
    sa.Column('quarter', sa.String(length=6), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=True),
    sa.Column('score', sa.Double(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('listed_on', sa.Date(), nullable=True),
    sa.Column('approver', sa.Text(), server_default='', nullable=False),
    sa.Column('batch_id', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("quarter ~ '^[0-9]{4}Q[1-4]$'", name=op.f('ck_listing_quarter')),
    sa.CheckConstraint("state IN ('proposed', 'listed', 'rectifying', 'delisted')", name=op.f('ck_listing_state')),
    sa.ForeignKeyConstraint(['batch_id'], ['import_batch.id'], name=op.f('fk_listing_batch_id_import_batch')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_listing_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_listing')),
    sa.UniqueConstraint('unit_id', 'quarter', name=op.f('uq_listing_unit_id_quarter'))
    )
    op.create_index(op.f('ix_listing_quarter'), 'listing', ['quarter'], unique=False)
    op.create_table('petition',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('matter_no', sa.Text(), nullable=False),
    sa.Column('channel', sa.Text(), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('category', sa.Text(), nullable=False),
    sa.Column('track', sa.Text(), nullable=False),
    sa.Column('stage', sa.Text(), nullable=False),
    sa.Column('registered_on', sa.Date(), nullable=False),
    sa.Column('accepted_on', sa.Date(), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('replied_on', sa.Date(), nullable=True),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('is_repeat', sa.Boolean(), nullable=False),
    sa.Column('submissions', sa.Integer(), server_default='1', nullable=False),
    sa.Column('heads', sa.Integer(), server_default='1', nullable=False),
    sa.Column('is_backlog', sa.Boolean(), server_default='false', nullable=False),
    sa.Column('evaluation', sa.Text(), nullable=True),
    sa.Column('unit_id', sa.BigInteger(), nullable=True),
    sa.Column('batch_id', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("category IN ('construction', 'labour', 'land', 'rural', 'environment', 'education', 'health', 'transport', 'civil', 'market', 'legal', 'other')", name=op.f('ck_petition_category')),
    sa.CheckConstraint("channel IN ('letter', 'visit', 'online', 'call', 'agent', 'grid')", name=op.f('ck_petition_channel')),
    sa.CheckConstraint("evaluation IN ('satisfied', 'mostly_satisfied', 'unsatisfied')", name=op.f('ck_petition_evaluation')),
    sa.CheckConstraint("purpose <> 'accusation' OR unit_id IS NULL", name=op.f('ck_petition_accusation_has_no_unit')),
    sa.CheckConstraint("purpose IN ('claim', 'suggestion', 'accusation')", name=op.f('ck_petition_purpose')),
    sa.CheckConstraint("stage IN ('registered', 'forwarded', 'accepted', 'handling', 'extended', 'replied', 'evaluated', 'closed', 'review', 'recheck', 'terminated')", name=op.f('ck_petition_stage')),
    sa.CheckConstraint("track IN ('ordinary', 'legal', 'suggestion', 'review')", name=op.f('ck_petition_track')),
    sa.CheckConstraint('heads >= 1', name=op.f('ck_petition_heads')),
    sa.CheckConstraint('submissions >= 1', name=op.f('ck_petition_submissions')),
    sa.ForeignKeyConstraint(['batch_id'], ['import_batch.id'], name=op.f('fk_petition_batch_id_import_batch')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_petition_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_petition')),
    sa.UniqueConstraint('source', 'matter_no', name=op.f('uq_petition_source_matter_no'))
    )
    op.create_index(op.f('ix_petition_batch_id'), 'petition', ['batch_id'], unique=False)
    op.create_index('ix_petition_due_on', 'petition', ['due_on'], unique=False)
    op.create_index('ix_petition_registered_on', 'petition', ['registered_on'], unique=False)
    op.create_index(op.f('ix_petition_unit_id'), 'petition', ['unit_id'], unique=False)
    op.create_table('service_headcount',
    sa.Column('point_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind IN ('cadre', 'grid_worker', 'volunteer')", name=op.f('ck_service_headcount_kind')),
    sa.CheckConstraint('count >= 0', name=op.f('ck_service_headcount_count')),
    sa.ForeignKeyConstraint(['point_id'], ['service_point.id'], name=op.f('fk_service_headcount_point_id_service_point'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('point_id', 'kind', name=op.f('pk_service_headcount'))
    )
    op.create_geospatial_table('place',
    sa.Column('petition_id', sa.BigInteger(), nullable=False),
    sa.Column('status', sa.Text(), nullable=False),
    sa.Column('granularity', sa.Text(), nullable=False),
    sa.Column('method', sa.Text(), nullable=False),
    sa.Column('address', sa.Text(), server_default='', nullable=False),
    sa.Column('datum', sa.Text(), nullable=True),
    sa.Column('point', Geometry(geometry_type='POINT', srid=4490, dimension=2, spatial_index=False, from_text='ST_GeomFromEWKT', name='geometry'), nullable=True),
    sa.Column('county_id', sa.BigInteger(), nullable=True),
    sa.Column('town_id', sa.BigInteger(), nullable=True),
    sa.Column('village_id', sa.BigInteger(), nullable=True),
    sa.Column('grid_id', sa.BigInteger(), nullable=True),
    sa.Column('functional_id', sa.BigInteger(), nullable=True),
    sa.Column('reasons', postgresql.ARRAY(sa.Text()), server_default='{}', nullable=False),
    sa.Column('candidates', postgresql.ARRAY(sa.BigInteger()), server_default='{}', nullable=False),
    sa.CheckConstraint("granularity IN ('point', 'building', 'grid', 'village', 'town', 'county', 'none')", name=op.f('ck_place_granularity')),
    sa.CheckConstraint("method IN ('coordinates', 'address', 'code', 'none')", name=op.f('ck_place_method')),
    sa.CheckConstraint("point IS NULL OR granularity IN ('point', 'building')", name=op.f('ck_place_no_centroid')),
    sa.CheckConstraint("status IN ('accepted', 'review', 'unmatched', 'out_of_area')", name=op.f('ck_place_status')),
    sa.ForeignKeyConstraint(['county_id'], ['area.id'], name=op.f('fk_place_county_id_area')),
    sa.ForeignKeyConstraint(['functional_id'], ['area.id'], name=op.f('fk_place_functional_id_area')),
    sa.ForeignKeyConstraint(['grid_id'], ['area.id'], name=op.f('fk_place_grid_id_area')),
    sa.ForeignKeyConstraint(['petition_id'], ['petition.id'], name=op.f('fk_place_petition_id_petition'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['town_id'], ['area.id'], name=op.f('fk_place_town_id_area')),
    sa.ForeignKeyConstraint(['village_id'], ['area.id'], name=op.f('fk_place_village_id_area')),
    sa.PrimaryKeyConstraint('petition_id', name=op.f('pk_place'))
    )
    op.create_geospatial_index('idx_place_point', 'place', ['point'], unique=False, postgresql_using='gist', postgresql_ops={})
    op.create_index(op.f('ix_place_county_id'), 'place', ['county_id'], unique=False)
    op.create_index(op.f('ix_place_functional_id'), 'place', ['functional_id'], unique=False)
    op.create_index(op.f('ix_place_grid_id'), 'place', ['grid_id'], unique=False)
    op.create_index('ix_place_review', 'place', ['status'], unique=False, postgresql_where=sa.text("status <> 'accepted'"))
    op.create_index(op.f('ix_place_town_id'), 'place', ['town_id'], unique=False)
    op.create_index(op.f('ix_place_village_id'), 'place', ['village_id'], unique=False)
    op.execute("INSERT INTO data_version (id, number) VALUES (1, 1)")


def downgrade() -> None:
    """Downgrade schema."""
    op.drop_index(op.f('ix_place_village_id'), table_name='place')
    op.drop_index(op.f('ix_place_town_id'), table_name='place')
    op.drop_index('ix_place_review', table_name='place', postgresql_where=sa.text("status <> 'accepted'"))
    op.drop_index(op.f('ix_place_grid_id'), table_name='place')
    op.drop_index(op.f('ix_place_functional_id'), table_name='place')
    op.drop_index(op.f('ix_place_county_id'), table_name='place')
    op.drop_geospatial_index('idx_place_point', table_name='place', postgresql_using='gist', column_name='point')
    op.drop_geospatial_table('place')
    op.drop_table('service_headcount')
    op.drop_index(op.f('ix_petition_unit_id'), table_name='petition')
    op.drop_index('ix_petition_registered_on', table_name='petition')
    op.drop_index('ix_petition_due_on', table_name='petition')
    op.drop_index(op.f('ix_petition_batch_id'), table_name='petition')
    op.drop_table('petition')
    op.drop_index(op.f('ix_listing_quarter'), table_name='listing')
    op.drop_table('listing')
    op.drop_index(op.f('ix_assignment_plan_id'), table_name='assignment')
    op.drop_table('assignment')
    op.drop_index('uq_unit_department', table_name='unit', postgresql_where=sa.text("kind = 'department'"))
    op.drop_table('unit')
    op.drop_table('service_station')
    op.drop_index(op.f('ix_service_point_village_id'), table_name='service_point')
    op.drop_geospatial_index('idx_service_point_location', table_name='service_point', postgresql_using='gist', column_name='location')
    op.drop_geospatial_table('service_point')
    op.drop_index(op.f('ix_gazetteer_entry_area_id'), table_name='gazetteer_entry')
    op.drop_geospatial_table('gazetteer_entry')
    op.drop_geospatial_table('area_shape')
    op.drop_table('area_border')
    op.drop_index(op.f('ix_area_parent_id'), table_name='area')
    op.drop_index('ix_area_level_valid_to', table_name='area')
    op.drop_geospatial_index('idx_area_geom', table_name='area', postgresql_using='gist', column_name='geom')
    op.drop_geospatial_table('area')
    op.drop_index('ix_job_queued', table_name='job', postgresql_where=sa.text("state = 'queued'"))
    op.drop_table('job')
    op.drop_index(op.f('ix_import_finding_batch_id'), table_name='import_finding')
    op.drop_table('import_finding')
    op.drop_table('edition')
    op.drop_table('coverage_plan')
    op.drop_table('leader')
    op.drop_index('uq_import_batch_done', table_name='import_batch', postgresql_where=sa.text('NOT dry_run AND NOT superseded'))
    op.drop_table('import_batch')
    op.drop_table('data_version')
    op.drop_table('city_setting')
    op.drop_table('audit')

