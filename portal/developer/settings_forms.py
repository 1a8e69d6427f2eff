"""The forms of an app's settings."""

from typing import Any

from wtforms import BooleanField, RadioField
from wtforms import SelectChoice as Choice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import InputRequired

from portal.foundation.forms import PostedForm
from portal.oauth.client_kinds import KINDS
from portal.oauth.client_settings import NOT_ASKED, OPTIONAL, REQUIRED, use_of_scopes
from portal.oauth.models import Client
from portal.oauth.scopes import SCOPES


def field_of(scope: str) -> str:
    """The name of a scope's field."""
    return f"scope_{scope.replace(':', '_')}"


class RequestsForm(PostedForm):
    """How the app may use each scope, and whether its requests must carry a PKCE challenge."""

    require_pkce = BooleanField("Require PKCE")

    @classmethod
    def about(cls, client: Client) -> "RequestsForm":
        """The form as things are, whatever else was posted to its page."""
        form = cls()
        for scope, use in use_of_scopes(client).items():
            form[field_of(scope)].data = use
        form.require_pkce.data = client.require_pkce
        return form

    def uses(self) -> dict[str, str]:
        """How the app may use each scope."""
        return {scope: self[field_of(scope)].data for scope in SCOPES}

    def validate(self, *arguments: Any, **options: Any) -> bool:
        """Each choice by itself; then that something is left to ask for."""
        if not super().validate(*arguments, **options):
            return False
        if any(use != NOT_ASKED for use in self.uses().values()):
            return True
        first, *_ = SCOPES
        self[field_of(first)].errors = [
            f"Without any scope the app can ask for nothing. Make at least one required or optional, such as {first}."
        ]
        return False


for _scope in SCOPES.values():
    setattr(
        RequestsForm,
        field_of(_scope.name),
        RadioField(  # type: ignore[call-arg]  # newer than the stubs
            _scope.name,
            [InputRequired(f"Choose for {_scope.name}: not asked, required or optional.")],
            choices=[Choice(NOT_ASKED, "Not asked"), Choice(REQUIRED, "Required"), Choice(OPTIONAL, "Optional")],
            invalid_choice_message=f"That is no choice for {_scope.name}; choose not asked, required or optional.",
        ),
    )


class KindForm(PostedForm):
    """What the app runs as."""

    kind = RadioField(  # type: ignore[call-arg]  # newer than the stubs
        "Kind of app",
        [InputRequired("Say what kind of app it is.")],
        choices=[Choice(kind.name, kind.label) for kind in KINDS.values()],
        invalid_choice_message="That is no kind of app; choose one of these.",
    )

    @classmethod
    def about(cls, client: Client) -> "KindForm":
        """The form as things are, whatever else was posted to its page."""
        form = cls()
        form.kind.data = client.kind
        return form
