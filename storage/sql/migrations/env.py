"""Alembic runs this file: it applies the migrations on the connection, and in the transaction, that it is handed."""

from alembic import context

from storage.sql.models import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
context.run_migrations()
