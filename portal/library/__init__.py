"""The door of people's own things: their contexts, skills, tasks and runs, as pages."""

from flask import Flask

from portal.foundation.kept_text import give_back_texts
from portal.library import (
    context_editing,
    context_pages,
    context_transfer,
    run_pages,
    skill_editor,
    skill_pages,
    task_editor,
    task_pages,
)
from portal.library.blueprint import blueprint
from portal.library.typed_texts import label_of

__all__ = [
    "context_editing",
    "context_pages",
    "context_transfer",
    "init_app",
    "run_pages",
    "skill_editor",
    "skill_pages",
    "task_editor",
    "task_pages",
]
# They add their routes to the room's blueprint.


def init_app(app: Flask) -> None:
    """Serve this room's pages."""
    app.register_blueprint(blueprint)
    give_back_texts(app, blueprint.name, label_of)
