"""The form that registers an app."""

import base64
from urllib.parse import urlsplit

from flask import request
from flask_wtf.file import FileField
from wtforms import Field, FieldList, HiddenField, RadioField, StringField
from wtforms import SelectChoice as Choice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from portal.config import is_loopback
from portal.developer.logos import MOST_BYTES, Logo, UnusableLogo, read_logo
from portal.foundation.forms import PostedForm, line, paragraph
from portal.oauth import redirect_uris

MOST_REDIRECT_URIS = 20


class NewAppForm(PostedForm):
    """What a developer says of a new app. The logo survives a correction elsewhere: it travels along, re-encoded."""

    uploads = frozenset({"logo"})
    name = line("Name", 80, [DataRequired("Give the app a name; people see it when they are asked for access.")])
    description = paragraph("Description", 500)
    homepage_url = line("Homepage URL", 2000, render_kw={"type": "url", "placeholder": "https://yourapp.com"})
    logo = FileField("Logo", render_kw={"accept": "image/png,image/jpeg,image/webp"})
    kept_logo = HiddenField()
    type = RadioField(
        "Kind of app",
        [InputRequired("Say what kind of app it is.")],
        choices=[
            Choice("confidential", "Web server: it can keep a secret (confidential)"),
            Choice("public", "Single-page, mobile, desktop or CLI: it cannot (public)"),
        ],
        default="confidential",
    )
    redirect_uris = FieldList(
        line(
            "Redirect URI",
            redirect_uris.MOST_CHARACTERS,
            render_kw={"placeholder": "https://yourapp.com/callback"},
        ),
        min_entries=1,
        max_entries=MOST_REDIRECT_URIS + 1,
    )
    once = HiddenField(validators=[Length(max=43)])
    """This copy of the form: it registers one app, however often it is sent."""

    accepted_logo: Logo | None = None

    def validate_homepage_url(self, field: Field) -> None:
        """A web address; people will be offered it as a link."""
        if not field.data:
            return
        try:
            parts = urlsplit(field.data)
            good = parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.username
            secure = parts.scheme == "https" or is_loopback(parts.hostname or "")
        except ValueError:
            good = secure = False
        if not good or not secure:
            raise ValidationError(f"“{field.data}” must be a web address that begins with https://.")

    def validate_logo(self, field: Field) -> None:
        """Re-encode the upload, or the one accepted before."""
        upload = field.data.read(MOST_BYTES + 1) if field.data else b""
        try:
            if not upload and self.kept_logo.data:
                upload = base64.b64decode(self.kept_logo.data, validate=True)
            if upload:
                self.accepted_logo = read_logo(upload)
                self.kept_logo.data = base64.b64encode(self.accepted_logo.image).decode("ascii")
        except UnusableLogo as error:
            self.kept_logo.data = ""
            raise ValidationError(str(error)) from None
        except ValueError:  # no Base64: not what the page carried
            self.kept_logo.data = ""
            raise ValidationError("The logo that was chosen before cannot be read; choose it again.") from None

    def validate_redirect_uris(self, rows: "FieldList[StringField]") -> None:
        """Each row by itself, so that each says what is wrong with it; empty rows are left out."""
        seen: set[str] = set()
        for row in rows.entries:
            if not row.data or row.errors:
                continue
            fault = redirect_uris.fault_of(row.data)
            if fault is None and row.data in seen:
                fault = "This redirect URI is in the list twice."
            if fault:
                row.errors = [*row.errors, fault]
            seen.add(row.data)
        if any(row.errors for row in rows.entries):
            raise ValidationError("Correct the redirect URIs that are marked.")
        if not seen:
            rows.entries[0].errors = ["Add at least one redirect URI, such as http://localhost:3000/callback."]
            raise ValidationError("Add at least one redirect URI.")
        if len(seen) > MOST_REDIRECT_URIS:
            raise ValidationError(f"{len(seen)} redirect URIs are too many; {MOST_REDIRECT_URIS} are the most.")

    def change_rows(self) -> bool:
        """Add or remove a redirect URI's row if that is what was asked; True if so. Works without JavaScript."""
        if "add" in request.form:
            if len(self.redirect_uris.entries) < MOST_REDIRECT_URIS:
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
