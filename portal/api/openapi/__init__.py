"""The description of every endpoint for programs and for the reference (OpenAPI 3.1), made from what serves them."""

from portal.api.openapi.document import init_app

__all__ = ["init_app"]
