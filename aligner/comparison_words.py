"""In whose words, and how: quotations, verbs of speech, hedges, negations, sentences without an agent.

Everything is counted by sentence, since a language may need more words than another for the same. What is counted is
listed in aligner/words/ for each language alike; a language without lists is not evaluable.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field

from aligner.deadline import check_time
from aligner.evidence.readings import read
from aligner.facts import Fact
from aligner.languages import primary
from aligner.paragraphs import Paragraph
from aligner.sentences import split_sentences
from aligner.wordlists import WordLists, word_lists

__all__ = ["MEASURES", "Loaded", "Usage", "Voice", "agentless", "loaded_words", "side_by_side", "usage"]

MEASURES = ("quotations", "reporting verbs", "distancing verbs", "hedges", "negations", "agentless sentences")
DISTANT = frozenset({"allege", "deny", "admit"})  # verbs that put what is said at a distance
WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
AGENT_REACH = 8  # words behind a passive in which its agent would stand
ADVERB = re.compile(r"\w+(?:ly|ment)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Voice:
    """A speaker as the text names them, and the characters and number of their quotations."""

    name: str
    quotations: int
    characters: int


@dataclass(frozen=True, slots=True)
class Usage:
    """How some paragraphs tell: counts for each of MEASURES, a row a paragraph, and the sentences of each.

    `quoted` is the share of the text that stands in quotation marks; `verbs`, `hedges` and `terms` count the listed
    words by key. `evaluable` is False where no paragraph's language has lists.
    """

    evaluable: bool
    sentences: tuple[int, ...] = ()
    counts: tuple[tuple[int, ...], ...] = ()
    quoted: float = 0.0
    voices: tuple[Voice, ...] = ()
    verbs: Mapping[str, int] = field(default_factory=dict)
    hedges: Mapping[str, int] = field(default_factory=dict)
    terms: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def total(self, measure: str) -> int:
        """Return how often one of MEASURES was counted."""
        return sum(row[MEASURES.index(measure)] for row in self.counts)

    def record(self) -> Mapping[str, object]:
        """Return the usage for JSON: totals, and no rate; comparing says which rates there is text enough for."""
        record = {name: value for name, value in asdict(self).items() if name not in {"counts", "sentences"}}
        return record | {
            "sentences": sum(self.sentences),
            "counts": {measure: self.total(measure) for measure in MEASURES},
        }


@dataclass(frozen=True, slots=True)
class Loaded:
    """Where an outlet uses a listed word for a thing: characters [start, end) of a passage's text, and its fact."""

    key: str
    outlet: str
    fact: str
    passage: str
    text: str
    start: int
    end: int


def usage(paragraphs: Iterable[Paragraph], *, published: Mapping[str, str | None]) -> Usage:
    """Return how article paragraphs tell; those of a language without lists are left out."""
    sentences: list[int] = []
    rows: list[tuple[int, ...]] = []
    verbs: Counter[str] = Counter()
    hedges: Counter[str] = Counter()
    terms: dict[str, Counter[str]] = {}
    said: Counter[str] = Counter()
    said_chars: Counter[str] = Counter()
    length = quoted = 0
    for paragraph in paragraphs:
        lists = word_lists(paragraph.lang)
        if lists is None:
            continue
        check_time()
        text = paragraph.text
        found = {kind: lists.find(kind, text) for kind in ("verb", "hedge", "negation", "loaded", "impersonal")}
        reading = read(text, primary(paragraph.lang), published.get(paragraph.document))
        quotations = [mention for mention in reading.mentions if mention.kind == "quotation"]
        for quotation in quotations:
            said[quotation.speaker] += 1
            said_chars[quotation.speaker] += quotation.item.end - quotation.item.start
        verbs.update(each.key for each in found["verb"])
        hedges.update(each.key for each in found["hedge"])
        for each in found["loaded"]:
            terms.setdefault(each.key, Counter())[text[each.start : each.end].lower()] += 1
        length += len(text)
        quoted += sum(quotation.item.end - quotation.item.start for quotation in quotations)
        sentences.append(max(1, len(split_sentences(text))))
        rows.append(
            (
                len(quotations),
                len(found["verb"]),
                sum(each.key in DISTANT for each in found["verb"]),
                len(found["hedge"]),
                len(found["negation"]),
                len(agentless(lists, text)) + len(found["impersonal"]),
            )
        )
    return Usage(
        evaluable=bool(rows),
        sentences=tuple(sentences),
        counts=tuple(rows),
        quoted=round(quoted / length, 4) if length else 0.0,
        voices=tuple(
            Voice(name, said[name], said_chars[name])
            for name in sorted(said, key=lambda name: (-said_chars[name], name))
        ),
        verbs=_ordered(verbs),
        hedges=_ordered(hedges),
        terms={key: _ordered(terms[key]) for key in sorted(terms)},
    )


def _ordered(counts: Counter[str]) -> dict[str, int]:
    return {name: counts[name] for name in sorted(counts, key=lambda name: (-counts[name], name))}


def agentless(lists: WordLists, text: str) -> list[tuple[int, int]]:
    """Return the places of passives that name no agent: "were killed", and not "were killed by"."""
    patterns = lists.patterns.get("passive", {})
    words = [(match.group().replace("\u2019", "'"), *match.span()) for match in WORD.finditer(text)]
    starts = {start: at for at, (_, start, _) in enumerate(words)}
    found: list[tuple[int, int]] = []
    for auxiliary in patterns["auxiliary"].finditer(text) if patterns else ():
        at = next((starts[start] for start in starts if start >= auxiliary.end()), len(words))
        if (found and auxiliary.start() < found[-1][1]) or patterns["before"].fullmatch(_word_before(text, auxiliary)):
            continue
        while at < len(words) and (patterns["stative"].fullmatch(words[at][0]) or ADVERB.match(words[at][0])):
            at += 1
        if at >= len(words) or re.search(r"[.!?;:,]", text[auxiliary.end() : words[at][1]]):
            continue
        word = words[at][0]
        if not patterns["participle"].fullmatch(word) or patterns["active"].fullmatch(word):
            continue
        rest = re.split(r"[.!?;:]", text[words[at][2] :], maxsplit=1)[0]
        behind = WORD.findall(rest)[:AGENT_REACH]
        if not any(patterns["agent"].fullmatch(each) for each in behind):
            found.append((auxiliary.start(), words[at][2]))
    return found


def _word_before(text: str, match: re.Match[str]) -> str:
    before = re.search(r"([^\W\d_]+)\W?$", text[max(0, match.start() - 20) : match.start()])
    return before[1] if before else ""


def side_by_side(usages: Mapping[str, Usage]) -> dict[str, dict[str, Sequence[str]]]:
    """Return the listed terms for the same thing that outlets use differently: by thing, by outlet, commonest first."""
    keys = sorted({key for each in usages.values() for key in each.terms})
    found: dict[str, dict[str, Sequence[str]]] = {
        key: {name: [*each.terms[key]] for name, each in usages.items() if key in each.terms} for key in keys
    }
    return {key: by for key, by in found.items() if len(by) > 1 and len({words[0] for words in by.values()}) > 1}


def loaded_words(
    facts: Iterable[Fact], terms: Mapping[str, Mapping[str, Sequence[str]]], *, outlets: Mapping[str, str]
) -> list[Loaded]:
    """Return where the `terms` that outlets use differently stand, fact by fact; `outlets` are those of documents."""
    found = []
    for fact in facts:
        for passage in fact.passages:
            lists = word_lists(passage.lang)
            for each in lists.find("loaded", passage.text) if lists else ():
                if each.key in terms:
                    text = passage.text[each.start : each.end]
                    outlet = outlets[passage.document]
                    found.append(Loaded(each.key, outlet, fact.id, passage.id, text, each.start, each.end))
    return found
