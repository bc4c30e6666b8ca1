"""The migrations have one head and leave a database that equals the models; no table is for persons."""

from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect

from data import migrate

PERSON_WORDS = (
    "petitioner", "complainant", "applicant", "citizen", "identity", "id_card", "phone", "mobile", "tel",
    "photo", "gender", "sex", "birth", "age", "occupation", "home_address", "household",
)  # fmt: skip


def test_there_is_one_head() -> None:
    assert len(ScriptDirectory.from_config(migrate._config()).get_heads()) == 1


def test_the_migrated_database_equals_the_models(engine: Engine) -> None:
    with engine.connect() as connection:
        assert migrate.current_revision(connection) == migrate.newest_revision()
        assert migrate.differences(connection) == []


def test_no_table_or_column_is_for_a_person_who_petitions(engine: Engine) -> None:
    """Law 1 of the product, on the real catalog; leaders and agents are duty holders."""
    catalog = inspect(engine)
    names = []
    for table in catalog.get_table_names():
        names += [table, *(f"{table}.{column['name']}" for column in catalog.get_columns(table))]
    parts = {name: set(name.replace(".", "_").split("_")) for name in names}
    guilty = [name for name in names if any(set(word.split("_")) <= parts[name] for word in PERSON_WORDS)]
    assert len(names) > 100
    assert guilty == []
