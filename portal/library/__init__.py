"""The door of people's own things: their contexts, skills, tasks and runs, as pages."""

from flask import Flask

from portal.library import context_pages, run_pages, skill_pages, task_pages
from portal.library.blueprint import blueprint

__all__ = ["context_pages", "init_app", "run_pages", "skill_pages", "task_pages"]
# They add their routes to the room's blueprint.


def init_app(app: Flask) -> None:
    """Serve this room's pages."""
    app.register_blueprint(blueprint)
