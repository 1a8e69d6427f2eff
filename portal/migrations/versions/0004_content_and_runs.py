"""content and runs"""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op
from huey.storage import PostgresStorage

revision = '0004'
down_revision = '0003'

# Columns are added one by one, not in a batch: see 0002.


def upgrade() -> None:
    for table in ('contexts', 'skills', 'tasks'):
        op.add_column(table, sa.Column('version', sa.Integer(), server_default='1', nullable=False))
        op.add_column(table, sa.Column('search_text', sa.Text(), server_default='', nullable=False))
        op.create_index(op.f(f'ix_{table}_user_id_{table}_updated_at_{table}_id'), table, ['user_id', 'updated_at', 'id'], unique=False)
    op.add_column('contexts', sa.Column('size', sa.Integer(), server_default='0', nullable=False))
    for table in ('skills', 'tasks'):
        op.add_column(table, sa.Column('category', sa.String(length=50), server_default='general', nullable=False))
    op.create_table('idempotency_keys',
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('client_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('digest', sa.LargeBinary(length=32), nullable=False),
    sa.Column('request_digest', sa.LargeBinary(length=32), nullable=False),
    sa.Column('object_id', sa.BigInteger(), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_idempotency_keys_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'client_id', 'digest', name=op.f('pk_idempotency_keys'))
    )
    op.create_index(op.f('ix_idempotency_keys_created_at'), 'idempotency_keys', ['created_at'], unique=False)
    op.create_table('runs',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('client_id', sa.BigInteger(), nullable=True),
    sa.Column('app', sa.String(length=80), nullable=False),
    sa.Column('authorization_id', sa.BigInteger(), nullable=True),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('source_id', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('input', sa.Text(), nullable=False),
    sa.Column('generator', sa.String(length=20), nullable=False),
    sa.Column('status', sa.String(length=12), nullable=False),
    sa.Column('error_code', sa.String(length=40), nullable=False),
    sa.Column('error', sa.String(length=1000), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('started_at', sa.BigInteger(), nullable=True),
    sa.Column('finished_at', sa.BigInteger(), nullable=True),
    sa.Column('lease_key', sa.String(length=32), nullable=True),
    sa.Column('lease_until', sa.BigInteger(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_runs_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_runs'))
    )
    op.create_index(op.f('ix_runs_user_id_runs_created_at_runs_id'), 'runs', ['user_id', 'created_at', 'id'], unique=False)
    op.create_index(op.f('ix_runs_finished_at'), 'runs', ['finished_at'], unique=False)
    unfinished = sa.text('finished_at IS NULL')
    op.create_index('ix_runs_unfinished', 'runs', ['lease_until'], unique=False, sqlite_where=unfinished, postgresql_where=unfinished)
    op.create_table('run_steps',
    sa.Column('run_id', sa.BigInteger(), nullable=False),
    sa.Column('position', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('skill_id', sa.BigInteger(), nullable=False),
    sa.Column('plan', sa.JSON(), nullable=False),
    sa.Column('status', sa.String(length=12), nullable=False),
    sa.Column('output', sa.Text(), nullable=False),
    sa.Column('error', sa.String(length=1000), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('started_at', sa.BigInteger(), nullable=True),
    sa.Column('finished_at', sa.BigInteger(), nullable=True),
    sa.Column('milliseconds', sa.Integer(), nullable=True),
    sa.Column('input_tokens', sa.Integer(), nullable=True),
    sa.Column('output_tokens', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['run_id'], ['runs.id'], name=op.f('fk_run_steps_run_id_runs'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('run_id', 'position', name=op.f('pk_run_steps'))
    )
    _fill_in()
    if op.get_bind().dialect.name == 'postgresql':
        # The queue's own tables: two workers that start on an empty database would otherwise race to make them.
        for statement in PostgresStorage(table_prefix='queue', create_tables=False).ddl:
            op.execute(statement)


def _fill_in() -> None:
    """What the new columns say of the rows that there are, and contexts that skills name by name, now by id."""
    connection = op.get_bind()
    columns = {'contexts': 'content', 'skills': 'template', 'tasks': None}
    for table, text in columns.items():
        rows = sa.table(table, *map(sa.column, ('id', 'name', 'description', 'search_text', 'size', *filter(None, [text]))))
        for (key,) in connection.execute(sa.select(rows.c.id)).all():
            row = connection.execute(sa.select(rows.c.name, rows.c.description, *([rows.c[text]] if text else [])).where(rows.c.id == key)).one()
            pieces = re.findall(r'\S{1,200}|\s+', '\n'.join(row))  # see `portal.content.models.fold`
            folded = ''.join(unicodedata.normalize('NFKC', unicodedata.normalize('NFKC', piece).casefold()) for piece in pieces)
            values = {'search_text': folded, **({'size': len(row[2].encode())} if text == 'content' else {})}
            connection.execute(sa.update(rows).where(rows.c.id == key).values(values))
    skills = sa.table('skills', sa.column('id'), sa.column('user_id'), sa.column('configuration', sa.JSON()))
    contexts = sa.table('contexts', sa.column('id'), sa.column('user_id'), sa.column('name'))
    for skill in connection.execute(sa.select(skills)).all():
        ids = []
        for name in skill.configuration.get('contexts', []):
            found = sa.select(contexts.c.id).where(contexts.c.user_id == skill.user_id, contexts.c.name == name)
            ids += [str(key) for (key,) in connection.execute(found.order_by(contexts.c.id).limit(1))]
        configuration = {**skill.configuration, 'contexts': ids}
        connection.execute(sa.update(skills).where(skills.c.id == skill.id).values(configuration=configuration))
