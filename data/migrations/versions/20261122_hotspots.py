"""Hotspots: the columnar copy in force, issue sites, and which transaction wrote a matter last.

Revision ID: 20261122_hotspots
Revises: 20261122_intake
Create Date: 2026-11-22 10:18:44.407475

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

# revision identifiers, used by Alembic.
revision: str = '20261122_hotspots'
down_revision: Union[str, Sequence[str], None] = '20261122_intake'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    op.create_table('count_snapshot',
    sa.Column('id', sa.SmallInteger(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('data_version', sa.BigInteger(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('watermark', sa.BigInteger(), nullable=False),
    sa.Column('rows', sa.BigInteger(), nullable=False),
    sa.Column('verified_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('id = 1', name=op.f('ck_count_snapshot_single')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_count_snapshot'))
    )
    op.create_geospatial_table('issue_site',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('category', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('named_by', sa.Text(), nullable=False),
    sa.Column('village_id', sa.BigInteger(), nullable=True),
    sa.Column('town_id', sa.BigInteger(), nullable=True),
    sa.Column('county_id', sa.BigInteger(), nullable=True),
    sa.Column('centre', Geometry(geometry_type='POINT', srid=4490, dimension=2, spatial_index=False, from_text='ST_GeomFromEWKT', name='geometry', nullable=False), nullable=False),
    sa.Column('radius_m', sa.Double(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('open_count', sa.Integer(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.Column('months', postgresql.ARRAY(sa.BigInteger()), nullable=False),
    sa.CheckConstraint("category IN ('construction', 'labour', 'land', 'rural', 'environment', 'education', 'health', 'transport', 'civil', 'market', 'legal', 'other')", name=op.f('ck_issue_site_category')),
    sa.CheckConstraint('count >= 5', name=op.f('ck_issue_site_small')),
    sa.CheckConstraint('radius_m > 0', name=op.f('ck_issue_site_radius')),
    sa.ForeignKeyConstraint(['county_id'], ['area.id'], name=op.f('fk_issue_site_county_id_area'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['town_id'], ['area.id'], name=op.f('fk_issue_site_town_id_area'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['village_id'], ['area.id'], name=op.f('fk_issue_site_village_id_area'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_issue_site'))
    )
    op.create_index('ix_issue_site_category', 'issue_site', ['category'], unique=False)
    op.create_index(op.f('ix_issue_site_county_id'), 'issue_site', ['county_id'], unique=False)
    op.create_index(op.f('ix_issue_site_town_id'), 'issue_site', ['town_id'], unique=False)
    op.create_index(op.f('ix_issue_site_village_id'), 'issue_site', ['village_id'], unique=False)
    op.add_column('petition', sa.Column('changed', sa.BigInteger(), server_default=sa.text('(pg_current_xact_id()::text)::bigint'), nullable=False))
    op.create_index('ix_petition_changed', 'petition', ['changed'], unique=False, postgresql_using='brin')


def downgrade() -> None:
    """Downgrade schema."""
    op.drop_index('ix_petition_changed', table_name='petition', postgresql_using='brin')
    op.drop_column('petition', 'changed')
    op.drop_index(op.f('ix_issue_site_village_id'), table_name='issue_site')
    op.drop_index(op.f('ix_issue_site_town_id'), table_name='issue_site')
    op.drop_index(op.f('ix_issue_site_county_id'), table_name='issue_site')
    op.drop_index('ix_issue_site_category', table_name='issue_site')
    op.drop_geospatial_table('issue_site')
    op.drop_table('count_snapshot')
