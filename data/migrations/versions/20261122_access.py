"""Accounts, scopes, sessions, recusals; the audit becomes a hash chain.

Revision ID: 20261122_access
Revises: 20261122_place_in_petition

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa

# revision identifiers, used by Alembic.
revision: str = '20261122_access'
down_revision: Union[str, Sequence[str], None] = '20261122_place_in_petition'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

_LINK = """
DO $$
DECLARE r record; link bytea := '\\x'; n bigint := 0; d bytea;
BEGIN
    FOR r IN SELECT * FROM audit ORDER BY id LOOP
        n := n + 1;
        d := sha256(link || convert_to(jsonb_build_array(n, to_char(r.at AT TIME ZONE 'UTC',
            'YYYY-MM-DD"T"HH24:MI:SS.US'), r.principal, r.role, r.action, r.subject, r.facts)::text, 'UTF8'));
        UPDATE audit SET number = n, previous = link, digest = d WHERE id = r.id;
        link := d;
    END LOOP;
    INSERT INTO audit_head (id, number, digest) VALUES (1, n, link);
END $$
"""


def upgrade() -> None:
    """Upgrade schema."""
    op.create_table('account',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('public_id', sa.Text(), nullable=False),
    sa.Column('login', sa.Text(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('password_hash', sa.Text(), nullable=True),
    sa.Column('disabled', sa.Boolean(), server_default='false', nullable=False),
    sa.Column('demo', sa.Boolean(), server_default='false', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("role IN ('leader', 'bureau', 'clerk', 'planner', 'approver', 'worker', 'town', 'unit', 'auditor', 'kiosk', 'admin')", name=op.f('ck_account_role')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account')),
    sa.UniqueConstraint('login', name=op.f('uq_account_login')),
    sa.UniqueConstraint('public_id', name=op.f('uq_account_public_id'))
    )
    op.create_table('account_scope',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('area_id', sa.BigInteger(), nullable=True),
    sa.Column('unit_id', sa.BigInteger(), nullable=True),
    sa.CheckConstraint('num_nonnulls(area_id, unit_id) = 1', name=op.f('ck_account_scope_one_thing')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_account_scope_account_id_account'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_account_scope_area_id_area'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_account_scope_unit_id_unit'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account_scope')),
    sa.UniqueConstraint('account_id', 'area_id', 'unit_id', name=op.f('uq_account_scope_account_id_area_id_unit_id'), postgresql_nulls_not_distinct=True)
    )
    op.create_table('login_session',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('token_hash', sa.LargeBinary(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('bound_to', sa.Text(), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('expires_at IS NOT NULL OR bound_to IS NOT NULL', name=op.f('ck_login_session_ends_or_is_bound')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_login_session_account_id_account'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_login_session')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_login_session_token_hash'))
    )
    op.create_index(op.f('ix_login_session_account_id'), 'login_session', ['account_id'])
    op.create_table('sign_in_failure',
    sa.Column('key', sa.LargeBinary(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('last_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_sign_in_failure'))
    )
    op.create_table('recusal',
    sa.Column('petition_id', sa.BigInteger(), nullable=False),
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_recusal_account_id_account'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['petition_id'], ['petition.id'], name=op.f('fk_recusal_petition_id_petition'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('petition_id', 'account_id', name=op.f('pk_recusal'))
    )
    op.create_index(op.f('ix_recusal_account_id'), 'recusal', ['account_id'])
    op.create_table('audit_head',
    sa.Column('id', sa.SmallInteger(), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('digest', sa.LargeBinary(), nullable=False),
    sa.CheckConstraint('id = 1', name=op.f('ck_audit_head_single')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_head'))
    )
    for name, kind in (('number', sa.BigInteger()), ('previous', sa.LargeBinary()), ('digest', sa.LargeBinary())):
        op.add_column('audit', sa.Column(name, kind, nullable=True))
    op.execute(_LINK)
    for name in ('number', 'previous', 'digest'):
        op.alter_column('audit', name, nullable=False)
    op.create_unique_constraint(op.f('uq_audit_number'), 'audit', ['number'])


def downgrade() -> None:
    """Downgrade schema."""
    op.drop_constraint(op.f('uq_audit_number'), 'audit')
    for name in ('digest', 'previous', 'number'):
        op.drop_column('audit', name)
    for table in ('audit_head', 'recusal', 'sign_in_failure', 'login_session', 'account_scope', 'account'):
        op.drop_table(table)
