"""Forms for signing in and signing up."""

from wtforms import Field, HiddenField, PasswordField
from wtforms.validators import DataRequired, Length, ValidationError

from portal.accounts.passwords import FEWEST_CHARACTERS, MOST_CHARACTERS
from portal.accounts.registration import normalize_email
from portal.foundation.forms import PostedForm, line
from portal.foundation.provider_name import fault_of_name


class LogInForm(PostedForm):
    """E-mail and password."""

    email = line(
        "Email",
        254,
        [DataRequired("Enter your email address.")],
        render_kw={"type": "email", "autocomplete": "username", "spellcheck": "false"},
    )
    password = PasswordField(
        "Password",
        [DataRequired("Enter your password."), Length(max=MOST_CHARACTERS)],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()


class SignUpForm(PostedForm):
    """A new account."""

    name = line("Name", 80, [DataRequired("Enter your name.")], render_kw={"autocomplete": "name"})
    email = line(
        "Email",
        254,
        [DataRequired("Enter your email address.")],
        render_kw={"type": "email", "autocomplete": "username", "spellcheck": "false"},
    )
    password = PasswordField(
        "Password",
        [
            DataRequired("Choose a password."),
            Length(FEWEST_CHARACTERS, message=f"Use {FEWEST_CHARACTERS} characters or more."),
            Length(max=MOST_CHARACTERS, message=f"Use at most {MOST_CHARACTERS} characters."),
        ],
        render_kw={"autocomplete": "new-password"},
    )
    next = HiddenField()

    def validate_name(self, field: Field) -> None:
        """Apps show it as their maker's."""
        if fault := fault_of_name(field.data or ""):
            raise ValidationError(fault)

    def validate_email(self, field: Field) -> None:
        """Refuse what is no address, saying why."""
        try:
            normalize_email(field.data)
        except ValueError as error:
            raise ValidationError(f"“{field.data}” is not an email address: {error}") from None
