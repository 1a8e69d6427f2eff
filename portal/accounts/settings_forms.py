"""Forms of the settings."""

from wtforms import Field
from wtforms.validators import DataRequired, ValidationError

from portal.accounts.forms import email_line, refuse_what_is_no_address
from portal.accounts.registration import normalize_email
from portal.foundation.forms import PostedForm, line


class NewEmailForm(PostedForm):
    """Another address for the account."""

    email = email_line("New email", "email")
    email_of_owner = ""

    def validate_email(self, field: Field) -> None:
        """Refuse what is none, and the one that it is already."""
        refuse_what_is_no_address(field)
        if normalize_email(field.data) == self.email_of_owner:
            raise ValidationError(f"“{field.data}” is the address of your account already.")


class DeleteAccountForm(PostedForm):
    """The account's address, typed by whoever means it."""

    typed_email = line(
        "Type your email address to delete the account",
        254,
        [DataRequired("Type your email address.")],
        render_kw={"spellcheck": "false", "autocomplete": "off"},
    )
    email_of_owner = ""

    def validate_typed_email(self, field: Field) -> None:
        """Refuse anything else."""
        if (field.data or "").lower() != self.email_of_owner:
            raise ValidationError(f"“{field.data}” is not your address. Nothing was deleted.")
