"""A corpus file copied while it is used, and put in place of one while that is used."""

from __future__ import annotations

import uuid
from contextlib import closing
from pathlib import Path

from aligner.database import connect, translated
from aligner.errors import DamagedError
from aligner.store import Store

__all__ = ["check_file", "copy_file", "replace_file"]


def copy_file(source: Path, target: Path) -> None:
    """Copy a corpus, as it is at one moment, to a new file; whoever uses it meanwhile reads and writes on.

    Uses SQLite's online backup, https://www.sqlite.org/backup.html. Raises CorpusError.
    """
    with (
        closing(connect(source, create=False)) as original,
        closing(connect(target, create=True)) as copy,
        translated(target),
    ):
        original.backup(copy)
        copy.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def check_file(path: Path) -> None:
    """Raise DamagedError where SQLite finds a fault in a corpus file."""
    with closing(connect(path, create=False)) as connection, translated(path):
        found = [str(row[0]) for row in connection.execute("PRAGMA quick_check")]
        orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
    if found != ["ok"] or orphans:
        raise DamagedError(f"{path}: damaged: {found[0] if found != ['ok'] else 'rows without what they belong to'}")


def replace_file(source: Path, target: Path) -> None:
    """Put the content of a corpus file in place of another's, in one transaction; `source` is a copy to be used up.

    Services that have `target` open go on with what is new in it. They know paragraphs by key, and the same keys may
    be other paragraphs now: the corpus takes another name, at which they make their indexes anew.
    """
    renewed = Store(source)  # brought up to date, where an earlier version made it
    try:
        with renewed.transaction() as connection:
            connection.execute("UPDATE meta SET value = ? WHERE name = 'corpus'", (uuid.uuid4().hex,))
    finally:
        renewed.close()
    with (
        closing(connect(source, create=False)) as original,
        closing(connect(target, create=True)) as live,
        translated(target),
    ):
        original.backup(live)
