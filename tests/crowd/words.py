"""What a crowd writes and is called: every text another one, from a few hundred words; the same for the same number."""

import random
from itertools import accumulate

#: Searched by the benchmarks: a word of about every third application, of one in four hundred, and of none.
MANY, FEW, NOWHERE = "herstelgesprek", "vredestichter", "zwavelzuur"
#: One in so many sends a text with FEW in it; the first of all does.
RARITY = 400

DUTCH = """
aandacht aanpak aanwezigheid afspraak afdeling agenda angst antwoord arbeid avond baan balie begeleiding begin behoefte
beleid bericht beroep besluit bestuur beveiliging bewaker bezoek bijeenkomst blik boosheid brief buurt carrière cijfer
collega college conciërge conflict contact cursus dag deelnemer deur dialoog docent doel draagvlak drempel durf eenheid
eerlijkheid eigenaar einde elkaar ervaring examen feest fiets fout gang gebouw gedrag gehoor geduld gemeente gesprek
geweld gezin gezicht gids groep grens hal handhaving hart helper herhaling herstel hoek huis hulp ideaal idee ingang
initiatief inzet jaar jaarplan jeugd jongere kans kantine keuken keuze klas klacht klimaat koffie kracht kring kwaliteit
lach land leerling leiding les leven lijn lokaal maaltijd maand macht medewerker melding mening mens mentor methode
middag misverstand moed moment motivatie muur nabijheid netwerk nood norm nieuws omgang onderwijs onderzoek onrust
ontmoeting oordeel oplossing ouder overgang overleg pad partner pauze pesten plan plein ploeg portier praktijk preventie
proef protocol punt raad rapport regel reis rel respect richting rol rondgang rooster ruimte rust ruzie samenwerking
schaamte schade scholing schok school signaal sfeer situatie spanning spel spreekuur stage stap steun stilte straat
student stuk taak taal team teken tempo thema toezicht toekomst toets training trots twijfel uitdaging uitleg uitval uur
vak vaste veiligheid verandering verantwoordelijkheid verbinding verdriet verhaal verlies verschil vertrouwen verzuim
voorbeeld vraag vrede vriend vrijwilliger waarde wacht wandeling warmte week welkom werk wijk wijkagent wil winst woede
woord zaal zekerheid zin zorg zorgcoach zomer aankomen afspreken begrijpen begeleiden bespreken delen doen doorvragen
durven ervaren geven groeien helpen horen houden inzetten kiezen kijken komen kunnen laten leiden leren lezen lopen
luisteren maken merken mogen moeten nemen oefenen ontdekken praten proberen samenwerken schrijven staan starten stoppen
stellen trekken uitleggen uitproberen veranderen verbinden vertellen vinden voelen volgen vragen waarderen werken willen
worden zeggen zien zoeken zorgen dagelijks duidelijk eerlijk eigen gezamenlijk kalm klein kort kwetsbaar lang lastig
nieuw open praktisch rustig samen snel sterk stevig stil trots vaak veilig vrij warm zacht zichtbaar zorgvuldig
de het een en van in op te dat die is ik wij niet met voor zijn er aan om ook als bij dan nog naar over uit door wat
""".split()
ENGLISH = """
ability absence action address adult advice afternoon agreement anger answer area arrival balance behaviour boundary
break bridge building calm campus care case chance change circle class coach colleague college comfort community
concern conflict corridor courage course curiosity day decision desk dialogue difference door doubt duty effort energy
entrance evening example exchange experience fact family fear feeling fight focus friend future gate goal group growth
guard guide habit hall harm help home hope host hour idea journey kindness knowledge language leader lesson listener
meal meeting member moment mood morning need network noise option outcome panel partner path patience pattern peace
people plan playground policy practice pressure programme promise question quiet reason relation repair report respect
response restorative role room routine rule safety school security shift sign silence skill space staff step story
street strength student support talk task teacher team tension term theme time training trust tutor value visit voice
week welcome word work worry year youth ask begin bring build carry choose decide explain feel find follow give grow
hear keep know learn leave listen look make meet notice offer open practise prepare reach read share show speak start
stay teach think try understand use visit wait walk write the a and of in to that is we not with for are it on also as
""".split()
#: The last words of either list are the little ones, of which any text has many.
LITTLE = 30

GIVEN = """
Marit Anouk Sanne Femke Lotte Fleur Noor Roos Saskia Jildou Wytske Joke Hanneke Bram Daan Joris Sjoerd Wouter Pieter
Jan-Willem Freek Teun Luuk Cor Yusuf Fatima Meryem Aylin Emre Zeynep Hüseyin Şule Naima Mohamed Ilias Soufiane Chaïma
Rachida Shanice Winston Jermaine Priya Anjali Rajesh Wei Mei-Lin Nguyễn Kasia Łukasz Agnieszka Zsófia João Inês Núria
José Zoë Björn Søren Åsa Aoife Siobhán Tomás Елена Олексій Αθηνά Γιώργος ليلى محمد 美玲 Émile Eloïse René Amélie
""".split()
FAMILY = """
van|Doorn de|Vries van|der|Berg van|den|Heuvel de|Jong Jansen Bakker Visser Smit Meijer Mulder Bos Vos Peters Hendriks
Dekker Brouwer de|Wit Dijkstra Hoekstra 't|Hart in|'t|Veld op|de|Beek ter|Braak Huizinga Wiersma van|'t|Hof Yılmaz
Kaya Öztürk Demir El|Amrani Benali Bouzid Haddad Aït|Ahmed Ramdin Jagesar Pinas Koorndijk Chen Wang Nguyen Kowalska
Nowak Wójcik Nagy Silva Gonçalves Puig O'Brien Ní|Dhomhnaill Sørensen Østergaard Шевченко Παπαδόπουλος العلوي 陈
Janssen-de|Boer Vermeulen-Smits D'Angelo Müller Groß
""".replace("|", "\u00a0").split()


class Writer:
    """The texts and the name of one person of the crowd, drawn from a seed of the own."""

    def __init__(self, number: int, language: str) -> None:
        self.dice = random.Random(f"crowd {number}")  # noqa: S311 -- a seeded crowd, not a secret
        self.number, self.words = number, DUTCH if language == "nl" else ENGLISH
        self.weights = WEIGHTS[language]
        self.special = [*([MANY] if number % 3 == 0 else []), *([FEW] if number % RARITY == 0 else [])]

    def text(self, least: int, most: int) -> str:
        """Sentences of six to twenty words, about as many words as asked for."""
        wanted = self.dice.randint(least, most)
        drawn = self.dice.choices(self.words, cum_weights=self.weights, k=wanted)
        while self.special:
            drawn[self.dice.randrange(wanted)] = self.special.pop()
        sentences = []
        while drawn:
            size = self.dice.randint(6, 20)
            sentences.append(" ".join(drawn[:size]).capitalize())
            drawn = drawn[size:]
        return ". ".join(sentences) + "."

    def line(self, longest: int = 300) -> str:
        """One sentence for a short field."""
        drawn = self.dice.choices(self.words, cum_weights=self.weights, k=self.dice.randint(4, 22))
        return " ".join(drawn).capitalize()[: longest - 1] + "."

    def name(self) -> str:
        """In one of the forms that names have."""
        given, family = self.dice.choice(GIVEN), self.dice.choice(FAMILY).replace("\u00a0", " ")
        form = self.number % 12
        if form == 0:
            return f"{given} {self.dice.choice(GIVEN)} {family}"
        if form == 1:
            return f"{given[0]}. {family}"
        return given if self.number % 97 == 5 else f"{given} {family}"

    def one_of(self, shares: "dict[str, int]") -> str:
        """A value drawn by its share."""
        return self.dice.choices(list(shares), weights=list(shares.values()))[0]


def _weights(words: list[str]) -> list[float]:
    """How often each word comes, added up: the little ones a third of the time, the others ever less."""
    plain = len(words) - LITTLE
    single = [1 / (place + 12) for place in range(plain)]
    little = sum(single) / 2 / LITTLE
    return list(accumulate([*single, *([little] * LITTLE)]))


WEIGHTS = {"nl": _weights(DUTCH), "en": _weights(ENGLISH)}
