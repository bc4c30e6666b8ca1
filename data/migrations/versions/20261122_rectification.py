"""Clocks as data, indicator sums, frozen quarters, steps of listings, supervision.

Revision ID: 20261122_rectification
Revises: 20261122_hotspots
Create Date: 2026-11-22 17:15:56.523820

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

# revision identifiers, used by Alembic.
revision: str = '20261122_rectification'
down_revision: Union[str, Sequence[str], None] = '20261122_hotspots'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    op.create_table('calendar_day',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('festival', sa.Text(), nullable=False),
    sa.Column('notice_year', sa.Integer(), nullable=False),
    sa.Column('source', sa.Text(), server_default='', nullable=False),
    sa.CheckConstraint("kind IN ('holiday', 'working')", name=op.f('ck_calendar_day_kind')),
    sa.PrimaryKeyConstraint('day', name=op.f('pk_calendar_day'))
    )
    op.create_index(op.f('ix_calendar_day_notice_year'), 'calendar_day', ['notice_year'], unique=False)
    op.create_table('clock_rule',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('jurisdiction', sa.Text(), nullable=False),
    sa.Column('clock', sa.Text(), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('starts', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('stops', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('counting', sa.Text(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('tracks', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('purposes', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('voids', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('extension_days', sa.Integer(), nullable=False),
    sa.Column('pausable', sa.Boolean(), nullable=False),
    sa.Column('rolling', sa.Text(), nullable=False),
    sa.Column('window', sa.Boolean(), nullable=False),
    sa.Column('soon_days', sa.Integer(), nullable=False),
    sa.Column('nth', sa.Integer(), nullable=False),
    sa.Column('nth_last', sa.Integer(), nullable=True),
    sa.CheckConstraint("counting IN ('natural', 'working')", name=op.f('ck_clock_rule_counting')),
    sa.CheckConstraint("rolling IN ('none', 'next_working_day')", name=op.f('ck_clock_rule_rolling')),
    sa.CheckConstraint('extension_days BETWEEN 0 AND 30', name=op.f('ck_clock_rule_extension_days')),
    sa.CheckConstraint('valid_to IS NULL OR valid_to > valid_from', name=op.f('ck_clock_rule_validity')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clock_rule')),
    sa.UniqueConstraint('jurisdiction', 'clock', 'valid_from', 'tracks', name=op.f('uq_clock_rule_jurisdiction_clock_valid_from_tracks'))
    )
    op.create_table('score_scheme',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('minimum_n', sa.Integer(), nullable=False),
    sa.Column('content', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('with_visits', sa.Boolean(), server_default='false', nullable=False),
    sa.Column('created_by', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint('minimum_n >= 1', name=op.f('ck_score_scheme_minimum_n')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_score_scheme')),
    sa.UniqueConstraint('version', name=op.f('uq_score_scheme_version'))
    )
    op.create_table('quarter_snapshot',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('quarter', sa.String(length=6), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('scheme_id', sa.BigInteger(), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=False),
    sa.Column('data_version', sa.BigInteger(), nullable=False),
    sa.Column('checksum', sa.String(length=64), nullable=False),
    sa.Column('result', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('taken_by', sa.Text(), nullable=False),
    sa.Column('taken_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("quarter ~ '^[0-9]{4}Q[1-4]$'", name=op.f('ck_quarter_snapshot_quarter')),
    sa.ForeignKeyConstraint(['scheme_id'], ['score_scheme.id'], name=op.f('fk_quarter_snapshot_scheme_id_score_scheme')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quarter_snapshot')),
    sa.UniqueConstraint('quarter', 'revision', name=op.f('uq_quarter_snapshot_quarter_revision'))
    )
    op.create_table('snapshot_matter',
    sa.Column('snapshot_id', sa.BigInteger(), nullable=False),
    sa.Column('indicator', sa.Text(), nullable=False),
    sa.Column('petition_id', sa.BigInteger(), nullable=False),
    sa.Column('unit_id', sa.BigInteger(), nullable=False),
    sa.Column('counted', sa.Integer(), nullable=False),
    sa.Column('met', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['snapshot_id'], ['quarter_snapshot.id'], name=op.f('fk_snapshot_matter_snapshot_id_quarter_snapshot'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('snapshot_id', 'indicator', 'petition_id', name=op.f('pk_snapshot_matter'))
    )
    op.create_table('indicator_sum',
    sa.Column('unit_id', sa.BigInteger(), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('indicator', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('numerator', sa.Integer(), nullable=False),
    sa.Column('denominator', sa.Integer(), nullable=False),
    sa.CheckConstraint('numerator BETWEEN 0 AND denominator', name=op.f('ck_indicator_sum_numerator')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_indicator_sum_unit_id_unit'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('month', 'unit_id', 'indicator', 'version', name=op.f('pk_indicator_sum'))
    )
    op.create_table('clock_event',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('petition_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('on_day', sa.Date(), nullable=False),
    sa.Column('days', sa.Integer(), nullable=True),
    sa.Column('approver', sa.Text(), server_default='', nullable=False),
    sa.Column('reason', sa.Text(), server_default='', nullable=False),
    sa.Column('clock', sa.Text(), server_default='', nullable=False),
    sa.Column('principal', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('changed', sa.BigInteger(), server_default=sa.text('(pg_current_xact_id()::text)::bigint'), nullable=False),
    sa.CheckConstraint("(kind = 'extended') = (days IS NOT NULL)", name=op.f('ck_clock_event_days_of_extension')),
    sa.CheckConstraint("kind <> 'extended' OR (approver <> '' AND reason <> '')", name=op.f('ck_clock_event_extension_is_approved')),
    sa.CheckConstraint("kind IN ('registered', 'received', 'forwarded', 'unit_received', 'objected', 'accepted', 'noticed', 'extended', 'paused', 'resumed', 'replied', 'review_applied', 'reviewed', 'recheck_applied', 'rechecked', 'resubmitted', 'explained', 'head_explained', 'flagged', 'meeting_held', 'closed', 'terminated')", name=op.f('ck_clock_event_kind')),
    sa.CheckConstraint('days BETWEEN 1 AND 30', name=op.f('ck_clock_event_days')),
    sa.ForeignKeyConstraint(['petition_id'], ['petition.id'], name=op.f('fk_clock_event_petition_id_petition'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clock_event')),
    sa.UniqueConstraint('petition_id', 'kind', 'on_day', 'clock', name=op.f('uq_clock_event_petition_id_kind_on_day_clock'))
    )
    op.create_index(op.f('ix_clock_event_changed'), 'clock_event', ['changed'], unique=False)
    op.create_table('clock_proposal',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('content', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('principal', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('digest', sa.Text(), nullable=True),
    sa.Column('as_of', sa.Date(), nullable=True),
    sa.Column('result', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.Text(), nullable=True),
    sa.CheckConstraint("kind IN ('notice', 'rules')", name=op.f('ck_clock_proposal_kind')),
    sa.CheckConstraint("outcome IN ('confirmed', 'discarded')", name=op.f('ck_clock_proposal_outcome')),
    sa.CheckConstraint('(digest IS NULL) = (result IS NULL)', name=op.f('ck_clock_proposal_worked_out')),
    sa.CheckConstraint('(settled_at IS NULL) = (outcome IS NULL)', name=op.f('ck_clock_proposal_settled')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clock_proposal'))
    )
    op.create_table('listing_step',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('listing_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('on_day', sa.Date(), nullable=False),
    sa.Column('official', sa.Text(), server_default='', nullable=False),
    sa.Column('words', sa.Text(), server_default='', nullable=False),
    sa.Column('principal', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("kind IN ('propose', 'list', 'reject', 'plan', 'report', 'explain', 'call_in', 'delist')", name=op.f('ck_listing_step_kind')),
    sa.ForeignKeyConstraint(['listing_id'], ['listing.id'], name=op.f('fk_listing_step_listing_id_listing'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_listing_step'))
    )
    op.create_index(op.f('ix_listing_step_listing_id'), 'listing_step', ['listing_id'], unique=False)
    op.create_table('open_clock',
    sa.Column('petition_id', sa.BigInteger(), nullable=False),
    sa.Column('clock', sa.Text(), nullable=False),
    sa.Column('started_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('soon_on', sa.Date(), nullable=False),
    sa.Column('paused_since', sa.Date(), nullable=True),
    sa.Column('is_window', sa.Boolean(), nullable=False),
    sa.Column('provisional', sa.Boolean(), nullable=False),
    sa.Column('rule_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['petition_id'], ['petition.id'], name=op.f('fk_open_clock_petition_id_petition'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['rule_id'], ['clock_rule.id'], name=op.f('fk_open_clock_rule_id_clock_rule')),
    sa.PrimaryKeyConstraint('petition_id', 'clock', 'started_on', name=op.f('pk_open_clock'))
    )
    op.create_index('ix_open_clock_due_on', 'open_clock', ['due_on', 'clock'], unique=False)
    op.create_table('supervision_case',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('procedure', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('petition_id', sa.BigInteger(), nullable=True),
    sa.Column('unit_id', sa.BigInteger(), nullable=True),
    sa.Column('leader_id', sa.BigInteger(), nullable=True),
    sa.Column('opened_on', sa.Date(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('opened_by', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), server_default='', nullable=False),
    sa.Column('cause', sa.Text(), server_default='', nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawn', sa.Boolean(), server_default='false', nullable=False),
    sa.Column('outcome', sa.Text(), server_default='', nullable=False),
    sa.CheckConstraint('ended_at IS NULL OR ended_at >= opened_at', name=op.f('ck_supervision_case_ended')),
    sa.CheckConstraint('num_nonnulls(petition_id, unit_id, leader_id) >= 1', name=op.f('ck_supervision_case_subject')),
    sa.ForeignKeyConstraint(['leader_id'], ['leader.id'], name=op.f('fk_supervision_case_leader_id_leader')),
    sa.ForeignKeyConstraint(['petition_id'], ['petition.id'], name=op.f('fk_supervision_case_petition_id_petition'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_supervision_case_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_supervision_case'))
    )
    op.create_index(op.f('ix_supervision_case_leader_id'), 'supervision_case', ['leader_id'], unique=False)
    op.create_index('ix_supervision_case_open', 'supervision_case', ['procedure'], unique=False, postgresql_where='ended_at IS NULL')
    op.create_index('uq_supervision_case_open', 'supervision_case', ['procedure', 'petition_id', 'unit_id', 'leader_id', 'opened_by'], unique=True, postgresql_nulls_not_distinct=True, postgresql_where='ended_at IS NULL')
    op.create_index('uq_supervision_case_cause', 'supervision_case', ['procedure', 'petition_id', 'cause'], unique=True, postgresql_where="cause <> ''")
    op.create_index(op.f('ix_supervision_case_petition_id'), 'supervision_case', ['petition_id'], unique=False)
    op.create_index(op.f('ix_supervision_case_unit_id'), 'supervision_case', ['unit_id'], unique=False)
    op.create_table('supervision_step',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('case_id', sa.BigInteger(), nullable=False),
    sa.Column('step', sa.Text(), nullable=False),
    sa.Column('turn', sa.Integer(), server_default='1', nullable=False),
    sa.Column('done_on', sa.Date(), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('official', sa.Text(), server_default='', nullable=False),
    sa.Column('words', sa.Text(), server_default='', nullable=False),
    sa.Column('principal', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['supervision_case.id'], name=op.f('fk_supervision_step_case_id_supervision_case'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_supervision_step')),
    sa.UniqueConstraint('case_id', 'step', 'turn', name=op.f('uq_supervision_step_case_id_step_turn'))
    )
    op.add_column('listing', sa.Column('snapshot_id', sa.BigInteger(), nullable=True))
    op.add_column('listing', sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False))
    op.add_column('listing', sa.Column('evidence', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False))
    op.alter_column('listing', 'batch_id',
               existing_type=sa.BIGINT(),
               nullable=True)
    op.create_foreign_key(op.f('fk_listing_snapshot_id_quarter_snapshot'), 'listing', 'quarter_snapshot', ['snapshot_id'], ['id'])
    op.add_column('petition', sa.Column('received_on', sa.Date(), nullable=True))
    op.add_column('petition', sa.Column('forwarded_on', sa.Date(), nullable=True))
    op.add_column('petition', sa.Column('unit_received_on', sa.Date(), nullable=True))
    op.add_column('petition', sa.Column('noticed_on', sa.Date(), nullable=True))
    op.add_column('petition', sa.Column('notice_due_on', sa.Date(), nullable=True))
    op.add_column('petition', sa.Column('evaluated_on', sa.Date(), nullable=True))
    op.add_column('petition', sa.Column('resubmitted_on', sa.Date(), nullable=True))
    op.add_column('petition', sa.Column('backlog_tier', sa.Text(), nullable=True))
    op.add_column('petition', sa.Column('backlog_resolved_on', sa.Date(), nullable=True))
    op.add_column('petition', sa.Column('head_read_on', sa.Date(), nullable=True))
    op.create_check_constraint(op.f('ck_petition_backlog_tier'), 'petition', "backlog_tier IN ('nation', 'province', 'city')")
    op.drop_constraint(op.f('ck_listing_state'), 'listing', type_='check')
    op.create_check_constraint(op.f('ck_listing_state'), 'listing', "state IN ('proposed', 'listed', 'rectifying', 'delisted', 'rejected')")
    op.create_table('derived_state',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('digest', sa.Text(), nullable=False),
    sa.Column('watermark', sa.BigInteger(), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_derived_state'))
    )
    op.create_index(op.f('ix_petition_notice_due_on'), 'petition', ['notice_due_on'], unique=False)
    # Extensions were kept in the due day alone, which follows from events from here on.
    op.execute("""
        INSERT INTO clock_event (petition_id, kind, on_day, days, approver, reason, principal)
        SELECT id, 'extended', accepted_on, least(due_on - accepted_on - 60, 30), '来源未载明', '来源未载明',
          'import:' || batch_id
        FROM petition WHERE due_on - accepted_on > 60
    """)


def downgrade() -> None:
    """Downgrade schema."""
    op.drop_table('derived_state')
    op.drop_constraint(op.f('ck_listing_state'), 'listing', type_='check')
    op.create_check_constraint(op.f('ck_listing_state'), 'listing', "state IN ('proposed', 'listed', 'rectifying', 'delisted')")
    op.drop_index(op.f('ix_petition_notice_due_on'), table_name='petition')
    op.drop_column('petition', 'head_read_on')
    op.drop_column('petition', 'backlog_resolved_on')
    op.drop_column('petition', 'backlog_tier')
    op.drop_column('petition', 'resubmitted_on')
    op.drop_column('petition', 'evaluated_on')
    op.drop_column('petition', 'notice_due_on')
    op.drop_column('petition', 'noticed_on')
    op.drop_column('petition', 'unit_received_on')
    op.drop_column('petition', 'forwarded_on')
    op.drop_column('petition', 'received_on')
    op.drop_constraint(op.f('fk_listing_snapshot_id_quarter_snapshot'), 'listing', type_='foreignkey')
    op.alter_column('listing', 'batch_id',
               existing_type=sa.BIGINT(),
               nullable=False)
    op.drop_column('listing', 'evidence')
    op.drop_column('listing', 'recorded_at')
    op.drop_column('listing', 'snapshot_id')
    op.drop_table('supervision_step')
    op.drop_index(op.f('ix_supervision_case_unit_id'), table_name='supervision_case')
    op.drop_index(op.f('ix_supervision_case_petition_id'), table_name='supervision_case')
    op.drop_index('uq_supervision_case_cause', table_name='supervision_case')
    op.drop_index('uq_supervision_case_open', table_name='supervision_case')
    op.drop_index('ix_supervision_case_open', table_name='supervision_case', postgresql_where='ended_at IS NULL')
    op.drop_index(op.f('ix_supervision_case_leader_id'), table_name='supervision_case')
    op.drop_table('supervision_case')
    op.drop_index('ix_open_clock_due_on', table_name='open_clock')
    op.drop_table('open_clock')
    op.drop_index(op.f('ix_listing_step_listing_id'), table_name='listing_step')
    op.drop_table('listing_step')
    op.drop_table('clock_proposal')
    op.drop_table('clock_event')
    op.drop_table('indicator_sum')
    op.drop_table('snapshot_matter')
    op.drop_table('quarter_snapshot')
    op.drop_table('score_scheme')
    op.drop_table('clock_rule')
    op.drop_index(op.f('ix_calendar_day_notice_year'), table_name='calendar_day')
    op.drop_table('calendar_day')
