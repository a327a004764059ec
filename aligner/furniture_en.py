"""The furniture of English pages; see `aligner.furniture`."""

from __future__ import annotations

from aligner.furniture import NETWORKS, Furniture

__all__ = ["EN"]

EN = Furniture(
    months="january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec",
    weekdays="monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun",
    date_words="at on am pm a.m p.m hrs hours hour minutes minute mins min days day weeks week ago today yesterday "
    "st nd rd th edt est pdt pst cdt cst mdt mst bst gmt utc ist cet cest et pt hkt sgt aest local time first last "
    "published updated posted created modified edited date read reading and",
    date_labels=(
        r"(?:first |last |date |originally )?(?:published|posted|updated|modified|edited|created|uploaded)",
        r"(?:publication|update|release|posting) date|date|submitted|web posted|story (?:posted|updated)",
    ),
    controls="home log sign menu search login log-in sign-in sign-up signup register subscribe subscription newsletter "
    "newsletters share shares shared tweet tweets retweet retweets like likes follow followers email e-mail mail "
    "print pin comment comments reply replies facebook twitter pinterest linkedin whatsapp reddit instagram "
    "telegram messenger tumblr youtube flipboard digg stumbleupon delicious google+ rss feedback bookmark save "
    "download play pause mute unmute video videos audio gallery slideshow photos close open copy copied link url "
    "next previous prev more less top back loading advertisement advertisements ad sponsored view views skip "
    "continue contact about terms privacy policy cookies help faq faqs sitemap careers advertise",
    glue="this the a to on in by via with of for us our your and or now here all page article story post from it "
    "friend friends main content main top bar up out x me my see site",
    lines=(
        r"(?:advert(?:isement|ising)?|sponsored|promoted|paid)(?:s| content| post| links?| by .{1,40})?"
        r"(?: ?[-|:.]? ?(?:continue reading|story continues|article continues|scroll).{0,30})?",
        r"(?:story|article|post|content) continues.{0,40}|continue reading.{0,60}",
        r"(?:skip|jump) (?:to|past|ad|advert).{0,30}",
        r"(?:read|see|view|show|load|learn|find out|discover) (?:more|the original|less|all|on|next|full|the full"
        r"|original)\b.{0,40}",
        r"(?:more|most|top|latest|trending|breaking)(?: on this(?: story)?| now| news| stories)?",
        r"share (?:this|on|via|with|page|article|tools|options|your (?:story|experiences?|thoughts|views) (?:by"
        r"|with|below))\b.{0,60}|about sharing",
        r"(?:email|e-mail|print|bookmark|save|rate|gift|like) this\b.{0,30}|(?:copy|get) (?:the )?link",
        r"(?:(?:est(?:imated|\.)?|average) )?(?:reading|read) time.{0,20}|(?:a )?\d+[ -]?min(?:ute)?s?[ -]read",
        r"(?:listen to|hear|watch|play) (?:this |the )?(?:article|story|audio|video|clip)\b.{0,40}",
        r"(?:leave|post|add|write|submit|view|show|read|see|hide|join) (?:a |an |your |the |all )?(?:\d+ )?"
        r"(?:comments?|reply|replies|conversation|discussion)\b.{0,40}",
        r"(?:no |\d+ )?(?:comments?|replies|responses|reactions|shares|likes|views|retweets)"
        r"(?: ?\(?\d*\)?)?(?: (?:off|closed|are closed|so far|yet|below))?|\d+ (?:comments?|responses) (?:on"
        r"|to) .{1,150}",
        r"comments? (?:on this .{1,20}|are (?:now )?closed.{0,40}|policy|guidelines)",
        r"(?:you must be )?(?:log|sign|logged) ?(?:in|up|out)(?: (?:to|with|or|now|here)\b.{0,50})?|(?:create"
        r"|open) (?:an |your )?account.{0,30}",
        r"(?:accept|reject|manage|allow|decline)(?: all)?(?: cookies| preferences| settings)?|cookie settings",
        r"reblog\b.{0,60}|loading\W*|please wait\W*|(?:enlarge|expand|hide|show|toggle) (?:this )?(?:image"
        r"|caption|photo)s?",
        r"(?:just|now|must)[ -](?:watched|playing|watch|read)|replay(?: more videos)?.{0,20}|up next|autoplay",
        r"(?:terms (?:of|and) .{1,30}|privacy (?:policy|notice|statement).{0,40}|cookie policy|accessibility.{0,20})",
        r"(?:story|article) (?:highlights|tools|options)|report (?:a|an) (?:correction|typo|error)\b.{0,30}"
        r"|\d+ (?:of|/) \d+|full (?:article|story|coverage)|(?:text|font) size.{0,20}|larger|smaller"
        r"|change text size.{0,20}|save (?:article|story|for later).{0,20}",
        r"(?:source|via|h/t|hat tip|credit|courtesy)(?: ?: ?| of )\S+(?: \S+){0,5} ?",
    ),
    labels=(
        r"(?:read|see|watch|listen|hear|more|related|recommended|also|further|now|don't miss|up next|must[- ]read)"
        r"(?: (?:more|also|next|reading|see|read|on this|about this|stories?|articles?|coverage|now|here"
        r"|too)){0,2} ?[:|»>-]",
        r"(?:read|see) (?:more|also)\b(?! (?:than|like|than a|of|and|carefully)\b)",
        r"(?:tags?|topics?|filed under|posted in|categor(?:y|ies)|keywords?|related topics|labels|sections?) ?:"
        r"|(?:posted|filed) (?:in|under) [A-Za-z&]+(?:,? [A-Za-z&]+){0,3},? ?$",
    ),
    openers=(
        r"(?:click|tap) (?:here|to|through|below|(?:on )?(?:the|this) (?:link|image|photo|photograph|icon|button"
        r"|headline|picture|video|map|graphic|play))\b",
        r"(?:sign up|subscribe|register|log in|sign in|join us|enter your e-?mail)(?: now| here| today| free)? "
        r"(?=.*\b(?:newsletters?|inbox|e-?mails?|alerts?|updates?|account|free|access|subscriber|digest|channel"
        r"|feed|daily"
        r"|weekly|app|podcasts?|read|reading|morning|briefing|now|today)\b)",
        r"(?:get|receive|have) (?:the|our|all|more|your|breaking)?.{0,60}\b(?:in|to) your (?:inbox|e-?mail|phone)\b",
        r"(?:please )?(?:follow|like|find|join|connect with|add) (?:us|@\w+|our|[\w. '-]{2,40}) (?:on|at) "
        + NETWORKS
        + r"\b",
        r"follow (?:us|@\w+)|download (?:the|our) .{0,30}app\b|get (?:the|our) .{0,20}app\b",
        r"(?:support|donate to|become a|make a (?:donation|contribution)).{0,60}"
        r"\b(?:member|subscriber|supporter|donation|contribution|independent journalism|our journalism|today"
        r"|now)\b[.!]?$",
        r"(?:all )?(?:content|material|text) (?:is |are )?(?:copyright|©|\(c\))",
        r"(?:the views|opinions) expressed (?:in this|by|here)",
    ),
    notices=(
        r"\ball rights reserved\b|^copyright\s*(?:\(c\)|©|\d{4}|by\b|:)|^\(c\)\s*\d{4}|^© ?\d{4}",
        r"\bthis (?:story|article|post|page|content|video) is (?:over|more than|at least|about"
        r"|now) .{1,20} (?:old|ago)\b",
        r"(?:^|[.!?)] )(?:you can |please )?follow (?:(?:her|him|me|them|us) (?:on|at)|@\w+)",
        r"\bthis (?:material|article|story|content) may not be (?:published|reproduced|copied|republished)",
        r"\bsee the (?:source|original|full) (?:article|story|post|text)\b|^from \S+; see\b",
        r"^\W*(?:an? (?:\w+ )?version of )?(?:this|the) (?:article|story|post|piece|column|report|essay) (?:has "
        r"|had |was |is )?(?:been )?(?:(?:originally|first|also) )+(?:appeared|published|ran)\b",
        r"\bappeared first on\b|^this (?:article|story) (?:is|was) (?:re)?(?:published|posted) ",
        r"\b(?:we|this (?:web)?site|our (?:web)?site|you).{0,60}\buses? (?:of )?cookies\b|\buse of cookies\b",
        r"\b(?:enable|requires?|turn on|disabled?) (?:your )?(?:javascript|cookies|ad ?block\w*)\b"
        r"|\byour browser (?:does|is|isn't|may|must|to|version|settings)\b",
        r"\byour e-?mail address will not be published\b|\brequired fields are marked\b|\buses akismet\b"
        r"|\bprotected by recaptcha\b",
        r"\bby (?:signing|subscribing|registering|clicking|submitting|continuing|entering).{0,60}\byou (?:agree"
        r"|accept|consent)",
        r"\b(?:to continue reading|to read the (?:full|rest)|subscribers? only|already a subscriber"
        r"|already (?:have an? (?:subscription|account)|a member\?)"
        r"|free articles? (?:left|remaining|this month)|unlimited digital access)(?!\w)",
        r"\bnot responsible for the content of external\b|\bunsubscribe (?:at any time|from)\b|\bterms of (?:use"
        r"|service) and privacy\b",
        r"\bcomments? (?:are|will be|have been) (?:closed|moderated|disabled)\b|\bmay earn (?:a"
        r"|an affiliate) commission\b",
        r"^an error (?:has )?occurred|^(?:sorry|oops)[,!].{0,60}(?:unavailable|supported|wrong|found)"
        r"|^this video (?:is (?:no longer|un|not (?:available|supported))|has been|can(?:no|')t)",
    ),
    link_headings=(
        r"(?:related|recommended|similar|popular|featured|trending|latest|recent|top|other|more)(?: \w+)? "
        r"(?:articles?|stories|story|posts?|links?|news|content|coverage|topics?|reading|videos?|headlines|reports?)",
        r"related|recommended(?: for you)?|(?:the )?most (?:popular|read|viewed|shared|commented|watched"
        r"|e-?mailed|recent)"
        r"(?: \w+){0,3}|trending(?: now)?|(?:more|also|elsewhere) (?:from|on|in|at) [\w'&.-]+(?: [\w'&.-]+){0,3} ?",
        r"you (?:may|might|could) (?:also )?(?:like|be interested in|enjoy).{0,20}|(?:don't miss|read (?:next"
        r"|also)|see also"
        r"|what to read next|further reading|editors?'? (?:picks?|choice)|around the web|from the web"
        r"|in case you missed it)",
    ),
    credits=(
        r"(?:file |stock |archive |ap |reuters |afp |handout |cover |main |lead |feature )?"
        r"(?:photos?|images?|pictures?|pics?|photographs?|illustration|graphic|screen ?(?:shot|grab))(?: credits?"
        r"| courtesy)?"
        r" ?(?::|\bby\b|\bvia\b|\bfrom\b|\bcourtesy\b|/|©|\|)",
        r"(?:image|media|video|photo|picture) (?:caption|source|credit|copyright|courtesy|shows)\b",
        r"(?:credit|caption|courtesy|pictured(?: (?:above|here|left|right))?) ?:|file ?- |\(?file photo\b",
        r"(?:pictured|seen) (?:here|above|left|right)\b",
    ),
    camera=(
        r"\bin this (?:\S+ ){0,5}(?:photo|image|picture|photograph|frame grab|screen grab)\b|\bfile (?:photo"
        r"|picture|pic)\b",
        r"\((?:(?-i:[LRC])|left|right|centre|center|from left|pictured|above|file)\)|\bfrom left(?: to right)?\b"
        r"|\bpictured (?:in|on|at|here)\b",
    ),
    depicting="holds hold stands stand walks walk poses pose speaks speak gestures gesture waves wave looks look "
    "watches watch attends attend arrives arrive gathers gather sits sit shakes shake displays display reacts "
    "react smiles smile celebrates celebrate carries carry listens listen addresses inspects inspect chants chant "
    "embraces embrace shows show wears wear rides ride prays pray lights light seen pictured shown photographed",
    bylines=(
        r"(?:story |text |words |written |reported |report |posted |published |edited |compiled |interview )?by"
        r"|author ?:?",
    ),
    signoffs=(
        r"\bcontribut(?:ed|ing)(?: additional)?(?: to this (?:report|story|article|post|piece)| reporting)\b",
        r"^additional reporting\b|^\(?(?:reporting|editing|writing|compiled|translated|edited)(?: and \w+)? by\b",
        r"\bcontributed from (?-i:[A-Z])[\w ,.]{2,30}$|^from our [\w ]{0,30}correspondents?\b",
        r"^with (?:(?:files|inputs|reporting) from|agency inputs|agencies)\b",
    ),
    contacts=(
        r"\b(?:e-?mail|contact|write|reach|call|text|message|phone|whatsapp|tweet|send|tell|follow)(?: \w+){0,3}? "
        r"(?:us|me|our \w+(?: \w+){0,2} ?|the (?:author|reporter|writer|editor|newsroom|newsdesk|news ?desk|desk))\b",
        r"^(?:e-?mail|contact|tel|phone|fax|mobile|reach|write to|call)\b|\bcan be reached\b|\bget in touch\b"
        r"|\b(?:story|news) tips?\b|\bletters? to the editor\b",
    ),
    tips=(
        r"\b(?:have|got) (?:you )?(?:an?|any|more) (?:news |story )?(?:tips?|story|stories|news|information"
        r"|confidential tip)\b"
        r".{0,60}\b(?:share|tell us|let us know|us|email|e-mail|contact|get in touch|send)\b",
        r"\b(?:contact|e-?mail|get in touch with|write to) (?:us|our (?:newsroom|newsdesk|editors|team"
        r"|reporters))\b.{0,40}$",
        r"\bplease include a (?:contact|telephone|phone) number\b|^send (?:us )?(?:your|a) (?:tips?|news|photos"
        r"|stories|comments)\b",
    ),
    dangling="and or but nor the a an of to in on at by with for from that which who as if than into "
    "said is was are were",
    pronouns="he she it they we i you there this that these those who",
)
