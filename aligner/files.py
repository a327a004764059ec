"""Files that are written whole or not at all, with the permissions that the process gives to what it makes."""

from __future__ import annotations

import errno
import os
import secrets
from pathlib import Path

__all__ = ["NO_SPACE", "flush_to_disk", "name_beside", "write_whole"]

NO_SPACE = {errno.ENOSPC, errno.EDQUOT}


def name_beside(path: Path) -> Path:
    """Return a name in the same folder that nothing has, for what is then renamed to `path`."""
    return path.with_name(f".{path.name}.{secrets.token_hex(8)}")


def flush_to_disk(path: Path) -> None:
    """Have a file or a folder survive a power cut. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_whole(path: Path, content: bytes, *, mode: int = 0o666) -> None:
    """Write beside, flush, rename: a reader sees the old file or the new one. Raises OSError.

    The permissions are those of `mode` that the process's umask leaves.
    """
    temporary = name_beside(path)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
