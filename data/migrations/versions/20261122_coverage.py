"""Planning of coverage: rules, steps, workloads, bars, runs of the suggester, patches, travel times.

Revision ID: 20261122_coverage
Revises: 20261122_rectification
Create Date: 2026-11-22 20:41:34.246058

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

# revision identifiers, used by Alembic.
revision: str = '20261122_coverage'
down_revision: Union[str, Sequence[str], None] = '20261122_rectification'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


OLD_KINDS = (
    "kind IN ('boundaries', 'gazetteer', 'petitions', 'service-points', 'coverage', 'listings', 'populations')"
)
KINDS = OLD_KINDS.replace("'populations')", "'populations', 'travel-times')")


def change_kinds(condition: str) -> None:
    """Make the check of kinds of imports another one."""
    for table in ('import_batch', 'import_profile'):
        op.drop_constraint(op.f(f'ck_{table}_kind'), table)
        op.create_check_constraint(op.f(f'ck_{table}_kind'), table, condition)


def forget_travel_times() -> None:
    """Delete imports of travel times; what hangs on a batch goes with it."""
    for table in ('import_batch', 'import_profile'):
        op.execute(f"DELETE FROM {table} WHERE kind = 'travel-times'")


def upgrade() -> None:
    """Upgrade schema."""
    change_kinds(KINDS)
    op.create_table('planning_run',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('status', sa.Text(), nullable=False),
    sa.Column('principal', sa.Text(), nullable=False),
    sa.Column('asked', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('state', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('stop_asked', sa.Boolean(), server_default='false', nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("kind IN ('coverage', 'patches', 'siting')", name=op.f('ck_planning_run_kind')),
    sa.CheckConstraint("status IN ('running', 'done', 'stopped', 'failed')", name=op.f('ck_planning_run_status')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_planning_run'))
    )
    op.create_index(op.f('ix_planning_run_principal'), 'planning_run', ['principal'], unique=False)
    op.create_table('workload_formula',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('cases', sa.Integer(), nullable=False),
    sa.Column('open', sa.Integer(), nullable=False),
    sa.Column('overdue', sa.Integer(), nullable=False),
    sa.Column('due_soon', sa.Integer(), nullable=False),
    sa.Column('population', sa.Integer(), nullable=False),
    sa.Column('created_by', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint('cases >= 0 AND open >= 0 AND overdue >= 0 AND due_soon >= 0 AND population >= 0 AND cases + open + overdue + due_soon + population > 0', name=op.f('ck_workload_formula_weights')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_workload_formula')),
    sa.UniqueConstraint('version', name=op.f('uq_workload_formula_version'))
    )
    op.create_table('plan_step',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('plan_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('on_day', sa.Date(), nullable=True),
    sa.Column('words', sa.Text(), server_default='', nullable=False),
    sa.Column('principal', sa.Text(), nullable=False),
    sa.Column('official', sa.Text(), server_default='', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("kind IN ('save', 'propose', 'withdraw', 'return', 'publish', 'cancel', 'restore')", name=op.f('ck_plan_step_kind')),
    sa.ForeignKeyConstraint(['plan_id'], ['coverage_plan.id'], name=op.f('fk_plan_step_plan_id_coverage_plan'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_step'))
    )
    op.create_index(op.f('ix_plan_step_plan_id'), 'plan_step', ['plan_id'], unique=False)
    op.create_table('area_workload',
    sa.Column('area_id', sa.BigInteger(), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=False),
    sa.Column('open', sa.Integer(), nullable=False),
    sa.Column('overdue', sa.Integer(), nullable=False),
    sa.Column('recent', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_area_workload_area_id_area'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('area_id', name=op.f('pk_area_workload'))
    )
    op.create_table('patch_plan',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('town_id', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('created_by', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('proposed_by', sa.Text(), nullable=True),
    sa.Column('published_by', sa.Text(), nullable=True),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('draft', 'proposed', 'published', 'retired')", name=op.f('ck_patch_plan_state')),
    sa.ForeignKeyConstraint(['town_id'], ['area.id'], name=op.f('fk_patch_plan_town_id_area')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_patch_plan'))
    )
    op.create_index('uq_patch_plan_in_force', 'patch_plan', ['town_id'], unique=True, postgresql_where=sa.text("state = 'published'"))
    op.create_table('travel_time',
    sa.Column('from_area_id', sa.BigInteger(), nullable=False),
    sa.Column('to_area_id', sa.BigInteger(), nullable=False),
    sa.Column('minutes', sa.SmallInteger(), nullable=False),
    sa.Column('batch_id', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('minutes >= 0', name=op.f('ck_travel_time_minutes')),
    sa.ForeignKeyConstraint(['batch_id'], ['import_batch.id'], name=op.f('fk_travel_time_batch_id_import_batch')),
    sa.ForeignKeyConstraint(['from_area_id'], ['area.id'], name=op.f('fk_travel_time_from_area_id_area'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['to_area_id'], ['area.id'], name=op.f('fk_travel_time_to_area_id_area'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('from_area_id', 'to_area_id', name=op.f('pk_travel_time'))
    )
    op.create_table('leader_bar',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('leader_id', sa.BigInteger(), nullable=False),
    sa.Column('unit_id', sa.BigInteger(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('words', sa.Text(), server_default='', nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('principal', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("reason IN ('recusal', 'portfolio')", name=op.f('ck_leader_bar_reason')),
    sa.CheckConstraint('valid_to IS NULL OR valid_to >= valid_from', name=op.f('ck_leader_bar_validity')),
    sa.ForeignKeyConstraint(['leader_id'], ['leader.id'], name=op.f('fk_leader_bar_leader_id_leader')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_leader_bar_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_leader_bar'))
    )
    op.create_index('uq_leader_bar_open', 'leader_bar', ['leader_id', 'unit_id'], unique=True, postgresql_where=sa.text('valid_to IS NULL'))
    op.create_table('patch_assignment',
    sa.Column('plan_id', sa.BigInteger(), nullable=False),
    sa.Column('area_id', sa.BigInteger(), nullable=False),
    sa.Column('account_id', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_patch_assignment_account_id_account')),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_patch_assignment_area_id_area')),
    sa.ForeignKeyConstraint(['plan_id'], ['patch_plan.id'], name=op.f('fk_patch_assignment_plan_id_patch_plan'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('plan_id', 'area_id', name=op.f('pk_patch_assignment'))
    )
    op.create_table('plan_rule',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('plan_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('unit_id', sa.BigInteger(), nullable=True),
    sa.Column('leader_id', sa.BigInteger(), nullable=True),
    sa.Column('other_id', sa.BigInteger(), nullable=True),
    sa.Column('value', sa.Integer(), nullable=True),
    sa.CheckConstraint("kind IN ('pin', 'forbid', 'cap', 'share', 'link')", name=op.f('ck_plan_rule_kind')),
    sa.CheckConstraint('value >= 0', name=op.f('ck_plan_rule_value')),
    sa.ForeignKeyConstraint(['leader_id'], ['leader.id'], name=op.f('fk_plan_rule_leader_id_leader')),
    sa.ForeignKeyConstraint(['other_id'], ['unit.id'], name=op.f('fk_plan_rule_other_id_unit')),
    sa.ForeignKeyConstraint(['plan_id'], ['coverage_plan.id'], name=op.f('fk_plan_rule_plan_id_coverage_plan'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_plan_rule_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_rule')),
    sa.UniqueConstraint('plan_id', 'kind', 'unit_id', 'leader_id', 'other_id', name=op.f('uq_plan_rule_plan_id_kind_unit_id_leader_id_other_id'), postgresql_nulls_not_distinct=True)
    )
    op.create_table('unit_workload',
    sa.Column('unit_id', sa.BigInteger(), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=False),
    sa.Column('open', sa.Integer(), nullable=False),
    sa.Column('overdue', sa.Integer(), nullable=False),
    sa.Column('due_soon', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_unit_workload_unit_id_unit'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('unit_id', name=op.f('pk_unit_workload'))
    )
    op.execute(
        "INSERT INTO workload_formula"
        " (version, name, valid_from, cases, open, overdue, due_soon, population, created_by) VALUES"
        " (1, '积案件数', '2000-01-01', 1, 0, 0, 0, 0, 'fengtu'),"
        " (2, '综合工作量', '2000-01-01', 0, 1, 2, 1, 0, 'fengtu')"
    )
    op.add_column('coverage_plan', sa.Column('formula', sa.Integer(), server_default='1', nullable=False))
    op.create_foreign_key(op.f('fk_coverage_plan_formula_workload_formula'), 'coverage_plan', 'workload_formula', ['formula'], ['version'])
    op.execute(
        "ALTER TABLE coverage_plan ADD CONSTRAINT ex_coverage_plan_in_force"
        " EXCLUDE USING gist (daterange(valid_from, valid_to) WITH &&) WHERE (state = 'published')"
    )


def downgrade() -> None:
    """Downgrade schema."""
    op.drop_constraint('ex_coverage_plan_in_force', 'coverage_plan')
    op.drop_constraint(op.f('fk_coverage_plan_formula_workload_formula'), 'coverage_plan', type_='foreignkey')
    op.drop_column('coverage_plan', 'formula')
    op.drop_table('unit_workload')
    op.drop_table('plan_rule')
    op.drop_table('patch_assignment')
    op.drop_index('uq_leader_bar_open', table_name='leader_bar', postgresql_where=sa.text('valid_to IS NULL'))
    op.drop_table('leader_bar')
    op.drop_table('travel_time')
    forget_travel_times()
    change_kinds(OLD_KINDS)
    op.drop_index('uq_patch_plan_in_force', table_name='patch_plan', postgresql_where=sa.text("state = 'published'"))
    op.drop_table('patch_plan')
    op.drop_table('area_workload')
    op.drop_index(op.f('ix_plan_step_plan_id'), table_name='plan_step')
    op.drop_table('plan_step')
    op.drop_table('workload_formula')
    op.drop_index(op.f('ix_planning_run_principal'), table_name='planning_run')
    op.drop_table('planning_run')
