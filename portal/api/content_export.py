"""The API's part of an account's export: contexts, skills, tasks and runs, each as the API itself shows it."""

from collections.abc import Callable

from flask import Flask
from pydantic import BaseModel

from portal.accounts.data_export import add_export
from portal.api.contexts import Context
from portal.api.run_answers import show_run
from portal.api.skills import Skill
from portal.api.tasks import Task
from portal.content import models
from portal.content.ownership import list_all
from portal.content.runs import list_all_runs


def _export(model: type[models.Owned], shown: type[BaseModel]) -> Callable[[int], object]:
    return lambda user_id: [
        shown.model_validate(row, from_attributes=True).model_dump(mode="json") for row in list_all(model, user_id)
    ]


def _export_runs(user_id: int) -> object:
    """All of them, whoever started them: the name of the app is shown to nobody but the user."""
    return [{**show_run(run).model_dump(mode="json"), "app": run.app} for run in list_all_runs(user_id)]


def init_app(app: Flask) -> None:
    """Add them."""
    add_export(app, "contexts", _export(models.Context, Context))
    add_export(app, "skills", _export(models.Skill, Skill))
    add_export(app, "tasks", _export(models.Task, Task))
    add_export(app, "runs", _export_runs)
