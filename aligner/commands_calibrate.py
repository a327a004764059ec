"""The command that fits probabilities to a user's own links."""

from __future__ import annotations

import argparse
import sys
from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from pathlib import Path

from aligner.calibration import Calibration
from aligner.corpus import Corpus
from aligner.errors import AlignerError, InputError, NotFoundError, SettingsError
from aligner.export import write_json
from aligner.gold import read_links
from aligner.languages import canonical_tag
from aligner.readers import read_documents
from aligner.recalibration import fit_calibration
from aligner.terminal import bar, say

__all__ = ["add_calibrate_parser", "calibrate"]


def add_calibrate_parser(commands: argparse._SubParsersAction[ArgumentParser], common: ArgumentParser) -> None:
    """Add `aligner calibrate`."""
    parser = commands.add_parser("calibrate", parents=[common], help="fit probabilities and threshold to your links")
    parser.add_argument("--documents", nargs="+", type=Path, metavar="PATH", help="documents that were read for links")
    parser.add_argument("--links", type=Path, metavar="F.tsv", help="all same-fact links between them")
    parser.add_argument("--from", dest="source", type=Path, metavar="F.json", help="take what --save wrote")
    parser.add_argument("--save", type=Path, metavar="F.json", help="write it to a file too")
    parser.add_argument("--reset", action="store_true", help="go back to the probabilities as they are shipped")


def calibrate(args: Namespace) -> int:
    """Fit or take a calibration, and use it in a corpus from now on."""
    ways = [args.documents is not None or args.links is not None, args.source is not None, args.reset]
    if sum(ways) != 1 or (ways[0] and not (args.documents and args.links)):
        raise SettingsError("expected --documents with --links, or --from, or --reset")
    with Corpus(args.corpus, threads=args.threads) as corpus:
        if args.reset:
            corpus.calibrate(None)
            say({"calibration": None} if args.json else "probabilities are as shipped")
            return 0
        found = _read(args.source) if args.source else _fit(args, corpus)
        corpus.calibrate(found)
    if args.save:
        _write(args.save, found)
    if args.json:
        write_json(asdict(found), sys.stdout)
    else:
        say(f"fitted on {found.links} links among {found.pairs} pairs, for the model {found.encoder}")
        say(
            f"expected calibration error {found.error_before:.4f} before, {found.error_after:.4f} after, on these pairs"
        )
        say(f"threshold {found.documents.threshold:.2f}; of a text that is searched for {found.texts.threshold:.2f}")
    return 0


def _fit(args: Namespace, corpus: Corpus) -> Calibration:
    links = read_links(args.links)
    served = (canonical_tag(links.source_language), canonical_tag(links.target_language))
    encoder, cosines = corpus.encoder, corpus.own_cosines
    with bar(None, "paragraph") as shown:

        def progress(count: int) -> None:
            shown.update(count)

        documents = read_documents(args.documents, served=served)
        return fit_calibration(documents, links, encoder=encoder, cosines=cosines, progress=progress)


def _read(path: Path) -> Calibration:
    try:
        return Calibration.from_json(path.read_text("utf-8"), place=str(path))
    except FileNotFoundError as error:
        raise NotFoundError(f"{path}: no such file") from error
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read: {error}", place=str(path)) from error


def _write(path: Path, found: Calibration) -> None:
    try:
        path.write_text(found.to_json() + "\n", "utf-8")
    except OSError as error:
        raise AlignerError(f"{path}: cannot be written: {error.strerror}; the corpus uses it all the same") from error
