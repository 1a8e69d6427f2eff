"""Forms for signing in, signing up, and choosing a password."""

from wtforms import Field, HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired, Length, ValidationError

from portal.accounts.password_rules import fault_of_password
from portal.accounts.passwords import MOST_CHARACTERS
from portal.accounts.registration import normalize_email
from portal.foundation.forms import PostedForm, line
from portal.foundation.provider_name import fault_of_name


def email_line(label: str = "Email", autocomplete: str = "username") -> StringField:
    """A field for an e-mail address."""
    return line(
        label,
        254,
        [DataRequired("Enter your email address.")],
        render_kw={"type": "email", "autocomplete": autocomplete, "spellcheck": "false"},
    )


def refuse_what_is_no_address(field: Field) -> None:
    """Refuse what is no address, saying why."""
    try:
        normalize_email(field.data)
    except ValueError as error:
        raise ValidationError(f"“{field.data}” is not an email address: {error}") from None


class LogInForm(PostedForm):
    """E-mail and password."""

    email = email_line()
    password = PasswordField(
        "Password",
        [DataRequired("Enter your password."), Length(max=MOST_CHARACTERS)],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()


class AddressForm(PostedForm):
    """An address to send a link to."""

    email = email_line()
    next = HiddenField()

    def validate_email(self, field: Field) -> None:
        """Refuse what is none."""
        refuse_what_is_no_address(field)


class NameForm(PostedForm):
    """What somebody is called."""

    name = line("Name", 80, [DataRequired("Enter your name.")], render_kw={"autocomplete": "name"})

    def validate_name(self, field: Field) -> None:
        """Apps show it as their maker's."""
        if fault := fault_of_name(field.data or ""):
            raise ValidationError(fault)


class NewPasswordForm(PostedForm):
    """A password to log in with from now on."""

    password = PasswordField(
        "New password", [DataRequired("Choose a password.")], render_kw={"autocomplete": "new-password"}
    )
    email_of_owner = ""
    name_of_owner = ""

    def validate_password(self, field: Field) -> None:
        """Refuse what others would try first."""
        if fault := fault_of_password(field.data, email=self.email_of_owner, name=self.name_of_owner):
            raise ValidationError(fault)


class FinishSignUpForm(NameForm):
    """A new account, whose address is proven."""

    password = PasswordField(
        "Password", [DataRequired("Choose a password.")], render_kw={"autocomplete": "new-password"}
    )
    email_of_owner = ""

    def validate_password(self, field: Field) -> None:
        """Refuse what others would try first."""
        if fault := fault_of_password(field.data, email=self.email_of_owner, name=self.name.data or ""):
            raise ValidationError(fault)
