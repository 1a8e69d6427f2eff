"""Which page of a list a client asks for."""

from pydantic import BaseModel, ConfigDict, Field


class Paging(BaseModel):
    """`?page=2&limit=50`; a list with filters adds its own parameters."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    page: int = Field(default=1, ge=1, le=1_000_000)
    """Which page; the first is 1."""
    limit: int = Field(default=20, ge=1, le=100)
    """How many a page has."""
