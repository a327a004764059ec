"""The commands that say who may use the service."""

from __future__ import annotations

import argparse
import sys
from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from pathlib import Path

from aligner.api_keys import SCOPES, add_key, read_keys, revoke_key
from aligner.errors import SettingsError
from aligner.export import write_json
from aligner.terminal import say

__all__ = ["add_keys_parser", "keys"]

DONE = 0


def add_keys_parser(commands: argparse._SubParsersAction[ArgumentParser]) -> None:
    """Add `aligner keys add`, `list` and `revoke`."""
    common = ArgumentParser(add_help=False)
    common.add_argument("--keys", type=Path, metavar="FILE", help="default: what ALIGNER_KEYS names")
    common.add_argument("--json", action="store_true", help="print JSON")
    parser = commands.add_parser("keys", help="say who may use the service")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", parents=[common], help="make a key and print it, this once")
    add.add_argument("name", metavar="NAME", help="what the logs call who uses it")
    add.add_argument("--scope", choices=SCOPES, default="read", help="each allows those before it (default: read)")
    add.add_argument("--expires", metavar="DATE", help="ISO 8601; a date counts in full, in UTC (default: never)")
    actions.add_parser("list", parents=[common], help="show names, scopes and ends; the keys themselves are not kept")
    revoke = actions.add_parser("revoke", parents=[common], help="take a key's rights, from the next request on")
    revoke.add_argument("name", metavar="NAME")


def keys(args: Namespace) -> int:
    """Make, list or revoke keys."""
    path = args.keys or _configured()
    if args.action == "add":
        secret = add_key(path, name=args.name, scope=args.scope, expires=args.expires)
        if args.json:
            write_json({"name": args.name, "scope": args.scope, "key": secret}, sys.stdout)
        else:
            say(secret)
    elif args.action == "revoke":
        key = revoke_key(path, name=args.name)
        say({"name": key.name, "status": "revoked"} if args.json else f"revoked\t{key.name}")
    elif args.json:
        write_json([asdict(key) | {"valid": key.is_valid()} for key in read_keys(path)], sys.stdout)
    else:
        for key in read_keys(path):
            until = "never expires" if key.expires is None else f"until {key.expires}"
            say("\t".join([key.name, key.scope, until if key.is_valid() else f"expired {key.expires}"]))
    return DONE


def _configured() -> Path:
    from service.settings import Settings

    path = Settings.from_environment().keys
    if path is None:
        raise SettingsError("no file of keys is named: give --keys FILE, or set ALIGNER_KEYS")
    return path
