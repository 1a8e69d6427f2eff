"""Asking for the password again before something dangerous (ASVS 7.5.3): a browser left open is not its owner."""

import functools
from collections.abc import Callable
from typing import ParamSpec

from flask import current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal.accounts.pages import ask_to_sign_in
from portal.foundation import clock

FRESH_SECONDS = 300
REASON = f"This needs a log-in of the last {FRESH_SECONDS // 60} minutes. Nothing was changed yet."
P = ParamSpec("P")


def signed_in_freshly() -> bool:
    """Whether somebody gave their password in this browser in the last five minutes."""
    return bool(current_user.is_authenticated and clock.now() - current_user.signed_in_at <= FRESH_SECONDS)


def ask_for_fresh_sign_in(path: str) -> ResponseReturnValue:
    """Ask for the password, then go on to `path`; nothing has been changed."""
    return ask_to_sign_in(
        path,
        hint=getattr(current_user, "email", ""),
        again=True,
        reason=REASON,
        afterwards="You are logged in. Nothing was changed yet: do it again.",
    )


def require_fresh_sign_in(
    back_to: str,
) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """Let a POST through only after a recent sign-in; else ask for one, and change nothing.

    Args:
        back_to: endpoint of the page that holds the form; its path parameters are among the POST's.
    """

    def decorate(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
        @functools.wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            if signed_in_freshly():
                return view(*args, **kwargs)
            arguments = {name: request.view_args[name] for name in _parameters(back_to)} if request.view_args else {}
            return ask_for_fresh_sign_in(url_for(back_to, **arguments))

        return guarded

    return decorate


def _parameters(endpoint: str) -> set[str]:
    """What is in the path of a page's address."""
    return {name for rule in current_app.url_map.iter_rules(endpoint) for name in rule.arguments}
