"""The pairs of paragraphs that the reader is fitted on.

They are of our own invented stories, of one language or of two, each fifth story and seeds/ held out, and composites of
parallel sentences of DATA/parallel (NTREX and FLORES, CC BY-SA 4.0): some shared, the rest of the same article. What
their tokens find in other paragraphs is shown too, and hidden now and then. Marked clauses are also asked by
themselves, as a search does.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from drawn import Drawn, hidden
from marked import Span, Telling, held_out, inside, label, read_tellings
from plain import plain_encoder

from aligner.contrast import Both, Contrast
from aligner.tokens import Tokens
from aligner.vectors import encode_with_tokens

__all__ = ["Material", "Pair"]

BATCH = 64
CHUNK = 2048  # pairs among which those of about one length go together
COMPOSITES, SHOWN_COMPOSITES = 2000, 1000
CLAUSES = 8  # for each story and epoch: pairs of a marked clause by itself, as one searches, with a paragraph
KNOWN_CLAUSES = 40  # of a story, drawn from all
MIN_CLAUSE = 15  # characters


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts, whether they share a fact, and for each token whether it tells one (None where that is not known)."""

    one: Tokens
    other: Tokens
    shared: bool
    told: tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]] | None
    elsewhere: Both = (None, None)


def _told(tokens: Tokens, spans: Sequence[Span], shared: frozenset[str]) -> npt.NDArray[np.float32]:
    found = np.zeros(len(tokens), np.float32)
    for start, end, facts in spans:
        if facts & shared:
            found[inside(tokens.offsets, start, end)] = 1
    return found


def _composites(data: Path, chance: random.Random) -> Iterator[tuple[list[Telling], bool]]:
    """Yield an English and a French text of one to three sentences of one article, of which some may be the same."""
    articles: dict[str, list[tuple[str, list[str]]]] = defaultdict(list)
    for name, versions in (("ntrex_en_fr", ("fr", "fr_ca")), ("flores_dev_en_fr", ("fr",))):
        for record in map(json.loads, (data / "parallel" / f"{name}.jsonl").read_text("utf-8").splitlines()):
            articles[name + record["doc"]].append((record["en"], [record[version] for version in versions]))
    long = [sentences for sentences in articles.values() if len(sentences) >= 3]
    for _ in range(COMPOSITES):
        article = chance.choices(long, [len(sentences) for sentences in long])[0]
        sizes = [chance.choice((1, 1, 2, 2, 3)) for _ in range(2)]
        shared = min(chance.choice((0, 0, 0, 0, 1, 1, 1, 2)), *sizes)
        while sum(sizes) - shared > len(article):
            sizes[sizes.index(max(sizes))] -= 1
            shared = min(shared, *sizes)
        places = chance.sample(range(len(article)), sum(sizes) - shared)
        sides = sorted(places[: sizes[0]]), sorted(places[:shared] + places[sizes[0] :])
        common = set(places[:shared])
        tellings = []
        for side, own in enumerate(sides):
            text, spans = "", []
            for place in own:
                sentence = chance.choice(article[place][1]) if side else article[place][0]
                start = len(text) + bool(text)
                text = f"{text} {sentence}".strip()
                if place in common:
                    spans.append((start, len(text), frozenset({str(place)})))
            facts = frozenset(map(str, common))
            lang = ("en", "fr")[side]
            tellings.append(Telling("", "", "", "", lang, None, text, facts, tuple(spans), frozenset(), frozenset()))
        yield tellings, bool(common)


class Material:
    """The pairs that are shown, an epoch at a time."""

    def __init__(self, data: Path, *, threads: int) -> None:
        self.start(0)
        everything = read_tellings()
        unseen = held_out(everything)
        self._tellings = [telling for telling in everything if telling.event not in unseen]
        encoder = plain_encoder(threads=threads)
        vectors, self._tokens = encode_with_tokens(encoder, [telling.text for telling in self._tellings])
        members: dict[str, list[int]] = defaultdict(list)
        for place, telling in enumerate(self._tellings):
            if len(self._tokens[place]):
                members[telling.event].append(place)
        self._members = members
        self._documents: dict[str, list[int]] = defaultdict(list)
        for own in members.values():
            for place in own:
                self._documents[self._tellings[place].document].append(place)
        self._contrasts: dict[tuple[str, str], Contrast] = {}
        self.dimension = self._tokens[0].vectors.shape[1]
        self._drawn = Drawn(self._tellings, vectors, stories=members, documents=self._documents)
        self._clauses = {event: self._clauses_of(own) for event, own in members.items()}
        clauses = [clause for own in self._clauses.values() for clause in own]
        _, clause_tokens = encode_with_tokens(encoder, [clause.text for clause in clauses])
        self._clause_tokens = {clause.id: tokens for clause, tokens in zip(clauses, clause_tokens, strict=True)}
        made = list(_composites(data, random.Random(0)))
        _, first_tokens = encode_with_tokens(encoder, [tellings[0].text for tellings, _ in made])
        _, second_tokens = encode_with_tokens(encoder, [tellings[1].text for tellings, _ in made])
        self._made = [
            self._pair(tellings[0], tellings[1], one, other, shared)
            for (tellings, shared), one, other in zip(made, first_tokens, second_tokens, strict=True)
        ]

    def _clauses_of(self, places: Sequence[int]) -> list[Telling]:
        """Return some of the marked clauses of these paragraphs, each as a text of its own."""
        found = [
            replace(telling, id=f"{telling.id}:{start}", text=text, facts=facts, spans=((0, len(text), facts),))
            for telling in (self._tellings[place] for place in places)
            for start, end, facts in telling.spans or ()
            if len(text := telling.text[start:end]) >= MIN_CLAUSE
        ]
        return random.Random(found[0].event if found else 0).sample(found, min(KNOWN_CLAUSES, len(found)))

    def _asked(self, event: str) -> Pair | None:
        """Return a clause of a story and a paragraph of another document, which tells it as often as not."""
        if not self._clauses[event]:
            return None
        clause = self._chance.choice(self._clauses[event])
        tokens, shared = self._clause_tokens[clause.id], self._chance.random() < 0.5
        there = [
            place
            for place in self._members[event]
            if (other := self._tellings[place]).document != clause.document and label(clause, other) == int(shared)
        ]
        if not there or not len(tokens):
            return None
        place = self._chance.choice(there)
        pair = self._pair(clause, self._tellings[place], tokens, self._tokens[place], shared)
        beside = self._documents[self._tellings[place].document]
        contrast = Contrast.of([tokens], [self._tokens[other] for other in beside])
        return replace(pair, elsewhere=contrast.elsewhere(0, beside.index(place)))

    @staticmethod
    def _pair(one: Telling, other: Telling, first: Tokens, second: Tokens, shared: bool) -> Pair:
        if not shared:
            told = np.zeros(len(first), np.float32), np.zeros(len(second), np.float32)
        elif one.spans is None or other.spans is None:
            return Pair(first, second, shared, None)
        else:
            common = (one.facts or frozenset()) & (other.facts or frozenset())
            told = _told(first, one.spans, common), _told(second, other.spans, common)
        return Pair(first, second, shared, told)

    def _of(self, places: tuple[int, int], shared: bool) -> Pair:
        first, second = places
        tokens = self._tokens[first], self._tokens[second]
        pair = self._pair(self._tellings[first], self._tellings[second], *tokens, shared)
        if self._tellings[first].document == self._tellings[second].document:
            return pair  # beside itself, everything in a document is told elsewhere
        ahead, back = self._elsewhere(first, second)
        first_hidden, second_hidden = hidden(self._chance)
        return replace(pair, elsewhere=(None if first_hidden else ahead, None if second_hidden else back))

    def _elsewhere(self, first: int, second: int) -> Both:
        one, other = (self._tellings[place].document for place in (first, second))
        rows, columns = self._documents[one], self._documents[other]
        if (one, other) not in self._contrasts:
            texts = ([self._tokens[place] for place in places] for places in (rows, columns))
            self._contrasts[one, other] = Contrast.of(*texts)
        return self._contrasts[one, other].elsewhere(rows.index(first), columns.index(second))

    def start(self, seed: int) -> None:
        """Have the epochs from here on be those of this seed."""
        self._chance = random.Random(seed)

    def epoch(self) -> list[list[Pair]]:
        """Return batches of pairs of about one length, in any order."""
        self._drawn.chance = self._chance
        pairs = [
            self._of((first, second), shared)
            for draw in (self._drawn.across, self._drawn.inside)
            for event in self._members
            for first, second, shared in draw(event)
        ]
        for event in self._members:
            pairs += [self._of((first, second), shared) for first, second, shared in self._drawn.elsewhere(event)]
            pairs += [pair for _ in range(CLAUSES) if (pair := self._asked(event))]
        pairs += self._chance.sample(self._made, SHOWN_COMPOSITES)
        self._chance.shuffle(pairs)
        batches = []
        for at in range(0, len(pairs), CHUNK):
            chunk = sorted(pairs[at : at + CHUNK], key=lambda pair: len(pair.one) + len(pair.other))
            batches += [chunk[start : start + BATCH] for start in range(0, len(chunk), BATCH)]
        self._chance.shuffle(batches)
        return batches
