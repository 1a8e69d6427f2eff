from flask import Flask
from sqlalchemy import inspect

from portal.foundation.migrations import check_models, migrate


def test_the_models_need_no_revision_that_is_not_written(app: Flask) -> None:
    check_models(app)


def test_migrating_again_changes_nothing(app: Flask) -> None:
    def tables() -> set[str]:
        return set(inspect(app.extensions["database"].autocommit).get_table_names())

    before = tables()
    assert "alembic_version" in before
    migrate(app)
    assert tables() == before
