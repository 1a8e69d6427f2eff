"""The form that rotates an app's client secret."""

import secrets

from wtforms import Field, HiddenField, RadioField
from wtforms import SelectChoice as Choice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import Regexp, ValidationError

from portal.foundation.forms import PostedForm
from portal.oauth.client_secrets import latest_change
from portal.oauth.models import Client

STOPS = {"0": "Now", "3600": "In 1 hour", "86400": "In 24 hours", "604800": "In 7 days"}
"""After how many seconds the old secret stops, and how people read it."""
_INCOMPLETE = "The form that was sent is incomplete, so nothing was changed. Try again on this page."


class RotationForm(PostedForm):
    """When the old secret stops."""

    stops = RadioField(
        "The old secret stops",
        choices=[Choice(seconds, text) for seconds, text in STOPS.items()],
        default="86400",
        validate_choice=False,
    )
    once = HiddenField(validators=[Regexp(r"[A-Za-z0-9_-]{22}\Z", message=_INCOMPLETE)])
    """This copy of the form: it makes one secret, however often it is sent."""
    seen = HiddenField(validators=[Regexp(r"[0-9]{1,19}\Z", message=_INCOMPLETE)])
    """The latest change to the secrets that its page showed."""

    def validate_stops(self, field: Field) -> None:
        """One of the times; the message names what was sent."""
        if field.data not in STOPS:
            raise ValidationError(f"“{field.data or ''}” is not a time to choose; choose one of these.")

    @classmethod
    def about(cls, client: Client) -> "RotationForm":
        """A new copy of the form, about an app's secrets as they are now."""
        return cls(once=secrets.token_urlsafe(16), seen=str(latest_change(client.id)))
