"""The API's part of an account's export: contexts, skills and tasks, each as the API itself shows it."""

from collections.abc import Callable

from flask import Flask
from pydantic import BaseModel

from portal.accounts.data_export import add_export
from portal.api.contexts import Context
from portal.api.skills import Skill
from portal.api.tasks import Task
from portal.content import models
from portal.content.ownership import list_all


def _export(model: type[models.Owned], shown: type[BaseModel]) -> Callable[[int], object]:
    return lambda user_id: [shown.model_validate(row).model_dump(mode="json") for row in list_all(model, user_id)]


def init_app(app: Flask) -> None:
    """Add them."""
    add_export(app, "contexts", _export(models.Context, Context))
    add_export(app, "skills", _export(models.Skill, Skill))
    add_export(app, "tasks", _export(models.Task, Task))
