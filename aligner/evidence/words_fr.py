"""French words of evidence."""

from __future__ import annotations

from aligner.evidence.concepts_fr import CONCEPTS, PEOPLES
from aligner.evidence.counted_fr import ACTS, COUNTED
from aligner.evidence.words import Words

__all__ = ["FRENCH"]

FRENCH = Words(
    numbers={
        "dizaine": 10,
        "douzaine": 12,
        "quinzaine": 15,
        "vingtaine": 20,
        "trentaine": 30,
        "quarantaine": 40,
        "cinquantaine": 50,
        "soixantaine": 60,
        "centaine": 100,
        "millier": 1000,
        "moitie": 0.5,
        "demi": 0.5,
        "demie": 0.5,
        "tiers": 1 / 3,
        "quart": 0.25,
        "quarts": 0.25,
        "seconde": 2,
        "septante": 70,
        "nonante": 90,
    },
    scales={
        "cent": 1e2,
        "cents": 1e2,
        "mille": 1e3,
        "milliers": 1e3,
        "millier": 1e3,
        "million": 1e6,
        "millions": 1e6,
        "milliard": 1e9,
        "milliards": 1e9,
        "billion": 1e12,
        "billions": 1e12,
        "mds": 1e9,
        "md": 1e9,
        "dizaines": 10,
        "douzaines": 12,
        "centaines": 100,
    },
    ones="un une",
    last_forms={"un": "une", "cents": "cent", "vingts": "vingt"},
    bounds={
        "above": "plus de|plus d|au moins|au minimum|un minimum de|pas moins de|pas moins d|supérieur à|supérieure à|"
        "au-delà de|excède|excèdent|dépasse|dépassent|dépassé|dépassait|dépassaient|dépasser|dépassant|dépassait déjà|"
        "dépassaient déjà|dépasse déjà|dépassent déjà|ou plus|et plus",
        "below": "près de|près d|presque|quasiment|quasi|pas loin de|pas loin d|bientôt",
        "cap": "jusqu'à|jusqu'au|jusqu'aux|au plus|tout au plus|au maximum|un maximum de|maximum|pas plus de|"
        "pas plus d|moins de|moins d|inférieur à|inférieure à|ou moins",
        "about": "environ|quelque|quelques|à peu près|approximativement|autour de|aux alentours de|de l'ordre de|"
        "aux environs de|plus ou moins|avoisine|avoisinent|avoisinait|avoisinant",
    },
    relations="après|avant|plus tard|plus tôt|auparavant|il y a|depuis|voilà|voici|d'ici",
    articles="le la les l un une des son sa ses leur leurs ce cet cette ces notre nos votre vos mon ma mes",
    joiners="et",
    links="de d des",
    ranges="a ou",
    ordinal_endings="e er re eme ere nd nde ieme",
    percent="pour cent|pourcent|points de pourcentage|point de pourcentage",
    currencies={
        "dollar": "dollar",
        "dollars": "dollar",
        "euro": "EUR",
        "euros": "EUR",
        "livres": "GBP",
        "livre": "GBP",
        "livres sterling": "GBP",
        "livre sterling": "GBP",
        "francs": "franc",
        "franc": "franc",
        "francs suisses": "CHF",
        "yen": "JPY",
        "yens": "JPY",
        "yuan": "CNY",
        "yuans": "CNY",
        "roubles": "RUB",
        "roupies": "rupee",
        "pesos": "peso",
        "rands": "ZAR",
        "reals": "BRL",
        "reais": "BRL",
        "lires": "lira",
        "shekels": "ILS",
        "dinars": "dinar",
        "dirhams": "dirham",
        "riyals": "riyal",
        "wons": "KRW",
        "zlotys": "PLN",
        "forints": "HUF",
        "hryvnias": "UAH",
        "couronnes": "crown",
        "laris": "GEL",
        "lari": "GEL",
        "pence": "GBp",
        "centimes": "cent",
    },
    nations={
        "us": "USD",
        "americains": "USD",
        "canadiens": "CAD",
        "australiens": "AUD",
        "de hong kong": "HKD",
        "de singapour": "SGD",
        "de dollars": "dollar",
    },
    counted=COUNTED,
    acts=ACTS,
    units={"kilo": "mass-kilogram", "kilos": "mass-kilogram", "kmh": "speed-kilometer-per-hour"},
    days={"aujourd'hui": 0, "hier": -1, "demain": 1, "avant-hier": -2, "apres-demain": 2},
    last="dernier derniere passe passee",
    next="prochain prochaine",
    hours="h heure heures",
    clock={"midi": 720, "minuit": 0},
    zones={
        "hae": -240,
        "hne": -300,
        "hec": 120,
        "hnec": 60,
        "hac": -300,
        "hnc": -360,
        "hap": -420,
        "hnp": -480,
        "tu": 0,
    },
    concepts=CONCEPTS,
    people=PEOPLES,
    titles="M MM Mme Mmes Mlle Dr Pr Me Mgr Sir Lord Lady",
    particles="de du des d la le van von der den bin al da di el ibn",
    openers="""le la les l un une des du de d à a au aux en dans par pour sur sous avec sans selon d'après
        chez vers entre et mais ou or ni car donc si comme il elle ils elles on nous vous je tu
        ce cet cette ces c ça cela ceci celui celle ceux son sa ses leur leurs notre nos votre
        vos mon ma mes qui que quoi dont où quand lorsque pendant depuis après avant alors
        ainsi aussi puis ensuite enfin toutefois cependant pourtant néanmoins malgré même tout
        toute tous toutes plusieurs quelques certains certaines chaque autre autres plus moins
        très trop peu beaucoup rien personne aucun aucune ne n pas non oui bien mal ici là
        voici voilà est sont était étaient sera seront a ont avait avaient deux trois quatre
        cinq six sept huit neuf dix premier première dernier dernière nouveau nouvelle ancien
        ancienne grâce parmi lors afin tandis alors bref certes jamais toujours souvent parfois
        longtemps d'autres d'ailleurs aujourd'hui hier demain jusqu j m s t qu quelque quel
        quelle quels quelles interrogé interrogée etant étant ayant face outre environ près
        mieux encore déjà désormais""",
    nouns="""président présidente ministre premier première secrétaire chancelier chancelière maire
        gouverneur sénateur congrès sénat parlement chambre assemblée nationale département
        ministère affaires étrangères intérieur justice défense trésor comité commission
        conseil cour suprême haute parti gouvernement état états union ligue coupe club
        association université collège école institut rue route avenue place parc pont fleuve
        rivière lac mont mer océan nord sud est ouest central centrale national nationale
        fédéral fédérale international internationale royal royale général générale directeur
        directrice chef police armée marine air force agence autorité service services banque
        groupe compagnie société église cathédrale musée hôpital aéroport gare comté ville
        district province république démocratique libéral conservateur travailliste vert social
        loi traité jour semaine jeux monde guerre roi reine prince princesse duc duchesse saint
        sainte pape évêque internet web championnat championnats ouvert finale premier sécurité
        santé éducation commerce finances environnement énergie transports culture centre île
        îles plage vallée colline salle tour palais château rouge bleu bleue blanc blanche noir
        noire grand grande nouveau nouvelle pere mere frere soeur oncle tante sa son majeste
        croix classe prix academie litterature physique chimie medecine paix science sciences
        art arts musique film constitution revolution religion dieu patrimoine memorial
        festival ete hiver printemps automne oscars oscar""",
    says="""dit disent déclar* annonc* affirm* expliqu* ajout* préven* assur* indiqu* précis* confirm*
        raconte* soulign* estim* lanc* lâche* soupire* confie* résum* promis avert* rappel*
        admet* reconn* écrit* insist* selon""",
    introduces="""appelle appelé appelait qualifi* décri* salu* dénonc* fustig* accus* martel* rétorqu* répond* réagi
        réagit répliqué conclu conclut concluait poursuiv* renchéri* tranché tonné regrett* déplor* félicit* plaid*
        juge jugé jugeait observe observé remarque remarqué commente commenté commentait ironis* prévien* promet*
        promettait juré tempér* nuanc* répét* évoqu* souhait* espère espéré espérait demand* crié criait écrivait
        écrivent tweet* témoigne témoigné pense pensent pensait croit croient croyait critiqué recommande recommandé
        exhort* détaill* interpellé""",
    sources="selon|d'après|pour reprendre les mots de|aux yeux de",
    participle="ant",
    adverb="ment",
    pronouns={"il": "any", "elle": "any", "ils": "group", "elles": "group"},
    offices="""président présidente ministre porte-parole maire gouverneur directeur directrice chef cheffe dirigeant
        dirigeante juge procureur procureure avocat avocate auteur autrice écrivain écrivaine entraîneur capitaine roi
        reine pape évêque ambassadeur ambassadrice sénateur sénatrice député députée professeur professeure docteur
        expert experte commandant général secrétaire chancelier chancelière premier patron patronne responsable
        préfet préfète analyste témoin chercheur chercheuse habitant habitante fondateur fondatrice""",
    prepositions="de d du des à au aux en dans par pour sur sous avec chez vers entre et ou contre près comme que",
    auxiliaries="""a ont avait avaient est sont était s se l t encore aussi ensuite puis également déjà lui même
        notamment d'abord enfin toutefois ainsi aurait""",
    clauses="que qui dont où lorsque quand alors avant après parce si tandis puisque",
    denies="dément* démenti* nie nient nié niait niaient",
    refusals=r"\b(?:refus(?:é|e|ent|ait|aient|er)e?s?\s+(?:de\s+|d['’])(?:confirmer|commenter|dire|donner|répondre|préciser|"
    r"révéler|divulguer|s['’]exprimer|tout\s+commentaire))|\bn['’](?:a|ont|avait|avaient)\s+pas\s+(?:voulu|souhaité|pu|désiré)\s+"
    r"(?:\w+['’])?(?:les?\s+|la\s+)?(?:confirmer|commenter|dire|donner|répondre|préciser|révéler|divulguer|identifier|produire)"
    r"|\bs['’](?:est|était|sont)\s+refusée?s?\s+à",
    denials=r"\b(?:dément(?:i|it|ent|ie|ies)?|ni(?:e|ent|é|ait|aient)(?=\s))\b|\bn(?:e\s+|['’])(?:\w+['’])?\w+(?:\s+\w+)?"
    r"\s+(?:pas|jamais|plus|rien|aucune?)\b",
    negations=r"\b(?:ne\b|n['’])",
    renders=r"\b(?:n['’]|(?:ne|pas|non|ni|aucune?|jamais|rien|nulle?|sans)\b)",
    negatives="""n'* ne pas non ni nie* nia* nier aucun aucune jamais rien nul nuls nulle nulles personne
        sans guère peu hormis sauf excepté faute manqu* refus* rejet* contest* dément* réfut* récus*
        absen* impossib* incapab* insuffis* inutil* ignor* déclin* échou* empêch* évit* interdi* cess*
        arrêt* exclu* priv* seul* dernier* dernière* loin difficil* difficulté* malgré contraire* trop
        moins plutôt autre* dés* déf* mal* inchang* inconnu* incompl* inactif* invaincu* toujours encore
        fini* repouss* écart*""",
)
