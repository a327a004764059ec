"""Which version of this package runs."""

from __future__ import annotations

__all__ = ["PACKAGE", "version"]

PACKAGE = "story-aligner"


def version() -> str:
    """Return the installed version, "unknown" where it is run from a folder and not installed."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return installed(PACKAGE)
    except PackageNotFoundError:
        return "unknown"
