"""Alembic environment: runs on the connection it is given; geometry columns are compared by GeoAlchemy2."""

from alembic import context
from geoalchemy2 import alembic_helpers
from sqlalchemy import create_engine

from data.migrate import COMPARISON
from data.models import Base


def run(connection):
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        process_revision_directives=alembic_helpers.writer,
        render_item=alembic_helpers.render_item,
        **COMPARISON,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    from data.cluster import database_url
    from data.settings import read_settings

    with create_engine(database_url(read_settings())).begin() as connection:
        run(connection)
