"""Alembic's entry: gateway.store.migrate hands in the connection, so there is no alembic.ini and no address here."""

from alembic import context
from sqlmodel import SQLModel

from gateway.store import tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    transactional_ddl=True,  # one transaction for all of an upgrade, on SQLite too (BEGIN is ours, not the driver's)
    compare_type=True,
)
assert tables.AreaRow.metadata is SQLModel.metadata

with context.begin_transaction():
    context.run_migrations()
