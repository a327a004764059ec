"""Copies of a corpus: a folder with one file and a manifest, made while the corpus is used, whole or not at all.

The indexes are no part of it: they are made anew from the corpus.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from aligner.corpus import FILE
from aligner.errors import CorpusError, DamagedError, FormatError, NotFoundError, ReadOnlyError, StorageFullError
from aligner.files import NO_SPACE, flush_to_disk, name_beside
from aligner.store import Store
from aligner.store_backup import check_file, copy_file, replace_file

__all__ = ["back_up", "restore"]

MANIFEST = "backup.json"
FORMAT = 1


def back_up(folder: Path, target: Path) -> Mapping[str, object]:
    """Copy a corpus to a new folder, checked, and return its manifest.

    Raises NotFoundError where there is no corpus, CorpusError where `target` exists or cannot be written.
    """
    if target.exists():
        raise CorpusError(f"{target}: exists; a backup is a new folder")
    with _beside(target) as made:
        copy_file(folder / FILE, made / FILE)
        check_file(made / FILE)
        _remove_log(made / FILE)
        store = Store(made / FILE)
        try:
            manifest: dict[str, object] = {
                "format": FORMAT,
                "created": datetime.now(UTC).isoformat(timespec="seconds"),
                "state": store.state,
                "encoder": store.meta("encoder"),
                **store.counts(),
            }
        finally:
            store.close()
        _remove_log(made / FILE)
        manifest |= {"bytes": (made / FILE).stat().st_size, "sha256": _digest(made / FILE)}
        (made / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", "utf-8")
        for path in (made / FILE, made / MANIFEST, made):
            flush_to_disk(path)
        made.rename(target)
        flush_to_disk(target.parent)
    return manifest


def restore(source: Path, folder: Path, *, replace: bool = False) -> Mapping[str, object]:
    """Put a backup in a folder, and return its manifest; a service that serves the folder goes on with it.

    A corpus too damaged to be written over is kept under another name, told as `set_aside`; a service that has it
    open is to be started again. Raises CorpusError where there is a corpus already and `replace` is not set,
    DamagedError where the backup is not what its manifest says.
    """
    manifest = _checked(source)
    if (folder / FILE).exists() and not replace:
        raise CorpusError(f"{folder}: holds a corpus; --replace puts the backup in its place")
    with _beside(folder) as made:
        shutil.copyfile(source / FILE, made / FILE)
        check_file(made / FILE)
        if (folder / FILE).exists():
            try:
                replace_file(made / FILE, folder / FILE)
            except DamagedError:
                manifest = {**manifest, "set_aside": str(_set_aside(folder / FILE))}
        if not (folder / FILE).exists():
            folder.mkdir(parents=True, exist_ok=True)
            replace_file(made / FILE, made / f"new-{FILE}")
            _remove_log(made / f"new-{FILE}")
            flush_to_disk(made / f"new-{FILE}")
            (made / f"new-{FILE}").rename(folder / FILE)
            flush_to_disk(folder)
    return manifest


@contextlib.contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """Yield a folder beside a path, to make there what is then renamed; what is left in it goes. Raises CorpusError."""
    made = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        made = name_beside(path)
        made.mkdir()
        yield made
    except OSError as error:
        kind = StorageFullError if error.errno in NO_SPACE else ReadOnlyError
        raise kind(f"{path}: cannot be written: {error}") from error
    finally:
        if made is not None:
            shutil.rmtree(made, ignore_errors=True)


def _checked(source: Path) -> Mapping[str, object]:
    """Return the manifest of a backup. Raises NotFoundError, DamagedError."""
    path = source / MANIFEST
    try:
        manifest = json.loads(path.read_text("utf-8"))
        known, bytes_, digest = manifest["format"], manifest["bytes"], manifest["sha256"]
    except FileNotFoundError:
        raise NotFoundError(f"{source}: no backup here; `aligner backup DEST` makes one") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DamagedError(f"{path}: the manifest cannot be read: {error}") from error
    if known != FORMAT:
        raise FormatError(f"{path}: format {known}, expected {FORMAT}")
    file = source / FILE
    found = file.stat().st_size if file.exists() else None
    if found != bytes_:
        raise DamagedError(
            f"{file}: {'missing' if found is None else f'{found:,} bytes'}; its manifest says {bytes_:,}"
        )
    if _digest(file) != digest:
        raise DamagedError(f"{file}: its content is not what its manifest says")
    return dict(manifest)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _set_aside(path: Path) -> Path:
    """Rename a file and what SQLite left beside it; return the new name."""
    kept = path.with_name(f"{path.name}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%S%f}")
    for suffix in ("-wal", "-shm", ""):
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + suffix).rename(kept.with_name(kept.name + suffix))
    return kept


def _remove_log(path: Path) -> None:
    """Remove what SQLite leaves beside a file that nobody has open and whose log is folded in."""
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
