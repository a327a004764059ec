"""In whose words, and how: quotations, verbs of speech, hedges, negations, sentences with and without an agent.

Everything is counted by sentence, since a language may need more words than another for the same. What is counted is
listed in aligner/words/ for each language alike; a language without lists is not evaluable.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field

from aligner.deadline import check_time
from aligner.evidence.mentions import Mention
from aligner.evidence.readings import read
from aligner.languages import primary
from aligner.paragraphs import Paragraph
from aligner.sentences import split_sentences
from aligner.wordlists import WordLists, word_lists

__all__ = ["DISTANT", "FORMED", "MEASURES", "Form", "Usage", "Voice", "agentless", "usage"]

MEASURES = ("quotations", "reporting verbs", "distancing verbs", "hedges", "negations", "agentless sentences")
DISTANT = frozenset({"claim", "allege", "deny", "admit"})  # verbs that put what is said at a distance
FORMED = ("verb", "hedge")  # kinds of listed words whose forms are shown as they stand
WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
REMEMBERED = 4  # paragraphs before one, in which whoever is called "he" in it was named
AGENT_REACH = 8  # words behind a passive in which its agent would stand
ADVERB = re.compile(r"\w+(?:ly|ment)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Voice:
    """A speaker by the fullest name in the text, and the characters and number of their quotations."""

    name: str
    quotations: int
    characters: int


@dataclass(frozen=True, slots=True)
class Form:
    """A listed word as it stands in texts of a language, in lower case, and how often: "said" for the verb "say"."""

    kind: str
    key: str
    text: str
    lang: str
    count: int


@dataclass(frozen=True, slots=True)
class Usage:
    """How some paragraphs tell: counts for each of MEASURES, a row a paragraph, and the sentences of each.

    `quoted` is the share of the text that stands in quotation marks; `verbs` and `hedges` count the listed words by
    key, commonest first, `terms` those for a thing by thing and sense ("fighters:rebel"). `forms` are the verbs and
    hedges as they stand, commonest first. `evaluable` is False where no paragraph's language has lists.
    """

    evaluable: bool
    sentences: tuple[int, ...] = ()
    counts: tuple[tuple[int, ...], ...] = ()
    quoted: float = 0.0
    voices: tuple[Voice, ...] = ()
    verbs: Mapping[str, int] = field(default_factory=dict)
    hedges: Mapping[str, int] = field(default_factory=dict)
    terms: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    forms: tuple[Form, ...] = ()

    @property
    def agentless_share(self) -> float:
        """The share of the sentences that leave out who acts; 0 without sentences."""
        return round(self.total("agentless sentences") / max(1, sum(self.sentences)), 4)

    @property
    def active_share(self) -> float:
        """The share of the others, which name who acts; 0 without sentences."""
        return round(1 - self.agentless_share, 4) if self.sentences else 0.0

    def forms_of(self, kind: str, key: str) -> list[Form]:
        """Return the forms of one listed word, commonest first."""
        return [form for form in self.forms if (form.kind, form.key) == (kind, key)]

    def total(self, measure: str) -> int:
        """Return how often one of MEASURES was counted."""
        return sum(row[MEASURES.index(measure)] for row in self.counts)

    def record(self) -> Mapping[str, object]:
        """Return the usage for JSON: totals, and no rate; comparing says which rates there is text enough for."""
        record = {name: value for name, value in asdict(self).items() if name not in {"counts", "sentences"}}
        return record | {
            "sentences": sum(self.sentences),
            "counts": {measure: self.total(measure) for measure in MEASURES},
            "agentless_share": self.agentless_share,
            "active_share": self.active_share,
        }


def usage(paragraphs: Iterable[Paragraph], *, published: Mapping[str, str | None]) -> Usage:
    """Return how article paragraphs tell, in the order of their documents; no language without lists is counted."""
    sentences: list[int] = []
    rows: list[tuple[int, ...]] = []
    verbs: Counter[str] = Counter()
    hedges: Counter[str] = Counter()
    terms: dict[str, Counter[str]] = {}
    forms: Counter[tuple[str, str, str, str]] = Counter()
    said: list[Mention] = []
    earlier: dict[str, deque[str]] = defaultdict(lambda: deque(maxlen=REMEMBERED))
    length = quoted = 0
    for paragraph in paragraphs:
        lists = word_lists(paragraph.lang)
        if lists is None:
            continue
        check_time()
        text = paragraph.text
        found = {kind: lists.find(kind, text) for kind in ("verb", "hedge", "negation", "loaded", "impersonal")}
        before = " ".join(earlier[paragraph.document])
        earlier[paragraph.document].append(text)
        reading = read(text, primary(paragraph.lang), published.get(paragraph.document), before)
        quotations = [mention for mention in reading.mentions if mention.kind == "quotation"]
        said += quotations
        verbs.update(each.key for each in found["verb"])
        hedges.update(each.key for each in found["hedge"])
        forms.update(
            (kind, each.key, text[each.start : each.end].lower(), lists.language)
            for kind in FORMED
            for each in found[kind]
        )
        for each in found["loaded"]:
            terms.setdefault(each.key, Counter())[text[each.start : each.end].lower()] += 1
        length += len(text)
        quoted += sum(quotation.item.end - quotation.item.start for quotation in quotations)
        spans = split_sentences(text)
        unnamed = [*agentless(lists, text), *((each.start, each.end) for each in found["impersonal"])]
        sentences.append(max(1, len(spans)))
        rows.append(
            (
                len(quotations),
                len(found["verb"]),
                sum(each.key in DISTANT for each in found["verb"]),
                len(found["hedge"]),
                len(found["negation"]),
                sum(any(start <= at < end for at, _ in unnamed) for start, end in spans),
            )
        )
    return Usage(
        evaluable=bool(rows),
        sentences=tuple(sentences),
        counts=tuple(rows),
        quoted=round(quoted / length, 4) if length else 0.0,
        voices=tuple(_voices(said)),
        verbs=_ordered(verbs),
        hedges=_ordered(hedges),
        terms={key: _ordered(terms[key]) for key in sorted(terms)},
        forms=tuple(Form(*form, forms[form]) for form in sorted(forms, key=lambda each: (-forms[each], each))),
    )


def _voices(said: Sequence[Mention]) -> list[Voice]:
    """Return who is quoted, most first. "Keller" is "Anna Keller" where the text has no other whole name that fits."""
    texts: dict[tuple[str, ...], str] = {}
    for each in said:
        texts[each.words] = min(texts.get(each.words, each.speaker), each.speaker, key=lambda name: (len(name), name))
    whole = {words: _whole_name(words, texts) for words in texts}
    counts: Counter[str] = Counter()
    chars: Counter[str] = Counter()
    for each in said:
        name = texts[whole[each.words]]
        counts[name] += 1
        chars[name] += each.item.end - each.item.start
    return [Voice(name, counts[name], chars[name]) for name in sorted(chars, key=lambda name: (-chars[name], name))]


def _whole_name(words: tuple[str, ...], names: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """Return the longest name with the same last word that has all of these, if those that do are one person's."""
    fuller = sorted((each for each in names if each[-1:] == words[-1:] and set(words) <= set(each)), key=len)
    return fuller[-1] if words and all(set(each) <= set(fuller[-1]) for each in fuller) else words


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
