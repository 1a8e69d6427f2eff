"""The form of a skill: what is typed, its rows of variables, and the contexts that are chosen in it.

Buttons that only change the form save nothing: the page comes back with what was typed, so it needs no JavaScript.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from flask import request
from wtforms import BooleanField, Field, FieldList, Form, FormField, HiddenField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, Length, Regexp, ValidationError

from portal.content.faults import Fault, Faulty
from portal.content.models import MOST_VARIABLES, Skill
from portal.content.templates import Undeclared, check_template
from portal.foundation.forms import PostedForm
from portal.library.fields import description_field, kind_field, name_field, refuse_nul, text_field

_MOST_CHOSEN = 100
"""Chosen contexts that are looked up to name them again: more than a skill may use, fewer than would be a burden."""
_DEFAULT_LENGTH = 5_000
_NOTE_LENGTH = 200


def _line(label: str, most: int) -> StringField:
    return StringField(label, [Length(max=most), refuse_nul], filters=[lambda value: value and value.strip()])


class VariableForm(Form):
    """One variable. With no default it must be given, unless it is said that it may be empty."""

    name = _line("Name", 200)
    description = _line("Description", _NOTE_LENGTH)
    default = text_field("Default", [Length(max=_DEFAULT_LENGTH)])
    may_be_empty = BooleanField("May be empty")

    def validate_name(self, field: Field) -> None:
        """What a variable is called is judged with the prompt that names it; that it is called something, here."""
        if self.filled_in and not field.data:
            raise ValidationError("Give the variable a name, or remove its row.")

    @property
    def filled_in(self) -> bool:
        """Whether anything is typed in it: an empty row is left out."""
        return any(field.data for field in self)

    def variable(self) -> dict[str, str]:
        """As a skill keeps it."""
        kept = {"name": self.name.data or "", "description": self.description.data or ""}
        default = self.default.data or ""
        return kept | ({"default": default} if default or self.may_be_empty.data else {})


class SkillForm(PostedForm):
    """What a skill is."""

    name = name_field("Give the skill a name.")
    category = kind_field("Category")
    description = description_field()
    template = text_field("Prompt", [DataRequired("Write the prompt.")])
    variables = FieldList(FormField(VariableForm), "Variables", max_entries=MOST_VARIABLES + 1)
    contexts = SelectMultipleField("Contexts", validate_choice=False)
    search = _line("Search your contexts", 200)
    searched = HiddenField()
    """What the contexts on the page were found by."""
    temperature = _line("Temperature", 200)
    max_tokens = _line("Most tokens", 200)
    version = HiddenField(validators=[Regexp(r"[0-9]{0,9}\Z", message="This form is damaged. Open the page anew.")])
    """The version of the skill that is edited; empty for a new one."""

    def validate_temperature(self, field: Field) -> None:
        """A number that models take."""
        if field.data and not re.fullmatch(r"[01](\.[0-9]{1,4})?|2(\.0{1,4})?", field.data):
            raise ValidationError(f"“{field.data[:40]}” must be a number from 0 to 2, such as 0.7.")

    def validate_max_tokens(self, field: Field) -> None:
        """A number that models take."""
        if field.data and not re.fullmatch(r"[1-9][0-9]{0,5}", field.data):
            raise ValidationError(f"“{field.data[:40]}” must be a whole number from 1 to 999,999.")

    def validate(self, *arguments: Any, **options: Any) -> bool:
        """Each field by itself; then whether prompt and variables fit each other."""
        good = bool(super().validate(*arguments, **options))
        if not self.template.errors:
            try:
                check_template(self.template.data or "", self._variables())
            except Undeclared as error:
                if added := self._declare(error.names):
                    self.template.errors = [_say_added(added)]
                else:
                    self.mark(error.faults)
                return False
            except Faulty as error:
                self.mark(error.faults)
                return False
        return good

    @classmethod
    def about(cls, skill: Skill) -> "SkillForm":
        """The form as a skill is."""
        form = cls()
        for name in ("name", "category", "description", "template", "version"):
            form[name].data = getattr(skill, name)
        for variable in skill.variables:
            default = variable.get("default")
            form.variables.append_entry({**variable, "may_be_empty": default == ""})
        form.contexts.data = list(skill.configuration.get("contexts", []))
        for name in ("temperature", "max_tokens"):
            form[name].data = str(skill.configuration.get(name, ""))
        return form

    @property
    def chosen(self) -> list[str]:
        """The ids of the chosen contexts, each once."""
        ids = (text for text in self.contexts.data or [] if re.fullmatch("[0-9]{1,19}", text) and int(text) < 2**63)
        return list(dict.fromkeys(ids))[:_MOST_CHOSEN]

    def details(self) -> dict[str, Any]:
        """A skill's fields, by name."""
        configuration: dict[str, Any] = {"contexts": self.chosen}
        if self.temperature.data:
            configuration["temperature"] = float(self.temperature.data)
        if self.max_tokens.data:
            configuration["max_tokens"] = int(self.max_tokens.data)
        return {
            "name": self.name.data,
            "category": self.category.data,
            "description": self.description.data or "",
            "template": self.template.data,
            "variables": self._variables(),
            "configuration": configuration,
        }

    def _variables(self) -> list[dict[str, str]]:
        return [row.variable() for row in self._rows()]

    def _rows(self) -> Iterator[VariableForm]:
        """Those that are filled in."""
        return (row for entry in self.variables.entries if (row := entry.form).filled_in)

    def _declare(self, names: Sequence[str]) -> Sequence[str]:
        """Write variables of these names into rows, as many as there may be: those that were written."""
        added = names[: MOST_VARIABLES - len(self._variables())]
        empty = [entry.form for entry in self.variables.entries if not entry.form.filled_in]
        for row, name in zip(empty, added, strict=False):
            row.name.data = name
        for name in added[len(empty) :]:
            self.variables.append_entry({"name": name})
        return added

    def mark(self, faults: tuple[Fault, ...]) -> None:
        """Say at each field what is wrong with it."""
        for fault in faults:
            field = self._place(*fault.path)
            if fault.text not in field.errors:
                field.errors = [*field.errors, fault.text]

    def _place(self, name: str | int, *inside: str | int) -> Field:
        field: Field = self.contexts if name == "configuration" else self[name]
        return list(self._rows())[int(inside[0])].name if name == "variables" and inside else field

    def change_rows(self) -> str | None:
        """Do what a button of the form asks for.

        Returns:
            The id of the field where typing goes on; None if the form is to be saved.
        """
        if "add" in request.form:
            if len(self.variables.entries) < MOST_VARIABLES:
                self.variables.append_entry()
            return f"variables-{len(self.variables.entries) - 1}-name"
        if re.fullmatch("[0-9]{1,3}", removed := request.form.get("remove", "")):
            return self._remove_row(int(removed))
        # Enter presses a form's first button, whichever field it is pressed in: in the search, that means to search.
        if "find" in request.form or ("save" not in request.form and self.search.data != self.searched.data):
            return "search"
        return None

    def _remove_row(self, number: int) -> str:
        kept = [entry.data for place, entry in enumerate(self.variables.entries) if place != number]
        while self.variables.entries:
            self.variables.pop_entry()
        for data in kept:
            self.variables.append_entry(data)
        return f"variables-{max(0, min(number, len(kept)) - 1)}-name" if kept else "add-variable"


def _say_added(names: Sequence[str]) -> str:
    *others, last = names
    if others:
        text = f"{', '.join(others)} and {last}. They are added below: say what each is, then save."
    else:
        text = f"{last}. It is added below: say what it is, then save."
    return f"The prompt uses {text}"
