"""What the invented people of the demonstration write. All of it is made up for this purpose."""

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def pick(texts: Sequence[T], n: int, language: str) -> T:
    """The n-th Dutch text, around and around; the last of each list is the English one."""
    return texts[-1] if language == "en" else texts[n % (len(texts) - 1)]


FIRST = (
    "Samira Ruud Anneke Daan Fatima Joost Mei Erik Yara Bram Lotte Omar Petra Kees Nadia Inge Tom Hilde Sem Willem Roos "
    "Aylin Peter Lies Marit Joris Noor Youssef Eline Thijs Soraya Gijs Anouk Murat Femke Rachid Iris Stijn Leyla Wouter "
    "Marloes Idris Sanne Pieter Zeynep Koen Malika Jeroen Esmée Łukasz Hanna Bilal Merel Frank Oumaima Tessa Henk Jamila "
    "Rob Chantal Dylan Ilse Mehmet Annelies Giovanni Wendy Karim Saskia Luuk Naima"
).split()
LAST = (
    "el Idrissi|Smeets|Post|Wiersma|Bakkali|van Dam|Tan|Hofstra|Pinas|Keizer|Dijkman|Yildiz|Schouten|Blom|Fennema|Vos|"
    "Aalders|Kok|de Groot|Otten|Hendriks|Demir|Jansma|Verbruggen|van Doorn|Elzinga|Mulder|van den Berg|Kowalski|Şahin|"
    "Postma|Ravensberg|de Wit|Haverkamp|Özkan|Brinkman|Terpstra|Amrani|Lubbers|Veldhuis|van Rijn|Nijland|Bosman|Kaya|"
    "Peeters|Hoekstra|Lamers|Achterberg|Zwart|Boonstra"
).split("|")

#: Job roles with how often they apply.
ROLES = {
    "teacher": 9,
    "instructor": 4,
    "care_coach": 5,
    "policy_officer": 2,
    "manager": 3,
    "director": 1,
    "caretaker": 3,
    "security_officer": 2,
    "front_desk": 2,
    "volunteer": 1,
}

MOTIVATIONS = [
    "Bij ons op school gaat het snel: iets gebeurt in de gang, er komt een waarschuwing, en daarna zitten dezelfde twee "
    "studenten weer naast elkaar. Ik sta er vaak als eerste bij. Ik wil leren wat ik dán kan doen, zodat het niet bij een "
    "waarschuwing blijft.\n\nVorig jaar heb ik met een collega een middag over veilig optreden gemaakt. Daar kwamen elf "
    "mensen. Dat smaakte naar meer.",
    "Ik zie studenten binnenkomen vóór iedereen hen ziet. Aan de balie hoor je wie slecht geslapen heeft en wie bang is voor "
    "de pauze. Ik geef dat nu door op een briefje. Ik wil weten hoe een school zoiets goed regelt, en wat mijn plek daarin is.",
    "In onze teams praten we over veiligheid als er iets is gebeurd. Daarna zakt het weg. Ik zoek een manier om het gewoon te "
    "maken: tien minuten, elke week, zonder dat het zwaar wordt. In het buitenland doen scholen dat al jaren.",
    "Ik begeleid studenten die vastlopen. De zorg loopt, de les loopt, maar het loopt langs elkaar heen. Ik wil zien hoe een "
    "school met één persoon werkt die alles bij elkaar houdt, en of dat bij ons kan.",
    "Mijn lessen gaan goed, tot er ruzie is. Dan stuur ik iemand weg en hoor ik niets meer. Dat knaagt. Ik wil het gesprek "
    "daarna leren voeren, en mijn collega's ook.",
    "Wij hebben vijf protocollen en niemand die ze alle vijf kent. Ik schrijf beleid, en ik wil juist leren hoe je minder "
    "schrijft en meer doet. Ik neem mee wat werkt en ik laat weg wat bij ons niet past.",
    "Als conciërge ken ik iedereen bij naam. Toch vraagt niemand mij iets als er een plan komt. Ik wil laten zien wat mensen "
    "als ik kunnen bijdragen, en ik wil daarvoor leren hoe anderen dat doen.",
    "Ik geef leiding aan een team van achttien. Ze willen wel, maar ze hebben geen tijd en geen taal voor dit onderwerp. Ik "
    "wil met hen mee kunnen praten uit eigen ervaring en niet uit een map.",
    "Onze studenten wonen in een wijk waar veel gebeurt, en wij doen of de school bij de deur ophoudt. Ik wil leren hoe je "
    "met buurt, politie en jongerenwerk afspraken maakt als het rustig is.",
    "Vorig jaar ging er bij ons iets goed mis. We hebben het samen opgelost, maar we hebben er niets van geleerd. Ik wil een "
    "manier vinden om na zoiets bij elkaar te komen, ook met de student om wie het gaat.",
    "Ik help als vrijwilliger bij het inloopuur. Daar hoor ik dingen die nergens anders gezegd worden. Ik wil weten wat ik "
    "daarmee mag en moet, en hoe ik een student help zonder het over te nemen.",
    "I teach in English and half of my students have just arrived in the Netherlands. They need somebody who notices them in "
    "the first weeks. I want to see how other schools welcome people, and bring one thing home that we can start in September.",
]
PAST = [
    "De pauzeronde. Ik merkte dat er tussen half één en één altijd gedoe was bij de fietsenstalling. Nu lopen we daar met zijn "
    "tweeën, en praten we met ze in plaats van alleen te kijken.",
    "Een kaartje met drie vragen voor mentoren. Ik maakte het voor mezelf, nu gebruikt de halve afdeling het.",
    "Een maandstart met het team, een kwartier, met één casus die niemand herkent. We doen het nu anderhalf jaar.",
    "Ik vroeg de wijkagent op de koffie. Nu komt hij elke eerste dinsdag, ook als er niets is.",
    "Een lesbrief over groepsapps, samen met twee studenten gemaakt. Drie opleidingen gebruiken hem.",
    "I started a buddy list for new students. Twelve of them now have somebody to sit with in the first month.",
]
PLANS = [
    "Ik begin met mijn eigen team: één bijeenkomst, drie dingen die ik zag, en één ding dat we in de eerste maand proberen.",
    "Samen met een zorgcoach geef ik in het najaar drie middagen voor collega's van de balie en de beveiliging.",
    "Ik maak een korte beschrijving van wat ik leerde en leg die in het overleg van de teamleiders. Daarna vraag ik wie meedoet.",
    "Ik nodig de buurt uit: jongerenwerk, wijkagent en twee ouders. Eerst kennismaken, dan pas afspraken.",
    "First my own team, then the induction week. I will ask two students what they noticed.",
]
SCHOOL_USE = [
    "Ons team neemt het op in het jaarplan en maakt er in het najaar een middag voor vrij.",
    "De school zoekt een vaste vorm voor het gesprek na een incident. Wat ik leer wordt de eerste versie.",
    "Mijn leidinggevende wil het in de introductieweek van nieuwe medewerkers zetten, te beginnen met de balie.",
    "The school is rewriting its first hundred days for students; what I learn goes in there.",
]

#: A goal: what students notice, what I am able to do, how others see it, five levels from −2 to +2, an outcome.
GOALS = [
    (
        "Dat iemand doorvraagt, en dat er daarna ook echt iets gebeurt.",
        "Ik kan na een conflict een herstelgesprek leiden tussen twee studenten.",
        "Vóór de zomer doe ik dat drie keer, met een collega erbij.",
        (
            "Ik stuur door en ben er niet bij",
            "Ik doe mee, een collega leidt het gesprek",
            "Ik leid het gesprek zelf, drie keer vóór de zomer",
            "Ik doe het geregeld, zonder kaart en zonder hulp",
            "Ik leer collega's het gesprek, en zij doen het zelf",
        ),
        "Leidt na een conflict een herstelgesprek tussen twee studenten, zelfstandig en geregeld.",
    ),
    (
        "Dat ik iets merk voordat het misgaat.",
        "Ik kan eerste signalen van onveiligheid bespreken met mijn team.",
        "Elke maandag tien minuten signalen, ook als er niets is.",
        (
            "We praten alleen na een incident",
            "Ik breng het een enkele keer in",
            "Elke maandag tien minuten, ik leid het",
            "Collega's leiden het om de beurt",
            "Andere teams nemen het over",
        ),
        "Bespreekt elke week eerste signalen met het team, op een vaste plek in het overleg.",
    ),
    (
        "Dat wijkagent en school hetzelfde zeggen.",
        "Ik weet met wie in de wijk ik afspraken kan maken.",
        "Een lijst met namen, en één afspraak op papier.",
        (
            "Ik ken niemand in de wijk",
            "Ik ken namen maar sprak niemand",
            "Ik sprak er drie en er is één afspraak",
            "We zien elkaar elke maand",
            "De afspraken staan in het veiligheidsplan",
        ),
        "Kent de partners in de wijk en heeft met hen vaste afspraken.",
    ),
    (
        "Dat ze op de eerste dag bij naam worden begroet.",
        "Ik kan nieuwe studenten in de eerste weken laten merken dat ze erbij horen.",
        "Na honderd dagen kent elke student drie medewerkers bij naam.",
        (
            "Alleen de mentor doet iets",
            "Er ligt een plan, meer niet",
            "Mijn klassen hebben een welkomstprogramma",
            "De hele opleiding doet mee",
            "Het staat in het beleid van de school",
        ),
        "Laat nieuwe studenten in de eerste honderd dagen merken dat ze erbij horen.",
    ),
    (
        "Dat bij ons aan de deur iemand staat die hen kent.",
        "Ik kan rustig blijven en aanspreken zonder dat het groter wordt.",
        "Collega's zien dat ik eerst vraag en dan pas zeg wat de regel is.",
        (
            "Ik roep er meteen iemand bij",
            "Ik probeer het, het lukt soms",
            "Ik spreek aan en het blijft rustig",
            "Ik bespreek het na met de student",
            "Ik oefen het met nieuwe collega's",
        ),
        "Spreekt studenten aan zonder dat het groter wordt, en bespreekt het na.",
    ),
    (
        "Dat zij kunnen zeggen wat ze vinden zonder dat het ontploft.",
        "Ik kan in de les een moeilijk onderwerp bespreken zonder de rust te verliezen.",
        "Twee lessen per periode, met een collega achterin.",
        (
            "Ik ga het uit de weg",
            "Ik begin eraan en breek af",
            "Twee lessen per periode, het blijft een gesprek",
            "Studenten dragen zelf onderwerpen aan",
            "Het is een vaste les in de opleiding",
        ),
        "Bespreekt moeilijke onderwerpen in de les zonder de rust te verliezen.",
    ),
    (
        "Dat er één deur is waar ze aankloppen.",
        "Ik kan zorg, les en veiligheid om één tafel krijgen.",
        "Een overleg van een half uur, elke twee weken, met dezelfde vijf mensen.",
        (
            "Iedereen werkt langs elkaar",
            "We zaten één keer bij elkaar",
            "Elke twee weken, met een korte lijst",
            "De lijst wordt korter",
            "Ook de gemeente schuift aan",
        ),
        "Brengt zorg, les en veiligheid elke twee weken om één tafel.",
    ),
    (
        "That somebody asks how they are before asking where they were.",
        "I can open a conversation with a student who stays away.",
        "I keep a short note of each conversation and share what I learn with my team.",
        (
            "I leave it to the care team",
            "I send a message and wait",
            "I call within two days and we talk",
            "We make a plan together",
            "My colleagues do it the same way",
        ),
        "Opens the conversation with students who stay away, within two days.",
    ),
]

INSIGHTS = [
    "Stil zijn. De trainer wachtte gewoon, en toen kwam het gesprek vanzelf.",
    "De portier kent hier elke student bij naam, en dat is zijn taak, geen toeval.",
    "Er hangt in elke gang hetzelfde kaartje: bij wie je terecht kunt. Met een foto.",
    "Ze beginnen elke dag met vijf minuten. Niet over de les, over de mensen.",
    "De politie komt hier op de koffie als er níets is.",
    "Eén persoon houdt alle signalen bij. Niet vijf lijsten, één lijst.",
    "Ouders worden gebeld als het goed gaat.",
    "Een kring is alleen een kring als ook de directeur erin zit.",
    "De regels hangen er niet. Iedereen kent ze, want ze zijn samen gemaakt.",
    "They ask the student first what should happen next. We always ask the teacher.",
]
NEEDS = [
    "Morgen graag een half uur om met de anderen uit mijn groep te praten.",
    "Ik wil de trainer nog één vraag stellen over het gesprek met drie mensen.",
    "Graag iets eerder terug, mijn voet doet zeer.",
    "Kunnen we het bezoek aan de wijk met een kleinere groep doen?",
]
LEARNED = [
    "Dat het kleine werkt: een naam, een stoel, vijf minuten.",
    "Dat veiligheid daar van iedereen is, ook van de keuken.",
    "Dat wij al veel doen, maar het niet van elkaar weten.",
    "That asking is faster than explaining.",
]
WORDS = [
    "rode loper",
    "vertrouwen",
    "stil zijn",
    "samen",
    "lef",
    "eerder zien",
    "herstel",
    "aandacht",
    "vertrouwen",
    "moed",
]
WORDS_LATER = ["vertrouwen", "rode loper", "samen", "gewoon doen", "herstel", "eerder zien", "vertrouwen", "samen"]
TALKS = [
    "Wat een portier mij leerde",
    "Vijf minuten per dag",
    "Het gesprek daarna",
    "Eén tafel, één lijst",
    "Honderd dagen thuis",
    "De wijk op de koffie",
    "Asking first",
]
ACTIONS = [
    ("Herstelgesprek oefenen met het team", "training", ("teacher", "care_coach")),
    ("Kaart met gezichten in elke gang", "material", ("front_desk", "caretaker", "teacher")),
    ("Maandagstart met tien minuten signalen", "team_meeting", ("teacher", "instructor")),
    ("Koffie met wijkagent en jongerenwerk", "conversation", ("care_coach", "manager")),
    ("Middag voor balie en beveiliging", "training", ("front_desk", "security_officer")),
    ("Les over groepsapps en grenzen", "lesson", ("teacher",)),
    ("Eerste honderd dagen in de opleiding", "guideline", ("teacher", "policy_officer")),
    ("Ouders bellen als het goed gaat", "conversation", ("teacher",)),
]
EVIDENCE = [
    "Het staat op de agenda van elk teamoverleg, en de notulen laten zien dat het gebeurt.",
    "Elf collega's deden mee. Vier van hen voerden daarna zelf een gesprek.",
    "De kaart hangt in twee gebouwen. Studenten wijzen ernaar als je vraagt bij wie ze terechtkunnen.",
    "Het is vastgesteld in het veiligheidsplan van dit jaar.",
    "It is in the minutes of each team meeting.",
]
#: What people who went along tell whoever hesitates.
VOICES = (
    (
        "Ik dacht dat dit niets voor mij was. Nu bellen collega's mij.",
        "I thought this was not for me. Now colleagues call me.",
    ),
    (
        "Je kijkt een week mee, en daarna kijk je thuis anders.",
        "You look along for a week, and then you look differently at home.",
    ),
    (
        "Neem één vraag mee. Je komt terug met drie mensen die hem ook hebben.",
        "Take one question. You come back with three people who have it too.",
    ),
    (
        "We doen het nog, en niemand weet meer dat het uit Londen komt.",
        "We still do it, and nobody remembers that it came from London.",
    ),
)
STUDENTS = [
    "Ze vragen er nu zelf om, na een ruzie.",
    "Ze weten bij wie ze moeten zijn. Dat hoor ik aan de balie.",
    "Minder briefjes, meer gesprekken.",
    "They come and find me before anything happens.",
]
RECALLS = [
    "De stilte in de training. En dat de directeur in de kring zat. Het gesprek gebruik ik elke maand.",
    "De kaart met gezichten. Die hangt er nog. Van de rest weet ik nog vooral de mensen.",
    "Dat je eerst vraagt. Ik doe dat nu zonder erbij na te denken.",
    "That you ask first. I do it without thinking now.",
]
REASONS = [
    "Concreet en te zien voor een collega. De vraag van de school ontbreekt nog.",
    "Helder voorbeeld van wat deze persoon zelf in gang zette.",
    "Het doel is te halen, en iemand anders kan het zien.",
    "Goed verhaal, maar wat er daarna gebeurt blijft vaag.",
    "De leidinggevende noemt uren en een naam voor de vervanging.",
    "Wat collega's hieraan hebben staat er nog niet.",
]
