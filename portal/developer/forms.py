"""The form that registers an app."""

from flask import request
from wtforms import Field, FieldList, HiddenField, RadioField, SelectMultipleField, StringField
from wtforms import SelectChoice as Choice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import AnyOf, DataRequired, InputRequired, Regexp, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from portal.config import current_settings
from portal.developer.branding_form import BrandingForm
from portal.foundation.forms import line
from portal.oauth import redirect_uris
from portal.oauth.client_kinds import KINDS
from portal.oauth.scopes import SCOPES

DEVELOPMENT_URI = "http://localhost:3000/callback"
"""The one that the guide's samples use."""
_MOST_ROWS = 101
"""One more than any setting allows, so that too many are told apart from enough."""


class NewAppForm(BrandingForm):
    """What a developer says of a new app."""

    kind = RadioField(
        "Kind of app",
        [
            InputRequired("Say what kind of app it is."),
            AnyOf(KINDS, message="Choose one of the kinds that are listed."),
        ],
        choices=[Choice(kind.name, kind.label) for kind in KINDS.values()],
        default="web",
        validate_choice=False,
    )
    redirect_uris = FieldList(
        line("Redirect URI", redirect_uris.MOST_CHARACTERS),
        min_entries=1,
        max_entries=_MOST_ROWS,
    )
    scopes = SelectMultipleField(
        "Scopes the app may ask for",
        [DataRequired("Choose at least one scope; without any the app can ask for nothing.")],
        choices=[Choice(scope.name, scope.sentence) for scope in SCOPES.values()],
        default=list(SCOPES),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )
    once = HiddenField(
        validators=[Regexp(r"[A-Za-z0-9_-]{0,43}\Z", message="This form is damaged. Open the page anew.")]
    )
    """This copy of the form: it registers one app, however often it is sent."""

    @property
    def most_redirect_uris(self) -> int:
        """How many an app may have."""
        return current_settings().most_redirect_uris

    def validate_scopes(self, field: Field) -> None:
        """Those that there are."""
        for name in field.data:
            if name not in SCOPES:
                raise ValidationError(f"“{name[:80]}” is not a scope; choose from the list.")

    def validate_redirect_uris(self, rows: "FieldList[StringField]") -> None:
        """Each row by itself, so that each says what is wrong with it; empty rows are left out."""
        most = self.most_redirect_uris
        seen: list[str] = []
        for row in rows.entries:
            if not row.data or row.errors:
                continue
            if fault := redirect_uris.fault_of(row.data) or redirect_uris.fault_among(row.data, seen):
                row.errors = [*row.errors, fault]
            else:
                seen.append(row.data)
        if any(row.errors for row in rows.entries):
            raise ValidationError("Correct the redirect URIs that are marked.")
        if not seen:
            rows.entries[0].errors = [f"Add at least one redirect URI, such as {DEVELOPMENT_URI}."]
            raise ValidationError("Add at least one redirect URI.")
        if len(seen) > most:
            raise ValidationError(f"{len(seen)} redirect URIs are too many; {most} are the most.")

    def change_rows(self) -> bool:
        """Add or remove a redirect URI's row if that is what was asked; True if so. Works without JavaScript."""
        if "add" in request.form:
            if len(self.redirect_uris.entries) < self.most_redirect_uris:
                self.redirect_uris.append_entry()
            return True
        removed = request.form.get("remove", "")
        if not removed.isdecimal():
            return False
        kept = [row.data for i, row in enumerate(self.redirect_uris.entries) if str(i) != removed] or [""]
        while self.redirect_uris.entries:
            self.redirect_uris.pop_entry()
        for uri in kept:
            self.redirect_uris.append_entry(uri)
        return True
