"""purging"""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'


def upgrade() -> None:
    build_index('ix_authorizations_created_at_id', 'authorizations', ['created_at', 'id'])
    build_index('ix_client_secrets_expires_at', 'client_secrets', ['expires_at'], where='expires_at IS NOT NULL')


def build_index(name: str, table: str, columns: list[str], where: str | None = None) -> None:
    """Build an index; on PostgreSQL beside those who write, who would wait minutes for that of a large table."""
    condition = sa.text(where) if where else None
    if op.get_bind().dialect.name == 'sqlite':
        op.create_index(name, table, columns, sqlite_where=condition)
        return
    with op.get_context().autocommit_block():
        # It waits until every older transaction has ended, however long a backup takes, and hinders nobody meanwhile.
        op.execute("SET lock_timeout = 0")
        op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)  # an attempt cut off leaves a useless one
        op.create_index(name, table, columns, postgresql_where=condition, postgresql_concurrently=True)
