"""Who speaks a quotation: the subject of the verb of speech that follows or introduces it in its sentence.

Better no speaker than a wrong one: where the subject is a description without a name, there is none.
"""

from __future__ import annotations

from dataclasses import dataclass

from aligner.evidence.mentions import Scan
from aligner.evidence.sentences import sentence
from aligner.evidence.speakers import Speaker, is_complement, name_at, speaker_at

__all__ = ["Subject", "attributed", "subject_of", "verbs_of_speech"]

BREAKS = frozenset(";:()[]\u2014\u2013")
BEHIND = 14  # words between a quotation and its verb of speech
APPOSITION = 14  # words between two commas
MIN_ADVERB = 6  # letters
PHRASE = 12  # words of a subject behind its verb


@dataclass(frozen=True, slots=True)
class Subject:
    """The subject of a verb of speech: a named speaker, or a pronoun or an office for one named before, or neither."""

    speaker: Speaker | None = None
    pronoun: str = ""
    office: str = ""


UNNAMED = Subject()


def attributed(scan: Scan, first: int, last: int, quoted: bytearray, known: str) -> Subject | None:
    """Return the subject that the quotation of the tokens [first, last) is attributed to, None without any.

    `quoted` marks the tokens inside quotation marks, `known` is all the text that names may stand in.
    """
    start, stop = sentence(scan, first, last, quoted)
    led = first > start and scan.word(first - 1) not in (",", ".")  # it goes on the sentence, or a colon leads to it
    if led and (found := _introduced(scan, start, first, quoted, known)) is not None:
        return found
    if (found := _followed(scan, last, stop, quoted, known)) is not None or led:
        return found
    return _introduced(scan, start, first, quoted, known)


def verbs_of_speech(scan: Scan, start: int, stop: int, quoted: bytearray) -> list[int]:
    """Return the tokens that are verbs of speech outside quotations; behind an article such a word is a noun."""
    lexicon = scan.lexicon
    return [
        at
        for at in range(start, stop)
        if not quoted[at]
        and scan.tokens[at].is_word
        and not scan.tokens[at].text[0].isupper()
        and lexicon.classes("quotes", scan.tokens[at].word)
        and (at == start or scan.word(at - 1) not in lexicon.articles)
        and _source(scan, at) is None
    ]


def _source(scan: Scan, at: int) -> int | None:
    """Return where "according to" ends that starts at a token."""
    found = scan.lexicon.sources.find(scan.tokens, at)
    return found[0] if found else None


def _sources(scan: Scan, start: int, stop: int, quoted: bytearray) -> list[int]:
    return [end for at in range(start, stop) if not quoted[at] and (end := _source(scan, at)) is not None]


def _is_participle(scan: Scan, at: int) -> bool:
    return scan.word(at).endswith(scan.lexicon.words.participle or "\0")


def _followed(scan: Scan, last: int, stop: int, quoted: bytearray, known: str) -> Subject | None:
    """Return the subject of the verb of speech behind a quotation, None if there is no such verb."""
    stop = min(
        stop, next((at for at in range(last, stop) if quoted[at] or scan.word(at) in BREAKS), stop), last + BEHIND
    )
    if (pronoun := _inverted(scan, last, stop)) is not None:
        return Subject(pronoun=pronoun)
    verbs = [at for at in verbs_of_speech(scan, last, stop, quoted) if not _is_participle(scan, at)]
    sources = _sources(scan, last, stop, quoted)
    if sources and (not verbs or sources[0] <= verbs[0]):
        return _behind(scan, sources[0], stop, known)
    if not verbs:
        return None
    if _is_inverted(scan, verbs[0], last - 1, quoted):
        return _behind(scan, verbs[0] + 1, stop, known)
    return subject_of(scan, verbs[0], last, known)


def _inverted(scan: Scan, start: int, stop: int) -> str | None:
    """Return a pronoun that a hyphen joins to its verb: a-t-il."""
    for at in range(start + 1, stop):
        if scan.word(at) in scan.lexicon.words.pronouns and scan.text[scan.tokens[at].start - 1] in "-\u2010\u2011":
            return scan.word(at)
    return None


def _introduced(scan: Scan, start: int, first: int, quoted: bytearray, known: str) -> Subject | None:
    """Return the subject of the last verb of speech before a quotation, None if there is no such verb."""
    verbs = verbs_of_speech(scan, start, first, quoted)
    sources = _sources(scan, start, first, quoted)
    if sources and (not verbs or sources[-1] > verbs[-1]):
        return _behind(scan, sources[-1], first, known)
    while verbs:
        at = verbs.pop()
        if _is_participle(scan, at):  # the subject is that of the verb before
            comma = at - 1 if scan.word(at - 1) == "," else at
            if comma > start and name_at(scan, comma - 1) and not quoted[comma - 1]:
                return _named(scan, comma - 1, known)
            continue
        if _is_inverted(scan, at, start, quoted):
            return _behind(scan, at + 1, first, known)
        return subject_of(scan, at, start, known)
    return None


def _is_inverted(scan: Scan, verb: int, start: int, quoted: bytearray) -> bool:
    """Say whether a verb has its subject behind it: "...", said Keller; "..." for all, said Keller."""
    at = _skipped(scan, verb - 1, start)
    if at >= start and scan.word(at) == ",":
        ended = next((place for place in range(at, start - 1, -1) if quoted[place]), -1)
        commas = {scan.word(ended + step) for step in (-1, 0, 1)}  # "...," the mayor, Anna Keller, said
        return ended >= 0 and (ended == at - 1 or "," not in commas)
    return at >= start and quoted[at] > 0


def subject_of(scan: Scan, verb: int, start: int, known: str) -> Subject:
    """Return the subject before a verb, of the tokens from `start` on."""
    at = _skipped(scan, verb - 1, start)
    if at > start and scan.word(at) == ",":  # Keller, the mayor of Norville, said
        earlier = range(at - 1, max(start, at - APPOSITION), -1)
        opening = next((place for place in earlier if scan.word(place) == ","), start)
        inner = name_at(scan, at - 1)
        if inner and inner.first == opening + 1:  # the mayor, Anna Keller, said
            return _named(scan, at - 1, known)
        if opening == start:
            return UNNAMED
        at = _skipped(scan, opening - 1, start)
    while at >= start and (name := name_at(scan, at)):
        first = name.first
        while first > start and name_at(scan, first - 1):
            first = name_at(scan, first - 1).first  # type: ignore[union-attr]
        if not is_complement(scan, first, name.last):
            return _named(scan, at, known)
        at = first - 1
        while at > start and scan.word(at) in scan.lexicon.articles | scan.lexicon.prepositions:
            at -= 1
    if at < start:
        return UNNAMED
    word, lexicon = scan.word(at), scan.lexicon
    if word in lexicon.words.pronouns:
        return Subject(pronoun=word)
    if word in lexicon.offices:
        return _office(scan, at)
    before = name_at(scan, at - 1) if at > start and len(word) > 1 and scan.tokens[at].is_word else None
    if before and before.first > start and scan.word(before.first - 1) in lexicon.articles:
        text = scan.text[before.item.start : scan.tokens[at].end]  # the Norling committee
        return Subject(Speaker(text, before.words, before.keys, True, before.first, at + 1))
    return UNNAMED


def _office(scan: Scan, at: int) -> Subject:
    """Return the office at a token as a subject; "a spokesman" is nobody who was named before."""
    opening = next((place for place in range(at - 1, at - 4, -1) if scan.word(place) in scan.lexicon.articles), -1)
    return UNNAMED if scan.word(opening) in scan.lexicon.ones else Subject(office=scan.word(at))


def _named(scan: Scan, at: int, known: str) -> Subject:
    return Subject(speaker_at(scan, at, known))


def _passes(scan: Scan, at: int) -> bool:
    """Say whether a token may stand between a subject and its verb: has, also, on Tuesday."""
    token, lexicon = scan.tokens[at], scan.lexicon
    if any(mention.kind == "date" and mention.first <= at < mention.last for mention in scan.mentions):
        return True
    if token.word in lexicon.prepositions and any(m.kind == "date" and m.first == at + 1 for m in scan.mentions):
        return True
    if not token.is_word or token.text[0].isupper():
        return False
    adverb = len(token.word) >= MIN_ADVERB and token.word.endswith(lexicon.words.adverb or "\0")
    return adverb or token.word in lexicon.auxiliaries


def _skipped(scan: Scan, at: int, start: int) -> int:
    while at >= start and _passes(scan, at):
        at -= 1
    return at


def _behind(scan: Scan, at: int, stop: int, known: str) -> Subject:
    """Return the subject behind a verb or "according to": the first name that hangs on no other noun."""
    lexicon, start, office, words, hangs = scan.lexicon, at, UNNAMED, 0, False
    while at < stop and words < PHRASE:
        word = scan.word(at)
        if word in lexicon.words.pronouns and not words:
            return Subject(pronoun=word)
        if name := name_at(scan, at):
            speaker = speaker_at(scan, at, known)
            apart = hangs and not office.office and speaker and len(speaker.name.split()) == 1
            if speaker is not None and not is_complement(scan, speaker.first, speaker.last, start) and not apart:
                return Subject(speaker)
            at, words = max(at + 1, name.last), words + 1
            continue
        if word == ",":  # the mayor of Norville, Anna Keller
            if words and at + 1 < stop and name_at(scan, at + 1):
                return _named(scan, at + 1, known)
            break
        if word in lexicon.clauses or (lexicon.classes("quotes", word) and word not in lexicon.offices):
            break
        if word in lexicon.offices and not office.office and scan.word(at - 1) not in lexicon.prepositions:
            office = _office(scan, at)
        words += word not in lexicon.articles
        hangs = hangs or word in lexicon.prepositions  # a teacher of the school Norville
        at += 1
    return office
