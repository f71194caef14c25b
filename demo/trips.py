"""The nine trips of the demonstration, as data: one in every phase, and one cancelled. All of it is invented.

Days are counted from the day of loading. The Safeguarding trip has the shape of a real one: school visits, a training in
restorative justice, conversations with teachers and care coaches, and what is left of it a year later.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spec:
    """One trip. `departs`, `opens` and `closes` are days from today; `ends` is where its story stops early."""

    slug: str
    theme: str
    title: tuple[str, str]
    code: str
    city: tuple[str, str]
    country: tuple[str, str]
    zone: str
    question: tuple[str, str]
    departs: int
    opens: int
    closes: int
    lead: str
    applicants: int
    places: int = 16
    most: int = 3
    days: int = 4
    hosts: tuple[str, ...] = ()
    unvisited: tuple[str, ...] = ()
    cost: int = 21000
    ends: str = ""


NEED = (
    "Op verschillende scholen zien collega's signalen die ze niet meteen kunnen plaatsen. Ze willen eerder iets doen, samen en "
    "zonder dat het zwaar wordt. In het gastland werken scholen hier al langer aan, met de buurt erbij.",
    "At several schools colleagues notice signals they can't place at once. They want to act earlier, together, without making "
    "it heavy. Schools in the host country have worked on this for longer, with the neighbourhood involved.",
)
AUDIENCE = (
    "Je hoeft geen docent te zijn. Een conciërge ziet andere dingen dan een zorgcoach, en juist dat maakt deze reis goed. We "
    "zoeken mensen die iets willen leren en het thuis doorgeven. Engels op gespreksniveau is genoeg.",
    "You need not be a teacher. A caretaker sees other things than a care coach, and that is what makes this trip good. We are "
    "looking for people who want to learn something and pass it on at home. Conversational English will do.",
)
#: What hosts are good at.
GOOD_AT = (
    ("Korte lijnen met de buurt.", "Short lines with the neighbourhood."),
    ("Beveiligers die elke student bij naam kennen.", "Security officers who know every student by name."),
    ("Een gesprek na elk conflict, nog dezelfde dag.", "A conversation after every conflict, the same day."),
    ("Ouders en jongerenwerk aan één tafel met de school.", "Parents and youth work at one table with the school."),
)
COSTS = (
    "Reis en verblijf zijn betaald. Je school regelt vervanging.",
    "Travel and stay are paid for. Your school arranges cover.",
)
LONDON, UK = ("Londen", "London"), ("Verenigd Koninkrijk", "United Kingdom")
SAFE = (
    "Hoe houden scholen in Londen hun studenten veilig, en wat kunnen wij daarvan thuis gebruiken?",
    "How do schools in London keep their students safe, and what can we use at home?",
)
SCHOOLS_IN_LONDON = ("Hackney Road College", "St Anne’s Sixth Form", "Tower Hamlets Youth Network")

TRIPS = (
    Spec(
        "safeguarding-1", "safeguarding", ("Safeguarding", "Safeguarding"), "SAF", LONDON, UK, "Europe/London", SAFE,
        departs=-840, opens=-990, closes=-935, lead="lead", applicants=40, places=21, hosts=SCHOOLS_IN_LONDON, cost=27300,
    ),
    Spec(
        "herstel-belfast", "herstel", ("Herstelgericht werken", "Restorative practice"), "HER", ("Belfast", "Belfast"), UK,
        "Europe/London",
        ("Hoe praat je na een conflict zo dat iedereen verder kan?",
         "How do you talk after a conflict so that everybody can go on?"),
        departs=-358, opens=-498, closes=-448, lead="lead2", applicants=30, places=16,
        hosts=("Lagan Valley College", "Cregagh Youth Centre"), cost=18400,
    ),
    Spec(
        "wijk-birmingham", "wijk", ("De wijk als klas", "The neighbourhood as a classroom"), "WIJ", ("Birmingham", "Birmingham"), UK,
        "Europe/London",
        ("Wat doet een school samen met haar buurt voordat er iets misgaat?",
         "What does a school do with its neighbourhood before anything goes wrong?"),
        departs=-24, opens=-150, closes=-105, lead="lead2", applicants=24, places=14,
        hosts=("Digbeth Academy", "Soho Road Partnership"), cost=16800,
    ),
    Spec(
        "welkom-manchester", "welkom", ("Welkom op school", "Welcome to school"), "WEL", ("Manchester", "Manchester"), UK, "Europe/London",
        ("Hoe laat een school nieuwe studenten in honderd dagen merken dat ze erbij horen?",
         "How does a school let new students feel within a hundred days that they belong?"),
        departs=-1, opens=-130, closes=-85, lead="lead", applicants=26, places=15,
        hosts=("Irwell College", "Moss Side Learning Centre"), cost=17900,
    ),
    Spec(
        "werkplek-aarhus", "werkplek", ("Leren op de werkplek", "Learning at work"), "WER", ("Aarhus", "Aarhus"),
        ("Denemarken", "Denmark"), "Europe/Copenhagen",
        ("Wie let er op een student die leert waar ook gewerkt wordt?",
         "Who looks after a student who learns where others work?"),
        departs=33, opens=-100, closes=-62, lead="lead2", applicants=22, places=12, hosts=("Aarhus Grønne Skole",), cost=15600,
    ),
    Spec(
        "digitaal-tallinn", "digitaal", ("Digitale veiligheid", "Digital safety"), "DIG", ("Tallinn", "Tallinn"), ("Estland", "Estonia"),
        "Europe/Tallinn",
        ("Hoe praat een school over wat er op een telefoon gebeurt?", "How does a school talk about what happens on a phone?"),
        departs=75, opens=-45, closes=-6, lead="lead", applicants=26, places=12, hosts=("Kalamaja Kool",), cost=14900,
    ),
    Spec(
        "safeguarding-2", "safeguarding", ("Safeguarding", "Safeguarding"), "SAF", LONDON, UK, "Europe/London", SAFE,
        departs=110, opens=-12, closes=12, lead="lead", applicants=16, places=16, hosts=SCHOOLS_IN_LONDON,
        unvisited=("Poplar Harbour School",), cost=22400,
    ),
    Spec(
        "taal-antwerpen", "taal", ("Taal en thuis", "Language and home"), "TAL", ("Antwerpen", "Antwerp"), ("België", "Belgium"),
        "Europe/Brussels",
        ("Hoe praat een school met ouders die de taal nog leren?",
         "How does a school talk with parents who are still learning the language?"),
        departs=190, opens=40, closes=80, lead="lead", applicants=0, hosts=(), unvisited=("Scheldeschool",), ends="planning",
    ),
    Spec(
        "groen-dublin", "werkplek", ("Groen en gezond", "Green and healthy"), "GRO", ("Dublin", "Dublin"), ("Ierland", "Ireland"),
        "Europe/Dublin",
        ("Wat doet buiten leren met wie vastloopt?", "What does learning outdoors do for those who are stuck?"),
        departs=50, opens=-75, closes=-35, lead="lead2", applicants=9, places=10, hosts=("Liffey Gardens",), ends="cancelled",
    ),
)  # fmt: skip

#: Themes of the demonstration beside Safeguarding: titles, and one dimension of tags.
THEMES = {
    "herstel": ("Herstelgericht werken", "Restorative practice"),
    "wijk": ("School en wijk", "School and neighbourhood"),
    "welkom": ("Welkom en erbij horen", "Welcome and belonging"),
    "werkplek": ("Leren op de werkplek", "Learning at work"),
    "digitaal": ("Digitale veiligheid", "Digital safety"),
    "taal": ("Taal en ouders", "Language and parents"),
}
TAGS = (
    ("level", "Niveau", "Level", (("class", "in de klas", "in class"), ("team", "in het team", "in the team"),
                                  ("school", "in de school", "in the school"))),
    ("partner", "Partner", "Partner", (("parents", "ouders", "parents"), ("youth-work", "jongerenwerk", "youth work"),
                                       ("police", "wijkagent", "community police officer"))),
)  # fmt: skip

#: The programme of a day: kind, start and end, hours, titles; the second day of Safeguarding trains restorative justice.
DAYS = (
    (
        ("travel", 8, 12, 0, "Reis en aankomst", "Journey and arrival"),
        ("visit", 14, 17, 3, "Eerste kennismaking: hoe een school haar veiligheid regelt", "First visit: how a school organises safety"),
    ),
    (
        ("visit", 9, 12, 3, "Schoolbezoek in kleine groepen", "School visit in small groups"),
        ("visit", 13, 16, 3, "Gesprek met docenten en zorgcoaches", "Conversation with teachers and care coaches"),
        ("evening", 20, 21, 0, "Samen eten", "Dinner together"),
    ),
    (
        ("training", 9, 16, 6, "Training Restorative justice: het herstelgesprek", "Training Restorative justice: the conversation afterwards"),
    ),
    (
        ("visit", 9, 12, 3, "Wijknetwerk: politie, jongerenwerk en school aan één tafel", "Neighbourhood network: police, youth work and school at one table"),
        ("meeting", 13, 15, 2, "Vertaalslag: wat neem ik mee?", "Context translation: what do I take home?"),
        ("travel", 16, 20, 0, "Terugreis", "Journey home"),
    ),
)  # fmt: skip
