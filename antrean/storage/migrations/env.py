"""Run migrations on the connection that `antrean.storage.database.engine.upgrade` hands in."""

from alembic import context

from antrean.storage.database.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
