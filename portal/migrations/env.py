"""Alembic's entry: runs the steps on the connection that `portal.foundation.migrations` holds."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes["metadata"],
    render_as_batch=context.config.attributes["connection"].dialect.name == "sqlite",
)
# No transaction of its own: the caller's spans all steps and the lock.
context.run_migrations()
