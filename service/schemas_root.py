"""What the service is and whether it is ready."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from service.schemas_base import Output

__all__ = ["Health", "Index", "Ready"]


class Index(Output):
    """What this is and where things are."""

    name: str
    version: str
    links: dict[str, str]


class Health(Output):
    """The process lives."""

    status: Literal["ok"]


class Ready(Output):
    """The model is loaded and the corpus can be read."""

    status: Literal["ready"]
    model: str
    documents: int = Field(ge=0)
    paragraphs: int = Field(ge=0, description="article paragraphs")
    dropped: int = Field(ge=0, description="blocks that are no article text")
