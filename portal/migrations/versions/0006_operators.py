"""operators"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'


def upgrade() -> None:
    op.add_column('clients', sa.Column('suspension_reason', sa.String(length=500), nullable=True))
