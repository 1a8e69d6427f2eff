"""What people see of an app: the part that the form for a new app and the one for its branding share."""

import base64
import io

from flask_wtf.file import FileField
from wtforms import BooleanField, Field, HiddenField
from wtforms.validators import DataRequired, ValidationError

from portal.config import current_settings
from portal.developer.logos import Logo, UnusableLogo, in_words, read_logo
from portal.developer.web_addresses import web_address
from portal.foundation.forms import PostedForm, line, paragraph
from portal.foundation.provider_name import fault_of_name


class BrandingForm(PostedForm):
    """Name, words, addresses, logo. The logo survives a correction elsewhere: it travels along, re-encoded."""

    uploads = frozenset({"logo"})
    name = line("Name", 80, [DataRequired("Give the app a name; people see it when they are asked for access.")])
    description = paragraph("Description", 500)
    homepage_url = line("Homepage URL", 2000, [web_address])
    logo = FileField("Logo")
    kept_logo = HiddenField()
    remove_logo = BooleanField("Remove the logo")
    policy_url = line("Privacy policy URL", 2000, [web_address])
    tos_url = line("Terms of service URL", 2000, [web_address])

    accepted_logo: Logo | None = None

    @property
    def most_for_logo(self) -> str:
        """How large a logo may be."""
        return in_words(current_settings().most_logo_bytes)

    def validate_name(self, field: Field) -> None:
        """Not one that people would take for the provider's own."""
        if fault := fault_of_name(field.data or ""):
            raise ValidationError(fault)

    def validate_logo(self, field: Field) -> None:
        """Re-encode the upload, or the one accepted before; an upload goes before a wish for none."""
        try:
            if field.data:
                self._accept(read_logo(field.data.stream))
            elif self.kept_logo.data and not self.remove_logo.data:
                self._accept(read_logo(io.BytesIO(base64.b64decode(self.kept_logo.data, validate=True))))
            else:
                self.kept_logo.data = ""
        except UnusableLogo as error:
            self.kept_logo.data = ""
            raise ValidationError(str(error)) from None
        except ValueError:  # no Base64: not what the page carried
            self.kept_logo.data = ""
            raise ValidationError("The logo that was chosen before cannot be read; choose it again.") from None

    def _accept(self, logo: Logo) -> None:
        self.accepted_logo = logo
        self.kept_logo.data = base64.b64encode(logo.image).decode("ascii")

    def keep_logo(self) -> None:
        """Judge the upload alone, so that it lasts while the rest is still being filled in."""
        self.logo.validate(self, [type(self).validate_logo])
