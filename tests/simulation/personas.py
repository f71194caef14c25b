"""Who lives in the simulated alliance. `does` names the sorts of verbs that somebody tries (verbs.py)."""

from dataclasses import dataclass

#: Schools by key: name and mail domain. Elsewhere is no school.
SCHOOLS = {
    "duinrand": ("roc Duinrand", "duinrand.example"),
    "groenlinde": ("aoc Groenlinde", "groenlinde.example"),
    "maasbrink": ("roc Maasbrink", "maasbrink.example"),
    "veenhorst": ("roc Veenhorst", "veenhorst.example"),
}
ELSEWHERE = "thuis.example"


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody. Without an account (`does` is manager) they act by the links in their mail."""

    key: str
    name: str
    does: str
    school: str = ""
    role: str = "teacher"
    #: Mail at the school, which proves that they work there; else at home.
    proven: bool = True

    @property
    def email(self) -> str:
        return f"{self.key}@{SCHOOLS[self.school][1] if self.school and self.proven else ELSEWHERE}"

    @property
    def first(self) -> str:
        return self.name.split()[0]


PERSONAS = {
    one.key: one
    for one in (
        Persona("hanneke", "Hanneke Boer", "lead", "maasbrink", "manager"),
        Persona("olaf", "Olaf de Groot", "lead", "groenlinde", "director"),
        Persona("carla", "Carla Visser", "companion", "veenhorst"),
        Persona("rik", "Rik van Dam", "reviewer", "duinrand"),
        Persona("rosa", "Rosa Yılmaz", "reviewer", "groenlinde"),
        Persona("roos", "Roos Bakker", "reviewer", "maasbrink"),
        Persona("ruud", "Ruud Jansen", "reviewer", "veenhorst", proven=False),
        Persona("coen", "Coen Postma", "coordinator", "duinrand", "manager"),
        Persona("corrie", "Corrie Smit", "coordinator", "groenlinde", "manager"),
        Persona("petra", "Petra Mulder", "partner", "duinrand", "director"),
        Persona("ada", "Ada Admiraal", "administrator", "maasbrink", "other"),
        Persona("adam", "Adam Beheer", "administrator", "veenhorst", "other"),
        Persona("anna", "Anna de Wit", "applicant", "duinrand"),
        Persona("bram", "Bram Hoekstra", "applicant", "groenlinde"),
        Persona("kees", "Kees Conciërge", "applicant", "duinrand", "caretaker", proven=False),
        Persona("elodie", "Élodie Dubois", "applicant", "maasbrink"),
        Persona("wei", "陈伟", "applicant", "veenhorst", "front_desk"),
        Persona("siobhan", "Siobhán O’Brien", "applicant", "groenlinde"),
        Persona("zoe", "Zoë Åkerström", "applicant", "maasbrink"),
        Persona("piet", "Piet Jan van den Heuvel-Ødegård", "applicant", "veenhorst", "front_desk"),
        Persona("fatma", "Fatma Öztürk", "applicant", "duinrand"),
        Persona("daan", "Daan Peters", "applicant", "veenhorst"),
        Persona("noor", "Noor el Idrissi", "applicant", "groenlinde", proven=False),
        Persona("thijs", "Thijs Zonderschool", "applicant"),
        Persona("stan", "Stan Vreemd", "stranger", "veenhorst"),
        Persona("managers", "Een leidinggevende", "manager"),
        Persona("house", "Het huis", "house"),
    )
}


def who_do(sorts: str) -> list[Persona]:
    """Everybody of these sorts, space separated."""
    return [one for one in PERSONAS.values() if one.does in sorts.split()]
