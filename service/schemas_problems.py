"""The one shape of all errors, as a schema."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from service.schemas_base import Output

__all__ = ["Problem"]


class Problem(Output):
    """What went wrong: application/problem+json (RFC 9457)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "about:blank",
                    "title": "Unprocessable Entity",
                    "status": 422,
                    "detail": "k: expected 1 to 100, found 0",
                    "instance": "/api/v1/search",
                    "field": "k",
                }
            ]
        }
    )

    type: str
    title: str = Field(description="the phrase of the status")
    status: int = Field(ge=400, le=599)
    detail: str = Field(description="what was found, what was expected, and where")
    instance: str = Field(description="the path of the request")
    field: str = Field("", description="the field of the request that is wrong, where it is one")
