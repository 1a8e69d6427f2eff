"""the people who approve"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'

# Columns are added one by one, not in a batch: see 0002.


def upgrade() -> None:
    op.create_table('security_events',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=True),
    sa.Column('client_id', sa.BigInteger(), nullable=True),
    sa.Column('app', sa.String(length=80), nullable=False),
    sa.Column('actor', sa.String(length=80), nullable=False),
    sa.Column('text', sa.String(length=1000), nullable=False),
    sa.Column('address', sa.String(length=50), nullable=False),
    sa.Column('network', sa.String(length=50), nullable=False),
    sa.Column('agent', sa.String(length=200), nullable=False),
    sa.Column('reference', sa.String(length=16), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_security_events'))
    )
    op.create_index(op.f('ix_security_events_at'), 'security_events', ['at'], unique=False)
    op.create_index('ix_security_events_user', 'security_events', ['user_id', 'at', 'id'], unique=False)
    op.create_index('ix_security_events_client', 'security_events', ['client_id', 'at', 'id'], unique=False)
    edits = sa.text("kind IN ('registered', 'edited', 'secret', 'redirect_uri', 'access')")
    op.create_index('ix_security_events_edits', 'security_events', ['client_id', 'at', 'id'], unique=False, sqlite_where=edits, postgresql_where=edits)
    whole = sa.text("address <> ''")
    op.create_index('ix_security_events_whole_address', 'security_events', ['at'], unique=False, sqlite_where=whole, postgresql_where=whole)
    op.create_table('email_links',
    sa.Column('digest', sa.LargeBinary(length=32), nullable=False),
    sa.Column('purpose', sa.String(length=16), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('next_path', sa.Text(), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('expires_at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_email_links_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('digest', name=op.f('pk_email_links'))
    )
    op.create_index(op.f('ix_email_links_expires_at'), 'email_links', ['expires_at'], unique=False)
    op.create_index(op.f('ix_email_links_user_id'), 'email_links', ['user_id'], unique=False)
    op.create_table('outgoing_mails',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('letter', sa.String(length=32), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=True),
    sa.Column('recipient', sa.String(length=254), nullable=False),
    sa.Column('data', sa.Text(), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('due_at', sa.BigInteger(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_outgoing_mails_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outgoing_mails'))
    )
    op.create_index(op.f('ix_outgoing_mails_due_at'), 'outgoing_mails', ['due_at'], unique=False)
    op.create_index(op.f('ix_outgoing_mails_user_id'), 'outgoing_mails', ['user_id'], unique=False)
    op.add_column('authorizations', sa.Column('allowed_from', sa.String(length=50), server_default='', nullable=False))
    op.add_column('authorizations', sa.Column('allowed_with', sa.String(length=200), server_default='', nullable=False))
    op.add_column('consents', sa.Column('left_out', sa.String(length=1000), server_default='', nullable=False))
    op.add_column('pending_requests', sa.Column('answered_at', sa.BigInteger(), nullable=True))
    op.add_column('pending_requests', sa.Column('authorization_id', sa.BigInteger(), nullable=True))
    op.add_column('user_sessions', sa.Column('last_seen_at', sa.BigInteger(), nullable=True))
    op.add_column('user_sessions', sa.Column('network', sa.String(length=50), server_default='', nullable=False))
    op.add_column('user_sessions', sa.Column('agent', sa.String(length=200), server_default='', nullable=False))
