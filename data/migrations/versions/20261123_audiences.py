"""Tours of the wall, what grid workers did about a matter, and matters found by their number.

Revision ID: 20261123_audiences
Revises: 20261122_coverage
Create Date: 2026-11-23 01:00:00

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

# revision identifiers, used by Alembic.
revision: str = '20261123_audiences'
down_revision: Union[str, Sequence[str], None] = '20261122_coverage'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    op.create_table('tour',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('scenes', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('principal', sa.Text(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tour')),
    sa.UniqueConstraint('name', name=op.f('uq_tour_name'))
    )
    op.create_table('assist_note',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('petition_id', sa.BigInteger(), nullable=False),
    sa.Column('principal', sa.Text(), nullable=False),
    sa.Column('key', sa.Uuid(), nullable=False),
    sa.Column('step', sa.Text(), nullable=False),
    sa.Column('words', sa.Text(), server_default='', nullable=False),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('noted_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("step IN ('received', 'contacted', 'visited', 'resolved', 'handed_up')", name=op.f('ck_assist_note_step')),
    sa.ForeignKeyConstraint(['petition_id'], ['petition.id'], name=op.f('fk_assist_note_petition_id_petition'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assist_note')),
    sa.UniqueConstraint('principal', 'key', name=op.f('uq_assist_note_principal_key'))
    )
    op.create_index('ix_petition_matter_no', 'petition', ['matter_no'], unique=False)
    op.create_index(op.f('ix_assist_note_petition_id'), 'assist_note', ['petition_id'], unique=False)


def downgrade() -> None:
    """Downgrade schema."""
    op.drop_index('ix_petition_matter_no', table_name='petition')
    op.drop_index(op.f('ix_assist_note_petition_id'), table_name='assist_note')
    op.drop_table('assist_note')
    op.drop_table('tour')
