"""What a language's own table holds, beyond what CLDR knows of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Words"]


@dataclass(frozen=True, slots=True)
class Words:
    """Words of one language. A value such as "kill* dead" lists words; "*" stands for any ending.

    Phrases stand between bars: "United Nations|UN".
    """

    numbers: Mapping[str, float] = field(default_factory=dict)
    """Number words beside the plain cardinals and ordinals: dozen, half."""
    scales: Mapping[str, float] = field(default_factory=dict)
    """Words that multiply the number before them: hundred, million, bn."""
    ones: str = ""
    """Words for one that count beside a scale only, articles among them: a hundred, a hundred and one."""
    first_forms: Mapping[str, str] = field(default_factory=dict)
    """Other forms of the first word of a spelled-out number of several words: a hundred for one hundred."""
    last_forms: Mapping[str, str] = field(default_factory=dict)
    """The same of its last word: trente et une for trente et un."""
    bounds: Mapping[str, str] = field(default_factory=dict)
    """Phrases beside a figure: "above" (at least), "over" (the same, but not of durations), "below" (almost), "cap"
    (up to), "about"."""
    relations: str = ""
    """Phrases beside a duration that counts from another time: after, ago."""
    articles: str = ""
    """Articles and the like, before a noun or a figure."""
    joiners: str = ""
    """Words inside a spelled-out number that mean nothing: and."""
    links: str = ""
    """Words between a number and its unit: of."""
    ranges: str = ""
    """Words between the two numbers of a range: to."""
    ordinal_endings: str = ""
    """What follows the digits of an ordinal: th."""
    percent: str = ""
    currencies: Mapping[str, str] = field(default_factory=dict)
    nations: Mapping[str, str] = field(default_factory=dict)
    """Adjectives of a currency: Canadian dollars."""
    counted: Mapping[str, str] = field(default_factory=dict)
    """Classes of what is counted, each with its words."""
    acts: Mapping[str, str] = field(default_factory=dict)
    """What happens on a day, by a key that is the same in all languages, each with its words."""
    units: Mapping[str, str] = field(default_factory=dict)
    """Spellings of units beyond CLDR's, by CLDR's name."""
    days: Mapping[str, int] = field(default_factory=dict)
    """Words for a day near to the publication: yesterday."""
    last: str = ""
    next: str = ""
    months: Mapping[str, int] = field(default_factory=dict)
    """Abbreviations beyond CLDR's."""
    unsure_months: str = ""
    """Months that are words too; they need a day, a year or one of `month_cues` beside them."""
    month_cues: str = ""
    morning: str = ""
    evening: str = ""
    hours: str = ""
    """What stands for the colon of a time: h."""
    clock: Mapping[str, int] = field(default_factory=dict)
    """Words for a time of day, in minutes: noon."""
    zones: Mapping[str, int] = field(default_factory=dict)
    """Names of time zones, in minutes from UTC."""
    concepts: Mapping[str, str] = field(default_factory=dict)
    """Names that are spelled differently in each language, by a key that is the same in all."""
    people: Mapping[str, str] = field(default_factory=dict)
    """Adjectives and inhabitants, by territory."""
    titles: str = ""
    particles: str = ""
    """Small words inside a name: de, van."""
    openers: str = ""
    """Words that are no name where they open a sentence."""
    nouns: str = ""
    """Words that are often written with a capital and are no proper names: Minister."""
    says: str = ""
    """Verbs of speech."""
    refusals: str = ""
    """Regular expression of a refusal to tell."""
    denials: str = ""
    """Regular expression of a denial or a negation."""
    introduces: str = ""
    """Verbs that introduce a quotation, beside those of speech: call, hail."""
    sources: str = ""
    """Phrases behind which the speaker stands: according to."""
    participle: str = ""
    """Ending of a participle whose subject stands before it: adding."""
    adverb: str = ""
    """Ending of an adverb that may stand between a subject and its verb: solemnly."""
    pronouns: Mapping[str, str] = field(default_factory=dict)
    """Pronouns of a speaker, each with "person", "group" or "any"."""
    offices: str = ""
    """Nouns that stand for a person who holds an office: mayor."""
    prepositions: str = ""
    """Words behind which a name hangs on another noun: of."""
    auxiliaries: str = ""
    """Small words between a subject and its verb: has, also."""
    clauses: str = ""
    """Words that open a clause: that, who."""
    denies: str = ""
    """Verbs of denial, the others of `denials` being mere negations."""
    negations: str = ""
    """Regular expression of a plain negation: not."""
    renders: str = ""
    """Regular expression of what can render another language's plain negation: without."""
    negatives: str = ""
    """Words that can render a negation, however loosely: no, without, hardly, unable."""
