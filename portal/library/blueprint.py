"""The room's blueprint: its pages are only for who is signed in."""

from flask import Blueprint

blueprint = Blueprint("library", __name__)
KEY = "int(max=9223372036854775807)"
"""How addresses hold the id of an object."""
