"""The form with which a skill is tried on its page: its input, and a field for each variable that it declares."""

from typing import Any

from flask import request
from wtforms import TextAreaField
from wtforms.validators import Length

from portal.content.faults import Fault
from portal.content.models import Skill
from portal.content.runs import INPUT_LENGTH
from portal.foundation.forms import PostedForm
from portal.library.fields import text_field


def name_of(variable: str) -> str:
    """The name of a variable's field."""
    return f"value_{variable}"


class TrialForm(PostedForm):
    """What a skill is given."""

    input = text_field("Input", [Length(max=INPUT_LENGTH)])

    class Meta(PostedForm.Meta):
        """How what was posted is read."""

        def wrap_formdata(self, form: PostedForm, formdata: object) -> Any:  # noqa: ARG002
            """All of it: there are no rows, and the names of variables may be long."""
            return request.form if request.method == "POST" else None

    def values(self, skill: Skill) -> dict[str, str]:
        """Of the skill's variables, by name; an empty one that must be given is not."""
        values = {variable["name"]: self[name_of(variable["name"])].data or "" for variable in skill.variables}
        must = {variable["name"] for variable in skill.variables if variable.get("default") is None}
        return {name: value for name, value in values.items() if value or name not in must}

    def mark(self, faults: tuple[Fault, ...]) -> str | None:
        """Say at each field what is wrong with it; what belongs to no field is returned."""
        for fault in faults:
            field = self[name_of(str(fault.path[1]))] if fault.path[0] == "variables" else None
            if field is None:
                return fault.text
            # All that can be wrong with one that the skill declares; the summary must tell it from the others.
            field.errors = [f"{fault.path[1]}: give a value; it has no default."]
        return None


def trial_form(skill: Skill) -> TrialForm:
    """The form for one skill: with its defaults, or as it was posted."""

    class OfSkill(TrialForm):
        pass

    for variable in skill.variables:
        field: TextAreaField = text_field(variable["name"], [Length(max=INPUT_LENGTH)])
        setattr(OfSkill, name_of(variable["name"]), field)
    form = OfSkill()
    if request.method != "POST":
        for variable in skill.variables:
            form[name_of(variable["name"])].data = variable.get("default") or ""
    return form
