"""English words of evidence."""

from __future__ import annotations

from aligner.evidence.concepts_en import CONCEPTS, PEOPLES
from aligner.evidence.counted_en import ACTS, COUNTED
from aligner.evidence.words import Words

__all__ = ["ENGLISH"]

ENGLISH = Words(
    numbers={"dozen": 12, "half": 0.5, "quarter": 0.25, "quarters": 0.25, "nought": 0},
    scales={
        "hundred": 1e2,
        "thousand": 1e3,
        "million": 1e6,
        "billion": 1e9,
        "trillion": 1e12,
        "millions": 1e6,
        "billions": 1e9,
        "dozen": 12,
        "m": 1e6,
        "mn": 1e6,
        "bn": 1e9,
        "tn": 1e12,
        "k": 1e3,
    },
    ones="one a",
    first_forms={"one": "a"},
    bounds={
        "above": "more than|at least|upwards of|upward of|in excess of|no fewer than|no less than|not less than|above|"
        "exceeds|exceeded|exceed|exceeding|topped|tops|surpassed|surpasses|a minimum of|minimum|or more|and more",
        "over": "over|well over",
        "below": "almost|nearly|close to|just under|not quite|approaching",
        "cap": "up to|at most|no more than|not more than|as many as|as much as|a maximum of|maximum of|maximum|or less|"
        "or fewer|less than|fewer than|under|below",
        "about": "about|around|roughly|approximately|circa|some|an estimated|estimated|or so",
    },
    relations="after|before|ago|later|earlier|since|prior|previously|from now",
    articles="the a an some his her its their our my your this these those any no",
    joiners="and",
    links="of a an",
    ranges="to or",
    ordinal_endings="st nd rd th",
    percent="percent|per cent|pct|percentage points|percentage point",
    currencies={
        "dollar": "dollar",
        "dollars": "dollar",
        "euro": "EUR",
        "euros": "EUR",
        "pounds sterling": "GBP",
        "sterling": "GBP",
        "francs": "franc",
        "swiss francs": "CHF",
        "yen": "JPY",
        "yuan": "CNY",
        "renminbi": "CNY",
        "roubles": "RUB",
        "rubles": "RUB",
        "rupees": "rupee",
        "pesos": "peso",
        "rand": "ZAR",
        "reais": "BRL",
        "lira": "lira",
        "shekels": "ILS",
        "dinars": "dinar",
        "dirhams": "dirham",
        "riyals": "riyal",
        "won": "KRW",
        "zlotys": "PLN",
        "forints": "HUF",
        "hryvnia": "UAH",
        "crowns": "crown",
        "kronor": "crown",
        "kroner": "crown",
        "krona": "crown",
        "lari": "GEL",
        "pence": "GBp",
        "cents": "cent",
        "cent": "cent",
    },
    nations={
        "us": "USD",
        "american": "USD",
        "canadian": "CAD",
        "australian": "AUD",
        "hong kong": "HKD",
        "singapore": "SGD",
    },
    counted=COUNTED,
    acts=ACTS,
    units={
        "kilometre": "length-kilometer",
        "kilometres": "length-kilometer",
        "metre": "length-meter",
        "metres": "length-meter",
        "centimetres": "length-centimeter",
        "millimetres": "length-millimeter",
        "litre": "volume-liter",
        "litres": "volume-liter",
        "tonnes": "mass-tonne",
        "tonne": "mass-tonne",
        "kph": "speed-kilometer-per-hour",
        "mph": "speed-mile-per-hour",
        "kmh": "speed-kilometer-per-hour",
        "kilo": "mass-kilogram",
        "kilos": "mass-kilogram",
        "sq km": "area-square-kilometer",
        "lbs": "mass-pound",
        "feet": "length-foot",
        "foot": "length-foot",
        "square kilometres": "area-square-kilometer",
    },
    days={"today": 0, "yesterday": -1, "tomorrow": 1},
    last="last previous past",
    next="next",
    months={"sept": 9},
    unsure_months="May March",
    month_cues="in of since until till by last next early late mid this from to during between for on",
    morning="am a.m a.m.",
    evening="pm p.m p.m.",
    clock={"noon": 720, "midday": 720, "midnight": 0},
    concepts=CONCEPTS,
    people=PEOPLES,
    titles="Mr Mrs Ms Miss Dr Prof Sir Lord Lady Dame Sen Rep Gen Lt Sgt Col Capt Rev St Jr Sr",
    particles="of de van von der den bin al la le du da di ibn el",
    openers="""the a an in on at by for from to of and but or so if as it its he she they we i you his her
        their our my your this that these those there here when where while who what which why
        how all any both each some many most more much no not nor none one two three four five
        six seven eight nine ten after before since until during about over under with without
        within according also although because however then than now still yet even just only
        other another such same first last next new old is are was were be been has have had do
        does did will would can could may might must should let whether once despite instead
        meanwhile yes well people police officials authorities every several nobody anyone
        everyone someone few long never ever shortly later early often sometimes perhaps maybe
        someone nothing something today yesterday tomorrow down up out off between among
        against across through around upon like unlike given having being its it's i'm don't
        we're they're he's she's that's there's""",
    nouns="""president minister prime secretary chancellor mayor governor senator congress senate parliament
        house home office department ministry foreign interior justice defence defense treasury
        committee commission council court supreme high party government state states union
        league cup club association university college school institute street road avenue
        square park bridge river lake mount sea ocean north south east west northern southern
        eastern western central national federal international royal general director chief
        executive officer police army navy air force agency authority service services bank
        group company church cathedral museum hospital airport station county city town
        district province republic democratic liberal conservative labour labor green social
        act bill law amendment treaty day week games world war king queen prince princess duke
        duchess lord lady sir saint pope bishop internet web chairman leader spokesman judge
        attorney prosecutor professor doctor championship open final premier coach captain
        security health education trade finance affairs environment energy transport culture
        assembly board centre center island islands beach valley hill hall tower palace castle
        red blue white black great big new old father mother brother sister uncle aunt her his
        majesty cross class awards award academy literature physics chemistry medicine peace
        prize science art arts music film constitution revolution religion god heaven heritage
        memorial festival summer winter spring autumn fall""",
    says="""say says said tell* told add adds added adding announc* declar* stated stating confirm* explain* note*
        report* warn* claim* argue* insist* admit* acknowledg* write* wrote indicat* reveal* complain*
        replied asked according""",
    introduces="""call calls called calling describ* hail* prais* dub dubs dubbed slam* condemn* denounc* blam* accus*
        predict* remind* promise promised promises promising vow* pledg* stress* urg* conced* conclud* recall* reply
        replies replying respond* remark* observed joked quip* tweet* posted continued went asks ask shout* cried
        repeat* reiterat* answer* think thinks thought believe* hope hopes hoped suggest* demand* lament* welcom*""",
    sources="according to|in the words of",
    participle="ing",
    adverb="ly",
    pronouns={"he": "person", "she": "person", "they": "group", "it": "group"},
    offices="""president minister spokesman spokeswoman spokesperson mayor governor chairman chairwoman chair director
        chief leader judge prosecutor lawyer author writer coach captain king queen pope bishop ambassador senator
        professor doctor expert official commander general secretary chancellor premier manager officer analyst
        witness researcher scientist resident authority player owner founder head boss
        executive prime deputy vice""",
    prepositions="of for at from in to by with on near against about between among under as than and or",
    auxiliaries="""has have had is was were be been also later then again once who would will could did does already
        still himself herself simply just now even today""",
    clauses="that who which while as when after before because if whether where",
    denies="den* reject*",
    refusals=r"\b(?:refus(?:ed|es|ing|e)|declin(?:ed|es|ing|e))\s+(?:to\s+(?:confirm|comment|say|give|answer|discuss|reveal|"
    r"disclose|speculate|identify|name|elaborate|provide|specify)|comment)\b|\b(?:would|could|did)(?:\s+not|n['’]t)\s+"
    r"(?:confirm|comment|say|specify|give|disclose|identify|elaborate)\b",
    denials=r"\b(?:den(?:y|ies|ied|ying)|reject(?:s|ed)?\s+(?:the\s+)?(?:claim|allegation|accusation)s?)\b"
    r"|\b(?:did|does|do|has|have|had|was|were|is|are|will|would|could|can|should)(?:\s+not|n['’]t)\b|\bcannot\b|\bnever\b",
    negations=r"\b(?:not|never|cannot)\b|n['’]t\b",
    renders=r"\b(?:not?|nor|neither|none|nobody|nothing|nowhere|never|cannot|without|hardly|barely|rarely|unable|"
    r"impossible|fail\w*|lack\w*|refus\w*|declin\w*|den(?:y|ie)\w*|reject\w*|prevent\w*|ban(?:s|ned)?|absen\w*|few|"
    r"little|only|but|until|unless|un(?:like|able|known|clear)\w*)\b|n['’]t\b",
    negatives="""*n't not no nor neither none nobody nothing nowhere never cannot without hardly barely
        scarcely rarely seldom unable impossible inability fail* lack* miss* refus* declin* den* reject*
        dismiss* stop* avoid* prevent* ban bans banned absen* short yet still few little only just but
        except beyond last otherwise rather far too non* un* dis* mis* inactive incomplete insufficient
        despite contrary trouble difficult* remain* ceas* end ends ended free rid kept""",
)
