"""The furniture of French pages; see `aligner.furniture`."""

from __future__ import annotations

from aligner.furniture import NETWORKS, Furniture

__all__ = ["FR"]

FR = Furniture(
    months="janvier février mars avril mai juin juillet août septembre octobre novembre décembre fevrier aout decembre "
    "janv févr fév avr juil sept oct nov déc",
    weekdays="lundi mardi mercredi jeudi vendredi samedi dimanche lun mar mer jeu ven sam dim",
    date_words="à le la du au a h min heure heures mn minute minutes jour jours il y ya hier aujourd'hui er et "
    "publié publiée mis mise créé modifié modifiée actualisé jour mise mises màj maj dernière lecture de temps "
    "par gmt "
    "hae hne cest heure locale paris",
    date_labels=(
        r"(?:article |info |première |dernière )?(?:publi(?:é|ée|cation)|post(?:é|ée)|mis(?:e)? (?:à jour"
        r"|en ligne)|modifi(?:é|ée)"
        r"|modification|actualis(?:é|ée)|créé|màj|maj|diffusé|paru|rédigé|ajouté|enregistré)",
        r"date(?: de (?:publication|mise à jour|parution))?",
    ),
    controls="accueil menu rechercher recherche connexion connecter déconnexion identifier inscription inscrire "
    "abonner abonnez abonnement abonnements newsletter newsletters partager partagez partages partage tweeter envoyer "
    "imprimer "
    "commenter commentaire commentaires réagir réactions facebook twitter favoris sauvegarder enregistrer copier "
    "lien "
    "suivre suivez fermer ouvrir suivant précédent lire écouter regarder vidéo vidéos diaporama photos publicité "
    "publicités contact mentions légales confidentialité plan site cgu cgv aide navigation rubriques signaler "
    "ajouter offrir classer alerter courriel mail",
    glue="se s' nous vous vos votre le la les l' un une de du d' des à au aux sur par via et ou en cet ce cette "
    "article page ami plus moi mon mes ici haut bas retour contenu principal aller",
    lines=(
        r"(?:publicité|annonces?|pub|sponsorisé|contenu (?:sponsorisé|partenaire|de marque)"
        r"|partenariat)(?: ?[-:.] ?.{0,40})?",
        r"(?:la )?suite (?:de l'article |de votre article )?(?:ci-dessous|après (?:la|cette) (?:publicité|pub"
        r"|vidéo))\b.{0,30}",
        r"(?:l'article|la lecture|votre lecture|la suite) (?:continue|se poursuit)\b.{0,40}",
        r"(?:lire|voir|afficher|charger|en savoir|découvrir) (?:la suite|plus|moins|tout|tous|l'article|davantage"
        r"|les? \d*)\b.{0,40}",
        r"aller (?:au|à la|directement)\b.{0,30}|retour (?:à|en|au|vers)\b.{0,30}|haut de page"
        r"|fermer(?: la .{1,15})?",
        r"(?:partage[rz]?|envoye[rz]|imprime[rz]|sauvegarde[rz]|offri[rz]|enregistre[rz])"
        r"(?: (?:sur|par|via|à|cet|cette|l'article|l'info|l'information|cette page|avec|votre)\b.{0,50})?",
        r"(?:temps|durée) de lecture.{0,25}|lecture ?:? ?\d+ ?min\w*\.?|(?:écouter|ecouter) (?:cet |l'"
        r"|le )\w+.{0,30}",
        r"ajoute[rz] (?:à|aux|un commentaire).{0,30}|(?:lire|voir|afficher|masquer|laisser|poster"
        r"|écrire) (?:\w+ ){0,2}commentaires?\b.{0,30}",
        r"(?:aucun |pas de |\d+ |vos |les )?(?:commentaires?|réactions?|partages"
        r"|avis)(?: ?\(?\d*\)?)?(?: (?:fermés|sur cet article))?",
        r"(?:réagi(?:r|ssez)|commente[rz]|donnez votre avis)(?: (?:à|sur|cet|l'|en)\b.{0,30})?"
        r"|soyez le premier à .{1,30}",
        r"(?:se connecter|connectez-vous|s'identifier|identifiez-vous|s'inscrire|déjà (?:abonné|inscrit|membre)e?"
        r"|mon compte)\b.{0,40}",
        r"(?:s'abonner|abonnez-vous|je m'abonne|abonnement|voir les offres|découvrir (?:nos|les) offres)\b.{0,60}",
        r"(?:tout )?(?:accepter|refuser|continuer sans accepter|paramétrer|gérer)(?: .{0,25})?|(?:gestion"
        r"|paramètres) des cookies",
        r"signaler (?:un|une|ce|cette) \w+|mentions légales.{0,40}|politique de (?:confidentialité"
        r"|cookies).{0,20}|conditions (?:générales|d'utilisation).{0,30}",
        r"(?:(?:article |contenu )?réservé (?:à nos |aux )abonnés|édition abonnés|abonnés?|en accès libre"
        r"|article (?:payant|gratuit))\W*",
        r"agrandir(?: (?:l'image|la photo|le texte))?|chargement\W*|(?:taille du )?texte|article (?:suivant"
        r"|précédent).{0,80}",
        r"source ?: ?\S+(?: \S+){0,5} ?|(?:\d+ (?:sur|/) \d+|plein écran|lecture automatique)",
    ),
    labels=(
        r"(?:à |a )?(?:lire|voir|relire|écouter|ecouter|regarder|découvrir|revoir|consulter) (?:aussi|également"
        r"|encore|ensuite"
        r"|sur le même sujet|notre (?:dossier|article|enquête|reportage|entretien|analyse|diaporama|direct"
        r"|décryptage))\b",
        r"(?:à |a )(?:lire|voir|écouter|relire|regarder|consulter|retenir|suivre)(?: sur \S+)? ?[:|»>-]",
        r"(?:lire|voir|relire|article|vidéo|videos?|dossier|notre dossier|en images|en direct|diaporama|podcast"
        r"|écoutez|regardez) ?[:|»>]|(?-i:VIDÉOS?|PHOTOS|CARTE|INFOGRAPHIE|EN IMAGES|DIAPORAMA)\. ",
        r"(?:tags?|mots[- ]clés?|thèmes?|thématiques?|rubriques?|catégories?|classé dans|étiquettes|sujets?) ?:",
        r"pour (?:aller plus loin|en savoir plus|approfondir)\b|(?:retrouvez|consultez|découvrez) (?:tous|toutes"
        r"|tout|nos|notre|aussi|ici"
        r"|également|l'intégralité|la suite|l'ensemble)\b",
    ),
    openers=(
        r"(?:cliquez|appuyez|tapez) (?:ici|sur|pour|là)\b",
        r"(?:abonnez-vous|inscrivez-vous|connectez-vous|identifiez-vous|recevez|s'abonner|s'inscrire|créez)\b",
        r"(?:suivez|rejoignez|retrouvez)(?:-nous|-moi|(?: \S+){1,6})? (?:sur|dans) (?:notre |nos |les? )?"
        r"(?:" + NETWORKS + r"|réseaux|fil|chaîne|page)\b|(?:suivez|rejoignez)-nous\b",
        r"téléchargez (?:l'|notre |gratuitement )|(?:soutenez|faites un don|je fais un don|aidez)(?:-nous| \S+){0,3}",
    ),
    notices=(
        r"\btous droits (?:de reproduction |d'adaptation )?.{0,40}réservés\b"
        r"|\breproduction (?:et diffusion )?(?:totale ou partielle )?interdite\b",
        r"\b(?:cet|l') ?(?:article|contenu|accès).{0,40} (?:est )?réservée? (?:à nos |aux )(?:abonnés|membres"
        r"|inscrits)\b",
        r"\bil (?:vous )?reste \d+ ?% de (?:cet article|ce contenu)|\bla suite est réservée\b"
        r"|\bpour lire la suite\b|\b(?:pas encore|déjà) abonnée? ?\?",
        r"^\W*(?:cet|ce|l') ?(?:article|texte|billet|contenu) (?:a été|est) (?:initialement |d'abord |également "
        r"|aussi )?(?:publié|paru|diffusé|repris)\b"
        r"|^(?:article|texte) (?:initialement |d'abord |également )?(?:publié|paru) (?:sur|dans|le)\b",
        r"\b(?:cet article|cette histoire|ce contenu) (?:a été publié il y a|date de|a plus de)\b",
        r"\b(?:nous|notre|nos|ce site|acceptez|en poursuivant)\b.{0,80}\bcookies\b|\bdépôt (?:de|des) cookies\b"
        r"|\bvotre navigateur (?:ne|n'|est|doit)|\bactive[rz] (?:le )?javascript\b",
        r"\b(?:votre|ton) (?:adresse )?(?:e-?mail|courriel|adresse de messagerie) ne sera (?:pas|jamais)\b"
        r"|\bchamps obligatoires\b",
        r"\ben (?:cliquant|poursuivant|continuant|vous inscrivant).{0,80}\bvous (?:accept|consent|reconnai)\w+",
        r"\b(?:dans|à) (?:\S+ )?(?:notre|nos|la|votre) (?:newsletters?|lettre d'information|infolettre)\b"
        r"|\bpage générée\b|\bvoir l'article (?:source|original)\b",
        r"^(?:cette|la) vidéo (?:n'est|est|ne peut)|^une erreur (?:est|s'est)\b"
        r"|^(?:les )?commentaires (?:sont )?(?:fermés|modérés|désactivés)",
    ),
    link_headings=(
        r"(?:(?:à |a )?(?:lire|voir) (?:aussi|également|ensuite)|sur le même (?:sujet|thème)|dans (?:la même"
        r"|cette|notre) (?:rubrique|catégorie)|dans l'actualité"
        r"|(?:nos )?autres (?:articles?|actualités)|articles? (?:similaires?|liés|associés|connexes|recommandés?"
        r"|récents?|les plus \w+))",
        r"(?:les )?(?:articles? )?(?:les )?plus (?:lus?|populaires?|partagés|commentés|vus|récents)(?: .{0,20})?"
        r"|(?:nos )?dernières? (?:actualités?|infos?|nouvelles|minutes?)",
        r"(?:vous (?:aimerez|pourriez aimer|devriez aimer)|à ne pas manquer|à la une|le choix de la rédaction"
        r"|recommandé pour vous|à découvrir|pour aller plus loin"
        r"|ailleurs sur le web|nos dossiers|voir aussi|tags associés|sujets? (?:associés?|liés?)"
        r"|contenus? (?:sponsorisés?|liés)).{0,30}",
    ),
    credits=(
        r"(?:crédits?|credits?|légende|copyright)(?: ?(?:photos?|images?|vidéos?))? ?(?::|©)|(?:crédits?"
        r"|credits?)[ -](?:photos?|images?)\b",
        r"(?:photos?|images?|illustrations?|dessin|infographie|visuel|capture d'écran)(?: d'(?:archives?"
        r"|illustration))? ?(?::|©|/|\||\bpar\b)",
        r"(?:photos?|images?) (?:d'archives?|d'illustration|prise par)\b|\(?(?:photo|image) (?:d')?(?:archives?"
        r"|illustration)\)?",
    ),
    camera=(
        r"\b(?:sur|dans) cette (?:photo|image|photographie|capture)|\b(?:photo|image) d'(?:archives?|illustration)\b",
        r"\((?:(?-i:[GDC])|à gauche|à droite|au centre|à g\.|à d\.|archives?|illustration|de g(?:auche"
        r"|\.) à d(?:roite|\.))\)",
    ),
    depicting="tient tiennent brandit brandissent pose posent marche marchent assiste assistent arrive arrivent "
    "regarde regardent salue saluent manifeste manifestent défile défilent serre serrent s'exprime s'adresse pleure "
    "célèbre fête fêtent porte portent traverse traversent patrouille patrouillent prie prient attend attendent",
    bylines=(
        r"(?:publié |écrit |rédigé |posté |propos recueillis |recueilli |texte |article |reportage |récit )?par"
        r"|auteure?s? ?:?|de notre",
    ),
    signoffs=(
        r"^propos recueillis\b|^\(?avec (?:les )?(?:agences?|notre correspondant\w*)\b|^(?:traduit|adapté) (?:de"
        r"|par)\b|^la rédaction\b.{0,30}$",
        r"\bont? (?:contribué|participé) à (?:cet article|ce reportage)\b|^(?:notre |de notre )(?:correspondante?"
        r"|envoyée?) (?:spéciale? )?(?:à|en|au)\b.{0,25}$",
        r"^[A-ZÉÈ][\w.'-]+(?: [A-ZÉÈ][\w.'-]+){0,3} ?\(.{0,30}(?:correspond|envoyé|avec |service|rédaction).{0,30}\)$",
    ),
    contacts=(
        r"\b(?:écrivez|ecrivez|contactez|appelez|joignez|rejoignez|envoyez|signalez|adressez)(?:-nous|-moi"
        r"| (?:\S+ ){0,3}(?:rédaction|journaliste|auteur\w*))\b",
        r"^(?:contact|courriel|e-?mail|mail|tél|tel|téléphone|fax|portable|écrire à|joindre)\b"
        r"|\b(?:pour )?(?:joindre|contacter|écrire à) (?:l'auteur\w*|la rédaction|notre|le journaliste"
        r"|la journaliste)\b",
        r"\b(?:nous|me) (?:joindre|écrire|contacter|envoyer)\b|\bcourrier des lecteurs\b",
    ),
    tips=(
        r"\b(?:vous (?:avez|possédez|êtes)|avez-vous|êtes-vous|une) .{0,70}\b(?:nous (?:communiquer|signaler"
        r"|transmettre|soumettre)|écrivez-nous|contactez-nous|témoignez|faites-nous)\b",
        r"\b(?:contactez|écrivez à|joignez|appelez) (?:la|notre) rédaction\b|^(?:contactez|écrivez|appelez)-nous\b",
    ),
    dangling="et ou mais ni le la les un une des du de d' l' à au aux en par pour avec sur que qu' qui dans dont où si "
    "est a",
    pronouns="il elle ils elles on nous vous je j' tu ce c' cela ça celui celle ceux",
)
