"""developer portal"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'

# Columns are added one by one, not in a batch: on SQLite a batch may make the table anew, and dropping the old
# `clients` would take everything along that refers to it.


def upgrade() -> None:
    op.create_table('client_days',
    sa.Column('client_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('day', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('what', sa.String(length=16), nullable=False),
    sa.Column('detail', sa.String(length=64), nullable=False),
    sa.Column('count', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_client_days_client_id_clients'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('client_id', 'day', 'what', 'detail', name=op.f('pk_client_days'))
    )
    op.create_index(op.f('ix_client_days_day'), 'client_days', ['day'], unique=False)
    op.create_table('client_events',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('client_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('actor', sa.String(length=80), nullable=False),
    sa.Column('text', sa.String(length=1000), nullable=False),
    sa.Column('endpoint', sa.String(length=16), nullable=False),
    sa.Column('cause', sa.String(length=40), nullable=False),
    sa.Column('sent', sa.String(length=2000), nullable=False),
    sa.Column('origin', sa.String(length=50), nullable=False),
    sa.Column('reference', sa.String(length=16), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('fingerprint', sa.LargeBinary(length=32), nullable=True),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_client_events_client_id_clients'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_client_events')),
    sa.UniqueConstraint('client_id', 'fingerprint', name=op.f('uq_client_events_client_id_fingerprint'))
    )
    op.create_index(op.f('ix_client_events_at'), 'client_events', ['at'], unique=False)
    op.create_index(op.f('ix_client_events_client_id_client_events_at_client_events_id'), 'client_events', ['client_id', 'at', 'id'], unique=False)
    op.create_table('spent_forms',
    sa.Column('token', sa.String(length=43), nullable=False),
    sa.Column('spent_at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('token', name=op.f('pk_spent_forms'))
    )
    op.create_index(op.f('ix_spent_forms_spent_at'), 'spent_forms', ['spent_at'], unique=False)
    op.add_column('client_logos', sa.Column('image_128', sa.LargeBinary(), nullable=True))
    op.add_column('client_logos', sa.Column('image_64', sa.LargeBinary(), nullable=True))
    op.add_column('client_secrets', sa.Column('last_used_at', sa.BigInteger(), nullable=True))
    op.add_column('client_secrets', sa.Column('last_used_from', sa.String(length=50), server_default='', nullable=False))
    op.add_column('clients', sa.Column('kind', sa.String(length=12), server_default='web', nullable=False))
    op.add_column('clients', sa.Column('optional_scope', sa.String(length=1000), server_default='', nullable=False))
    op.add_column('clients', sa.Column('require_pkce', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column('clients', sa.Column('verified_at', sa.BigInteger(), nullable=True))
    op.execute("UPDATE clients SET kind = 'native' WHERE type = 'public'")
    op.add_column('pending_requests', sa.Column('optional_scope', sa.String(length=1000), server_default='', nullable=False))
