"""Asking for the password again before something dangerous (ASVS 7.5.3): a browser left open is not its owner."""

import functools
from collections.abc import Callable
from typing import ParamSpec

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal.accounts.pages import ask_to_sign_in
from portal.foundation import clock

FRESH_SECONDS = 300
P = ParamSpec("P")


def signed_in_freshly() -> bool:
    """Whether somebody gave their password in this browser in the last five minutes."""
    return bool(current_user.is_authenticated and clock.now() - current_user.signed_in_at <= FRESH_SECONDS)


def require_fresh_sign_in(
    back_to: str,
) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """Let a POST through only after a recent sign-in; else ask for one, and change nothing.

    Args:
        back_to: endpoint of the page that holds the form, with the same path parameters.
    """

    def decorate(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
        @functools.wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            if signed_in_freshly():
                return view(*args, **kwargs)
            flash("This needs a recent log-in, so nothing was changed yet. Log in, then press the button again.")
            return ask_to_sign_in(
                url_for(back_to, **(request.view_args or {})), hint=str(getattr(current_user, "email", "")), again=True
            )

        return guarded

    return decorate
