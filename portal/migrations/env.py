"""Alembic's entry: runs the steps on the connection that `portal.foundation.migrations` holds."""

from alembic import context

context.configure(
    # The queue's tables are its library's, and no models of ours.
    include_name=lambda name, kind, _parents: kind != "table" or not str(name).startswith("queue_"),
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes["metadata"],
    render_as_batch=context.config.attributes["connection"].dialect.name == "sqlite",
    # Or a revision could not leave its transaction to build an index beside those who write (PostgreSQL).
    transaction_per_migration=True,
)
with context.begin_transaction():  # none of its own where the caller has one, as on SQLite
    context.run_migrations()
