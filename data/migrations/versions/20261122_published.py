"""Published products: what shared views may read, as ordinary tables.

Revision ID: 20261122_published
Revises: 20261122_access

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '20261122_published'
down_revision: Union[str, Sequence[str], None] = '20261122_access'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    op.create_table('published_density',
    sa.Column('time_window', sa.Text(), nullable=False),
    sa.Column('group_kind', sa.Text(), nullable=False),
    sa.Column('group_value', sa.Text(), nullable=False),
    sa.Column('west_m', sa.Double(), nullable=False),
    sa.Column('south_m', sa.Double(), nullable=False),
    sa.Column('east_m', sa.Double(), nullable=False),
    sa.Column('north_m', sa.Double(), nullable=False),
    sa.Column('bandwidth_m', sa.Double(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.Column('cols', sa.Integer(), nullable=False),
    sa.Column('top_per_km2', sa.REAL(), nullable=False),
    sa.Column('levels', sa.LargeBinary(), nullable=False),
    sa.CheckConstraint("group_kind IN ('all', 'category', 'channel')", name=op.f('ck_published_density_group_kind')),
    sa.CheckConstraint("time_window IN ('m1', 'm3', 'm12', 'm24')", name=op.f('ck_published_density_time_window')),
    sa.PrimaryKeyConstraint('time_window', 'group_kind', 'group_value', name=op.f('pk_published_density'))
    )
    op.create_table('published_figure',
    sa.Column('time_window', sa.Text(), nullable=False),
    sa.Column('group_kind', sa.Text(), nullable=False),
    sa.Column('group_value', sa.Text(), nullable=False),
    sa.Column('position', sa.SmallInteger(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('unit', sa.Text(), nullable=False),
    sa.Column('value', sa.Double(), nullable=True),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.Column('before', sa.Double(), nullable=True),
    sa.Column('year_before', sa.Double(), nullable=True),
    sa.CheckConstraint("group_kind IN ('all', 'category', 'channel')", name=op.f('ck_published_figure_group_kind')),
    sa.CheckConstraint("time_window IN ('m1', 'm3', 'm12', 'm24')", name=op.f('ck_published_figure_time_window')),
    sa.PrimaryKeyConstraint('time_window', 'group_kind', 'group_value', 'position', name=op.f('pk_published_figure'))
    )
    op.create_table('published_month',
    sa.Column('group_kind', sa.Text(), nullable=False),
    sa.Column('group_value', sa.Text(), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('repeats', sa.Integer(), nullable=False),
    sa.Column('partial', sa.Boolean(), nullable=False),
    sa.CheckConstraint("group_kind IN ('all', 'category', 'channel')", name=op.f('ck_published_month_group_kind')),
    sa.PrimaryKeyConstraint('group_kind', 'group_value', 'month', name=op.f('pk_published_month'))
    )
    op.create_table('published_placed',
    sa.Column('time_window', sa.Text(), nullable=False),
    sa.Column('group_kind', sa.Text(), nullable=False),
    sa.Column('group_value', sa.Text(), nullable=False),
    sa.Column('point', sa.Integer(), nullable=False),
    sa.Column('grid', sa.Integer(), nullable=False),
    sa.Column('village', sa.Integer(), nullable=False),
    sa.Column('town', sa.Integer(), nullable=False),
    sa.Column('county', sa.Integer(), nullable=False),
    sa.Column('unplaced', sa.Integer(), nullable=False),
    sa.CheckConstraint("group_kind IN ('all', 'category', 'channel')", name=op.f('ck_published_placed_group_kind')),
    sa.CheckConstraint("time_window IN ('m1', 'm3', 'm12', 'm24')", name=op.f('ck_published_placed_time_window')),
    sa.PrimaryKeyConstraint('time_window', 'group_kind', 'group_value', name=op.f('pk_published_placed'))
    )
    op.create_table('published_state',
    sa.Column('id', sa.SmallInteger(), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('data_version', sa.BigInteger(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('program', sa.Text(), nullable=False),
    sa.CheckConstraint('id = 1', name=op.f('ck_published_state_single')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_published_state'))
    )
    op.create_table('published_count',
    sa.Column('time_window', sa.Text(), nullable=False),
    sa.Column('level', sa.Text(), nullable=False),
    sa.Column('group_kind', sa.Text(), nullable=False),
    sa.Column('group_value', sa.Text(), nullable=False),
    sa.Column('area_id', sa.BigInteger(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=True),
    sa.CheckConstraint("count IS NOT NULL OR level = 'village'", name=op.f('ck_published_count_hidden_villages')),
    sa.CheckConstraint("group_kind IN ('all', 'category', 'channel')", name=op.f('ck_published_count_group_kind')),
    sa.CheckConstraint("level <> 'village' OR group_kind = 'all'", name=op.f('ck_published_count_villages_of_all')),
    sa.CheckConstraint("level IN ('county', 'town', 'village')", name=op.f('ck_published_count_level')),
    sa.CheckConstraint("time_window IN ('m1', 'm3', 'm12', 'm24')", name=op.f('ck_published_count_time_window')),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_published_count_area_id_area'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('time_window', 'level', 'group_kind', 'group_value', 'area_id', name=op.f('pk_published_count'))
    )


def downgrade() -> None:
    """Downgrade schema."""
    op.drop_table('published_count')
    op.drop_table('published_state')
    op.drop_table('published_placed')
    op.drop_table('published_month')
    op.drop_table('published_figure')
    op.drop_table('published_density')
