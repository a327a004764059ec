"""How probable pairs are: which pairs get a probability, and that it is the scorer's."""

from __future__ import annotations

import numpy as np
import pytest
from words import Fill, news, sorted_keys

from aligner.candidates import Candidate, candidates, pool
from aligner.clues import numbers_of
from aligner.features import Side, features
from aligner.probabilities import MIN_LOGIT, probabilities, text_probabilities
from aligner.scoring import PLAIN_SCORERS, TOKEN_SCORERS
from aligner.vectors import Encoder, TokenEncoder


def test_probabilities_cover_all_pairs_of_documents_with_a_likely_candidate(filled: Fill) -> None:
    corpus = filled(news(7))
    scorer = (TOKEN_SCORERS if corpus.store.meta("tokens") else PLAIN_SCORERS).documents
    all_found = candidates(corpus, "en", "fr")
    best = [c for c in all_found if c.rank_forward == 1]  # so that other pairs of their documents are no candidates
    known = pool(corpus, (key for c in all_found for key in (c.source, c.target)))
    chances = probabilities(scorer, best, known)
    logits = {
        (a, b): scorer.logits(features(known.sides[a], [known.sides[b]])).item()
        for a in sorted_keys(corpus, "en")
        for b in sorted_keys(corpus, "fr")
    }
    likely = {(known.group(c.source), known.group(c.target)) for c in best if logits[c.source, c.target] >= MIN_LOGIT}
    expected = {}
    for first, second in likely:
        rows, columns = known.groups[first], known.groups[second]
        matrix = scorer.probabilities(np.array([[logits[row, column] for column in columns] for row in rows]))
        expected |= {(a, b): matrix[i, j] for i, a in enumerate(rows) for j, b in enumerate(columns)}
    unlikely = [pair for c in best if (pair := (c.source, c.target)) not in expected]
    expected |= {pair: scorer.alone_probabilities(np.array(logits[pair])) for pair in unlikely}
    assert unlikely
    assert len(expected) > len(best)
    assert set(chances) == set(expected)
    for pair, probability in expected.items():
        assert chances[pair] == pytest.approx(float(probability), abs=2e-4)


def test_probabilities_leave_out_what_is_gone(filled: Fill) -> None:
    corpus = filled(news(8, documents=4))
    found = candidates(corpus, "en", "fr")
    known = pool(corpus, (c.source for c in found if c.source == found[0].source))
    assert probabilities(PLAIN_SCORERS.documents, found, known) == {}
    assert probabilities(PLAIN_SCORERS.documents, [Candidate(9_000, 9_001, 0.5, 1, 1)], known) == {}


def test_a_text_is_asked_as_a_document_of_one_paragraph(filled: Fill, encoder: Encoder) -> None:
    corpus = filled(news(9))
    scorer = (TOKEN_SCORERS if corpus.store.meta("tokens") else PLAIN_SCORERS).texts
    text = corpus.store.document("d00").paragraphs[0].text
    (vector,) = encoder.encode([text])
    tokens = encoder.encode_tokens([text])[1][0] if isinstance(encoder, TokenEncoder) else None
    asked = Side(vector, vector, tokens, numbers_of(text))
    keys = sorted_keys(corpus, "fr")
    known = pool(corpus, keys)
    found = text_probabilities(scorer, asked, keys, known)
    assert set(found) == set(keys)
    for members in known.groups.values():
        logits = scorer.logits(features(asked, [known.sides[key] for key in members]))
        if logits.max() >= MIN_LOGIT:
            expected = scorer.probabilities(logits[None])[0]
        else:
            expected = scorer.alone_probabilities(logits)
        assert [found[key] for key in members] == pytest.approx(expected.tolist(), abs=2e-4)
