"""The commands that measure the matching on a user's own data."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import asdict

from aligner.commands_align import evaluate_alignment
from aligner.commands_compare import evaluate_estimates, evaluate_tellings, evaluate_told
from aligner.commands_stories import evaluate_grouping
from aligner.conflicts import evaluate_conflicts, evaluate_relations
from aligner.encoders import load_encoder
from aligner.errors import SettingsError
from aligner.evaluation import LinkScores, MiningScores, PairScores, evaluate_links, evaluate_mining, evaluate_pairs
from aligner.evaluation_align import AlignScores
from aligner.evaluation_cells import CellScores
from aligner.evaluation_comparison import ComparisonScores
from aligner.evaluation_frames import FrameScores
from aligner.evaluation_grades import GradeScores, LinkGradeScores, evaluate_grades, evaluate_link_grades
from aligner.evaluation_stories import StoryScores
from aligner.export import write_json
from aligner.gold import read_links, read_pairs, read_rows
from aligner.languages import canonical_tag
from aligner.readers import read_documents
from aligner.terminal import bar, say
from aligner.vectors import Encoder, Progress

__all__ = ["evaluate"]

DONE = 0

Scores = (
    LinkScores
    | PairScores
    | MiningScores
    | AlignScores
    | CellScores
    | ComparisonScores
    | FrameScores
    | StoryScores
    | GradeScores
    | LinkGradeScores
)


def evaluate(args: Namespace) -> int:
    """Measure matching on links, pairs or hidden pairs."""
    if args.measure == "conflicts":  # which no encoder is needed for
        _say_scores(_evaluate_conflicts(args), as_json=args.json)
        return DONE
    encoder = load_encoder(args.model or "default", threads=args.threads)
    with bar(None, "paragraph") as shown:

        def progress(count: int) -> None:
            shown.update(count)

        found = EVALUATIONS[args.measure](args, encoder, progress)
    _say_scores(asdict(found), as_json=args.json)
    return DONE


def _say_scores(scores: Mapping[str, object], *, as_json: bool) -> None:
    if as_json:
        write_json(scores, sys.stdout)
        return
    for name, value in scores.items():
        if isinstance(value, dict) and "bins" in value:
            say(f"{name.replace('_', ' ')}: expected error {value['error']:.4f} over {value['pairs']} pairs")
            for part in value["bins"]:
                say(
                    f"    {part['low']:.1f}-{part['high']:.1f}  said {part['mean_probability']:.3f}  "
                    f"right {part['share_right']:.3f}  pairs {part['pairs']}"
                )
        elif value is not None:
            say(f"{name:21}{value:.4f}" if isinstance(value, float) else f"{name:21}{value}")


def _evaluate_links(args: Namespace, encoder: Encoder, progress: Progress) -> Scores:
    links = read_links(args.links)
    served = (canonical_tag(links.source_language), canonical_tag(links.target_language))
    return evaluate_links(
        read_documents(args.documents, served=served),
        links,
        encoder=encoder,
        distractors=args.distractors,
        count=args.count,
        seed=args.seed,
        method=args.method,
        progress=progress,
    )


def _evaluate_pairs(args: Namespace, encoder: Encoder, progress: Progress) -> Scores:
    first, second, _ = read_pairs(args.pairs, languages=args.languages)
    return evaluate_pairs(first, second, encoder=encoder, method=args.method, progress=progress)


def _evaluate_mining(args: Namespace, encoder: Encoder, progress: Progress) -> Scores:
    first, second, languages = read_pairs(args.pairs, languages=args.languages)
    return evaluate_mining(
        first,
        second,
        languages,
        encoder=encoder,
        distractors=args.distractors,
        count=args.count,
        rate=args.rate,
        seed=args.seed,
        method=args.method,
        progress=progress,
    )


def _evaluate_conflicts(args: Namespace) -> Mapping[str, object]:
    """Return how many contradictions are found: those that rows name by a `relation`, else altered ones."""
    first, second, languages = read_pairs(args.pairs, languages=args.languages)
    relations = [row.get("relation") for _, row in read_rows(args.pairs)]
    if any(relations):
        return asdict(evaluate_relations(first, second, list(map(str, relations)), languages=languages))
    return evaluate_conflicts(first, second, languages=languages, seed=args.seed).record()


def _evaluate_grades(args: Namespace, encoder: Encoder, progress: Progress) -> Scores:
    if args.links is not None and args.documents:
        links = read_links(args.links)
        served = (canonical_tag(links.source_language), canonical_tag(links.target_language))
        documents = read_documents(args.documents, served=served)
        return evaluate_link_grades(documents, links, encoder=encoder, progress=progress)
    if args.pairs is None or args.links is not None or args.documents:
        raise SettingsError("expected translations (F.jsonl), or --documents with --links")
    first, second, languages = read_pairs(args.pairs, languages=args.languages)
    return evaluate_grades(first, second, languages=languages, encoder=encoder, seed=args.seed, progress=progress)


EVALUATIONS = {
    "links": _evaluate_links,
    "pairs": _evaluate_pairs,
    "mining": _evaluate_mining,
    "align": evaluate_alignment,
    "grades": _evaluate_grades,
    "comparison": evaluate_tellings,
    "frames": evaluate_estimates,
    "cells": evaluate_told,
    "stories": evaluate_grouping,
}
