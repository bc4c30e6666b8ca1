"""A matter and its place are one row, so that row level security guards one table.

Revision ID: 20261122_place_in_petition
Revises: 20261121_first_schema
Create Date: 2026-11-22 12:10:00

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

# revision identifiers, used by Alembic.
revision: str = '20261122_place_in_petition'
down_revision: Union[str, Sequence[str], None] = '20261121_first_schema'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

AREAS = ('county_id', 'functional_id', 'grid_id', 'town_id', 'village_id')
RENAMED = {
    'place_status': 'status', 'granularity': 'granularity', 'place_method': 'method', 'address': 'address',
    'datum': 'datum', 'point': 'point', 'place_reasons': 'reasons', 'place_candidates': 'candidates',
    **{area: area for area in AREAS},
}
STATUS = "IN ('accepted', 'review', 'unmatched', 'out_of_area')"
GRANULARITY = "granularity IN ('point', 'building', 'grid', 'village', 'town', 'county', 'none')"
METHOD = "IN ('coordinates', 'address', 'code', 'none')"
NO_CENTROID = "point IS NULL OR granularity IN ('point', 'building')"
NOWHERE = (
    "(address = '' AND place_reasons = '{}' AND place_candidates = '{}'"
    " AND num_nonnulls(place_status, granularity, place_method, datum, point,"
    " county_id, town_id, village_id, grid_id, functional_id) = 0)"
)
CHECKS = {
    'place_status': f"place_status {STATUS}",
    'granularity': GRANULARITY,
    'place_method': f"place_method {METHOD}",
    'whole_place': f"num_nonnulls(place_status, granularity, place_method) = 3 OR {NOWHERE}",
    'no_centroid': NO_CENTROID,
    'accusation_has_no_unit_or_place': f"purpose <> 'accusation' OR (unit_id IS NULL AND {NOWHERE})",
}


def place_columns(prefix: str, nullable: bool) -> list[sa.Column]:
    """Return what is said of a place; ``prefix`` is before the names that a table of its own did without."""
    return [
        sa.Column(f'{prefix}status', sa.Text(), nullable=nullable),
        sa.Column('granularity', sa.Text(), nullable=nullable),
        sa.Column(f'{prefix}method', sa.Text(), nullable=nullable),
        sa.Column('address', sa.Text(), server_default='', nullable=False),
        sa.Column('datum', sa.Text(), nullable=True),
        sa.Column('point', Geometry(geometry_type='POINT', srid=4490, dimension=2, spatial_index=False, from_text='ST_GeomFromEWKT', name='geometry'), nullable=True),
        *(sa.Column(area, sa.BigInteger(), nullable=True) for area in AREAS),
        sa.Column(f'{prefix}reasons', postgresql.ARRAY(sa.Text()), server_default='{}', nullable=False),
        sa.Column(f'{prefix}candidates', postgresql.ARRAY(sa.BigInteger()), server_default='{}', nullable=False),
    ]


def upgrade() -> None:
    """Upgrade schema."""
    for column in place_columns('place_', nullable=True):
        if column.name == 'point':
            op.add_geospatial_column('petition', column)
        else:
            op.add_column('petition', column)
    # No accusation ever got a place; should one have been written by hand, it is not carried on.
    op.execute(f"""
        UPDATE petition p SET {', '.join(f'{new} = q.{old}' for new, old in RENAMED.items())}
        FROM place q WHERE q.petition_id = p.id AND p.purpose <> 'accusation'""")
    op.drop_geospatial_table('place')
    # After the rows are filled: the table is rewritten for these, which also leaves no dead rows behind.
    for cell, coordinate in (('cell_x', 'st_x'), ('cell_y', 'st_y')):
        expression = f"floor(({coordinate}(point) * 500::double precision))::integer"
        op.add_column('petition', sa.Column(cell, sa.Integer(), sa.Computed(expression, persisted=True), nullable=True))
    op.drop_constraint(op.f('ck_petition_accusation_has_no_unit'), 'petition')
    for name, condition in CHECKS.items():
        op.create_check_constraint(op.f(f'ck_petition_{name}'), 'petition', condition)
    for area in AREAS:
        op.create_foreign_key(op.f(f'fk_petition_{area}_area'), 'petition', 'area', [area], ['id'])
        op.create_index(op.f(f'ix_petition_{area}'), 'petition', [area])
    op.create_index('ix_petition_review', 'petition', ['place_status'], postgresql_where=sa.text("place_status <> 'accepted'"))
    op.create_index('ix_petition_cell', 'petition', ['cell_x', 'cell_y'])
    op.create_geospatial_index('idx_petition_point', 'petition', ['point'], unique=False, postgresql_using='gist', postgresql_ops={})


def downgrade() -> None:
    """Downgrade schema."""
    op.create_geospatial_table('place',
    sa.Column('petition_id', sa.BigInteger(), nullable=False),
    *place_columns('', nullable=False),
    sa.CheckConstraint(GRANULARITY, name=op.f('ck_place_granularity')),
    sa.CheckConstraint(f"method {METHOD}", name=op.f('ck_place_method')),
    sa.CheckConstraint(NO_CENTROID, name=op.f('ck_place_no_centroid')),
    sa.CheckConstraint(f"status {STATUS}", name=op.f('ck_place_status')),
    *(sa.ForeignKeyConstraint([area], ['area.id'], name=op.f(f'fk_place_{area}_area')) for area in AREAS),
    sa.ForeignKeyConstraint(['petition_id'], ['petition.id'], name=op.f('fk_place_petition_id_petition'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('petition_id', name=op.f('pk_place'))
    )
    op.execute(f"""
        INSERT INTO place (petition_id, {', '.join(RENAMED.values())})
        SELECT id, {', '.join(RENAMED)} FROM petition WHERE place_status IS NOT NULL""")
    op.create_geospatial_index('idx_place_point', 'place', ['point'], unique=False, postgresql_using='gist', postgresql_ops={})
    for area in AREAS:
        op.create_index(op.f(f'ix_place_{area}'), 'place', [area])
    op.create_index('ix_place_review', 'place', ['status'], postgresql_where=sa.text("status <> 'accepted'"))
    # Indexes, foreign keys and checks of a column go with it; so the check on accusations is made anew.
    for cell in ('cell_x', 'cell_y'):
        op.drop_column('petition', cell)
    op.drop_geospatial_column('petition', 'point')
    for name in RENAMED:
        if name != 'point':
            op.drop_column('petition', name)
    op.create_check_constraint(op.f('ck_petition_accusation_has_no_unit'), 'petition', "purpose <> 'accusation' OR unit_id IS NULL")
