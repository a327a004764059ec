"""The commands that copy a corpus and bring a copy back, while it is served."""

from __future__ import annotations

import argparse
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from pathlib import Path

from aligner.backup import back_up, restore
from aligner.export import write_json
from aligner.terminal import say

__all__ = ["add_backup_parsers", "backup", "restore_backup"]

DONE = 0


def add_backup_parsers(commands: argparse._SubParsersAction[ArgumentParser], common: ArgumentParser) -> None:
    """Add `aligner backup DEST` and `aligner restore SRC`."""
    make = commands.add_parser("backup", parents=[common], help="copy a corpus to a new folder, also while it is used")
    make.add_argument("target", type=Path, metavar="DEST")
    bring = commands.add_parser("restore", parents=[common], help="bring a backup back, also while it is served")
    bring.add_argument("source", type=Path, metavar="SRC")
    bring.add_argument("--replace", action="store_true", help="in place of the corpus that is there")


def backup(args: Namespace) -> int:
    """Copy the corpus."""
    return _say(args, back_up(args.corpus, args.target), f"backed up to {args.target}")


def restore_backup(args: Namespace) -> int:
    """Bring a backup back."""
    return _say(args, restore(args.source, args.corpus, replace=args.replace), f"restored to {args.corpus}")


def _say(args: Namespace, manifest: Mapping[str, object], done: str) -> int:
    if args.json:
        write_json(dict(manifest), sys.stdout)
    else:
        say(f"{done}: {manifest['documents']} documents, {manifest['paragraphs']} paragraphs")
        if "set_aside" in manifest:
            say(f"the damaged corpus is kept as {manifest['set_aside']}; start again a service that has it open")
    return DONE
