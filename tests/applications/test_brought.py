"""Lists as people really have them: letters, headings, sheets and cells, each file built byte for byte."""

import io
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from applications.models import Invitation
from applications.people.brought import How, read
from applications.people.lists import Fate, checked
from exchange.documents.letters import OLD, Unreadable, decoded
from exchange.documents.reading import read_file, read_text
from tests import world
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _call(at):
    at(world.MOMENTS["call"])


def names(content: bytes, **how: Any) -> list[str]:
    return [entry.values["name"] for entry in brought(content, **how).entries]


def brought(content: bytes, **how: Any) -> Any:
    asked = How(**how)
    return read(read_file(content, asked.letters), asked)


def book(**sheets: list[list[Any]]) -> bytes:
    """A workbook of these sheets, in their order."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, rows in sheets.items():
        page = made.create_sheet(title)
        for row in rows:
            page.append(row)
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


# --- letters --------------------------------------------------------------------------------------

HEAD = b"Naam;E-mail\r\n"
#: Bytes as these programs write them, by the tables of the Unicode consortium, and what they say.
WRITTEN = {
    "UTF-8": (b"Naam;E-mail\nZo\xc3\xab M\xc3\xbcller;z@x.example\n", "Zoë Müller", ""),
    "UTF-8 with a mark": (b"\xef\xbb\xbfNaam;E-mail\nZo\xc3\xab M\xc3\xbcller;z@x.example\n", "Zoë Müller", ""),
    "UTF-16, small end first": (
        b"\xff\xfeN\0a\0a\0m\0\t\0E\0-\0m\0a\0i\0l\0\n\0Z\0o\0\xeb\0\t\0z\0@\0x\0.\0n\0l\0\n\0",
        "Zoë",
        "",
    ),
    "UTF-16, big end first": (b"\xfe\xff\0N\0a\0a\0m\0;\0m\0a\0i\0l\0\n\0Z\0o\0\xeb\0;\0z\0@\0x\0.\0n\0l", "Zoë", ""),
    "UTF-16 without a mark": (b"N\0a\0a\0m\0;\0m\0a\0i\0l\0\n\0Z\0o\0\xeb\0;\0z\0@\0x\0.\0n\0l\0", "Zoë", ""),
    "Windows": (HEAD + b"Zo\xeb M\xfcller;z@x.example\r\n", "Zoë Müller", "cp1252"),
    "Windows, a curly mark": (HEAD + b"Se\xe1n O\x92Brien;s@x.example\r\n", "Seán O’Brien", "cp1252"),
    "Windows, capitals": (HEAD + b"DANI\xcbLLE DE BOER;d@x.example\r\n", "DANIËLLE DE BOER", "cp1252"),
    "an old Mac": (b"Naam;E-mail\rZo\x91 M\x9fller;z@x.example\r", "Zoë Müller", "mac_roman"),
    "an old Mac, a curly mark": (b"Naam;E-mail\rRen\x8ee O\xd5Brien;r@x.example\r", "Renée O’Brien", "mac_roman"),
    "DOS": (HEAD + b"Zo\x89 M\x81ller;z@x.example\r\n\x1a", "Zoë Müller", "cp850"),
    "DOS, a cedilla": (HEAD + b"Fran\x87ois Fr\x82d\x82ric;f@x.example\r\n", "François Frédéric", "cp850"),
    "DOS, Norway": (HEAD + b"S\x9bren;s@x.example\r\n", "Søren", "cp850"),
}


@pytest.mark.once
@pytest.mark.parametrize(("content", "name", "letters"), WRITTEN.values(), ids=list(WRITTEN))
def test_old_letters_are_recognised(content: bytes, name: str, letters: str) -> None:
    found = brought(content)
    assert [entry.values["name"] for entry in found.entries] == [name]
    assert (found.book.letters, found.book.sure) == (letters, True)


#: Words of names here, as they are written; whatever program wrote one of them alone.
WORDS = (
    "Zoë Renée Müller André Çelik José Søren Ångström François Curaçao ÉMILE O’Brien Núñez Hélène Björn Daniëlle "
    "Chloé Loïs Anaïs DANIËLLE Yıldız Jürgen Groß Thérèse Ömer Şahin Łukasz"
).split()


def written() -> list[Any]:
    """Every word in all letters that have it."""
    found = []
    for word in WORDS:
        for letters in OLD:
            try:
                found.append(pytest.param(word.encode(letters), word, id=f"{word} {letters}"))
            except UnicodeEncodeError:
                continue
    return found


@pytest.mark.once
@pytest.mark.parametrize(("content", "word"), written())
def test_no_word_is_surely_read_wrong(content: bytes, word: str) -> None:
    """One word alone may be too little to tell; then it is asked, and the right reading is among those offered."""
    found = decoded(HEAD + content + b" Smit;z@x.example\r\n")
    assert any(word in one.text for one in found.readings)
    assert word in found.text or not found.sure


UNSURE = HEAD + b"\x80elik;c@x.example\r\n"


def test_what_is_not_clear_is_asked_with_the_words_in_sight(cast) -> None:
    client = signed_in(cast.lead)
    send(client, cast, UNSURE)
    page = client.get(where(cast, "invite-check"))
    assert "Welke letters kloppen?" in page.text
    assert "Çelik (DOS, West-Europa)" in page.text
    assert "Äelik (een oude Mac)" in page.text
    assert 'name="seen"' not in page.text
    refused = client.post(where(cast, "invite-take"), {"seen": page.context["seen"]})
    assert (refused.status_code, Invitation.objects.count()) == (409, 0)
    chosen = client.get(where(cast, "invite-check"), {"letters": "cp850"})
    assert "Welke letters kloppen?" not in chosen.text
    assert "Gelezen met de letters van DOS, West-Europa: Çelik." in chosen.text
    client.post(where(cast, "invite-take"), hidden(chosen))
    assert [one.name for one in Invitation.objects.all()] == ["Çelik"]


def test_recognised_letters_are_shown_and_can_be_changed(cast) -> None:
    client = signed_in(cast.lead)
    send(client, cast, WRITTEN["an old Mac"][0])
    page = client.get(where(cast, "invite-check"))
    assert "Gelezen met de letters van een oude Mac: Zoë, Müller." in page.text
    assert 'name="seen"' in page.text
    other = client.get(where(cast, "invite-check"), {"letters": "cp850"})
    assert [line.name for line in other.context["lines"]] == ["Zoæ Mƒller"]


@pytest.mark.once
@pytest.mark.parametrize("content", [b"Naam;E-mail\nJan\x01;j@x.example", b"\x89PNG\r\n\x1a\n\0\0", b"\xff\xfeN"])
def test_what_is_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable, match="te lezen"):
        read_file(content)


# --- headings -------------------------------------------------------------------------------------

#: Headings, a row below them, and the name that comes out of it.
COLUMNS = {
    "Voornaam;Tussenvoegsel;Achternaam;E-mail": ("Jan;de;Vries;j@x.example", "Jan de Vries"),
    "First name;Infix;Last name;Email": ("Jan;de;Vries;j@x.example", "Jan de Vries"),
    "Given name;Surname prefix;Surname;Email address": ("Jan;de;Vries;j@x.example", "Jan de Vries"),
    "Roepnaam;Voorv.;Familienaam;Mail": ("Jan;van den;Berg;j@x.example", "Jan van den Berg"),
    "VOORNAAM;TUSSENV.;ACHTERNAAM;E_MAIL": ("Jan;;Vries;j@x.example", "Jan Vries"),
    "Achternaam;Tussenvoegsels;Voornamen;E-mailadres": ("Vries;-;Jan;j@x.example", "Jan Vries"),
    "Voorletters;Tussenvoegsel;Achternaam;E-mail": ("J.P.;de;Vries;j@x.example", "J.P. de Vries"),
    "Voorletters;Roepnaam;Achternaam;E-mail": ("J.P.;Jan;Vries;j@x.example", "Jan Vries"),
    # A column that is only called “name” holds the surname beside the others, unless it holds all of it.
    "Voornaam;Tussenvoegsel;Naam;E-mail": ("Jan;de;Vries;j@x.example", "Jan de Vries"),
    "Voornaam;Volledige naam;E-mail": ("Jan;Jan de Vries;j@x.example", "Jan de Vries"),
    # The name of somebody else is not that of the colleague.
    "Voornaam;Achternaam;Naam leidinggevende;E-mail": ("Jan;Vries;Mia Baas;j@x.example", "Jan Vries"),
    "Volledige naam;E-mail werk;Telefoon": ("Jan de Vries;j@x.example;06", "Jan de Vries"),
}


@pytest.mark.once
@pytest.mark.parametrize("mark", [";", ",", "\t"])
@pytest.mark.parametrize(("head", "row", "name"), [(head, *told) for head, told in COLUMNS.items()])
def test_a_name_in_columns_of_its_own_becomes_one(head: str, row: str, name: str, mark: str) -> None:
    text = f"{head}\n{row}\n".replace(";", mark)
    assert names(text.encode()) == [name]


TITLED = [
    ["Collega's voor de reis, najaar 2026"],
    [],
    ["Vul naam en e-mailadres in; vragen naar Anja"],
    ["Naam", "E-mail"],
    ["Jan de Vries", "jan@duinrand.example"],
]


@pytest.mark.once
def test_a_title_above_the_headings_is_passed_over() -> None:
    found = brought(book(Lijst=TITLED))
    assert (found.head.number, [one.number for one in found.entries], found.looked_for) == (4, [5], True)
    text = "Collega's, najaar 2026\n\nNaam;E-mail\nJan, de Vries;jan@duinrand.example\n"
    assert (brought(text.encode()).head.number, names(text.encode())) == (3, ["Jan, de Vries"])


@pytest.mark.once
def test_an_explanation_first_is_passed_over() -> None:
    explained = [["Uitleg"], ["naam", "hoe iemand heet"], ["e-mail", "waar we heen mailen"]]
    hint = [["Vul hier de naam in", "En hier het e-mailadres"], ["Naam", "E-mail"], ["Jan", "j@x.example"]]
    found = brought(book(Uitleg=explained, Collega=hint))
    assert (found.grid.title, found.head.number, [one.values["name"] for one in found.entries]) == (
        "Collega", 2, ["Jan"],
    )  # fmt: skip


def test_another_sheet_and_another_row_can_be_chosen(cast) -> None:
    rows = [["Naam", "E-mail"], ["Anna", "a@duinrand.example"], ["Naam", "Mail"], ["Bo", "b@duinrand.example"]]
    client = signed_in(cast.lead)
    send(client, cast, book(Vorig=TITLED, Nu=rows), "lijst.xlsx")
    page = client.get(where(cast, "invite-check"))
    assert "Gelezen uit het blad “Vorig”. De kopjes staan in rij 4." in " ".join(page.text.split())
    assert [line.name for line in page.context["lines"]] == ["Jan de Vries"]
    other = client.get(where(cast, "invite-check"), {"sheet": "1"})
    assert [line.fate for line in other.context["lines"]] == [Fate.NEW, Fate.WRONG, Fate.NEW]
    last = client.get(where(cast, "invite-check"), {"sheet": "1", "head": "3"})
    assert [line.name for line in last.context["lines"]] == ["Bo"]
    client.post(where(cast, "invite-take"), hidden(last))
    assert [one.name for one in Invitation.objects.all()] == ["Bo"]


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"head": "2"}, "In rij 2 staat niets."),
        ({"head": "99"}, "In rij 99 staat niets."),
        ({"sheet": "0", "head": "1"}, "Er is geen kolom met e-mailadressen. In rij 1 staat: “Collega&#x27;s"),
    ],
)
def test_a_row_that_holds_no_headings_says_so(cast, how, said) -> None:
    client = signed_in(cast.lead)
    send(client, cast, book(Lijst=TITLED), "lijst.xlsx")
    page = client.get(where(cast, "invite-check"), how)
    assert page.status_code == 422
    assert said in page.text
    assert page.context["lines"] == []
    assert f'value="{how["head"]}"' in page.text
    assert client.get(where(cast, "invite-check")).status_code == 200


@pytest.mark.parametrize("how", [{"head": "x"}, {"head": "-1"}, {"sheet": "7"}, {"sheet": "9" * 400}, {"letters": "x"}])
def test_what_is_no_choice_is_none(cast, how) -> None:
    client = signed_in(cast.lead)
    send(client, cast, WRITTEN["Windows"][0])
    page = client.get(where(cast, "invite-check"), how)
    assert [line.name for line in page.context["lines"]] == ["Zoë Müller"]


@pytest.mark.once
def test_an_old_sheet_that_is_far_too_long_hinders_nobody() -> None:
    long = [["Naam", "E-mail"], *([f"P{n}", f"p{n}@x.example"] for n in range(1_100))]
    content = book(Nu=TITLED, Alles=long)
    assert names(content) == ["Jan de Vries"]
    with pytest.raises(Unreadable, match=r"1\.000 rijen"):
        brought(content, sheet=1)


@pytest.mark.once
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Lijst 2026\nNaam;Telefoon\nJan;06", "In rij 2 staat: “Naam”, “Telefoon”"),
        ("E-mail;Plaats\nj@x.example;Goes", "geen kolom met namen. In rij 1 staat"),
    ],
)
def test_a_refusal_names_the_row_that_was_read(text: str, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        read(read_text(text))


# --- cells ----------------------------------------------------------------------------------------

#: What stands in the cell of a name, and what is said of it; empty: it is taken.
CELLS: dict[Any, str] = {
    "Jan de Vries": "",
    "Ja": "“Ja” is een antwoord",
    "nee": "“nee” is een antwoord",
    True: "“ja” is een antwoord",
    12: "“12” is een getal",
    3.5: "“3.5” is een getal",
    "12-03-2026": "“12-03-2026” is een datum",
    "3 mei": "“3 mei” is een datum",
    "jan-26": "“jan-26” is een datum",
    "Mei": "",
    world.DEPARTS: f"“{world.DEPARTS}” is een datum",
    "#N/B": "“#N/B” is een fout van een formule",
    "jan@duinrand.example": "is een e-mailadres",
    "Zo\ufffd": "is een letter verloren gegaan",
    "Ren?e": "“Ren?e” is een letter verloren gegaan",
    "ZoÃ«": "is het “Zoë”?",
    "***": "is een getal of een teken",
    "李明": "",
    "Mei Li": "",
    "Ja Ja": "",
    "Jansen 2": "",
    "J.A.": "",
    "N.O.": "",
    "ja": "is een antwoord",
    "3 Marten": "",
}


@pytest.mark.parametrize(("cell", "said"), CELLS.items(), ids=map(repr, CELLS))
def test_a_cell_that_is_no_name_is_not_taken_for_one(cast, cell, said) -> None:
    rows = read(read_file(book(Lijst=[["Naam", "E-mail"], [cell, "j@duinrand.example"]]))).entries
    [line] = checked(rows, trip=cast.trip)
    told = " ".join(str(sentence) for _label, sentence in line.problems)
    assert said in told
    assert (told == "") is (said == "")
    assert line.fate is (Fate.WRONG if said else Fate.NEW)


def test_each_part_of_a_name_is_looked_at(cast) -> None:
    rows = read(read_text("Voornaam;Tussenvoegsel;Achternaam;E-mail\nJan;ja;12;j@duinrand.example")).entries
    [line] = checked(rows, trip=cast.trip)
    assert [(str(label), str(said)[:5]) for label, said in line.problems] == [
        ("Tussenvoegsel", "“ja” "), ("Achternaam", "“12” "),
    ]  # fmt: skip


#: What stands in the cell of an address: what is taken, or what is said.
ADDRESSES = {
    "J@Duinrand.example": ("j@duinrand.example", ""),
    "mailto:j@duinrand.example": ("j@duinrand.example", ""),
    "Jan de Vries <j@duinrand.example>": ("j@duinrand.example", ""),
    "\u200bj@duinrand.example\u00a0": ("j@duinrand.example", ""),
    "j@duinrand.example; a@duinrand.example": ("", "staan 2 adressen: j@duinrand.example, a@duinrand.example"),
    "j@duinrand.example / a@duinrand.example": ("", "staan 2 adressen"),
    "j@duinrand.example\na@duinrand.example": ("", "staan 2 adressen"),
    "j@duinrand.example a@thuis.example b@thuis.example": ("", "staan 3 adressen"),
    "geen": ("", "“geen” is geen e-mailadres"),
    "": ("", "Er staat geen e-mailadres"),
}


@pytest.mark.parametrize(("cell", "email", "said"), [(cell, *told) for cell, told in ADDRESSES.items()])
def test_a_cell_holds_one_address(cast, cell, email, said) -> None:
    rows = read(read_file(book(Lijst=[["Naam", "E-mail"], ["Jan", cell]]))).entries
    [line] = checked(rows, trip=cast.trip)
    told = [str(sentence) for _label, sentence in line.problems]
    assert (line.email, told) == (email, []) if email else said in told[0]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("Jan;j@duinrand.example;roc Nergens;;", "“roc Nergens” is geen school"),
        ("Jan;j@duinrand.example;;tovenaar;", "“tovenaar” is geen functie"),
        ("Jan;j@duinrand.example;;;Frans", "“Frans”"),
    ],
)
def test_every_sentence_says_what_was_read(cast, row, said) -> None:
    [line] = checked(read(read_text(f"Naam;E-mail;School;Functie;Taal\n{row}")).entries, trip=cast.trip)
    assert said in str(line.problems[0][1])


# --- by hand --------------------------------------------------------------------------------------


def where(cast, name: str) -> str:
    return reverse(f"applications:{name}", args=[cast.trip.slug])


def send(client, cast, content: bytes, name: str = "lijst.csv") -> None:
    sent = client.post(where(cast, "invite"), {"file": SimpleUploadedFile(name, content)})
    assert sent.status_code == 302, sent.context["form"].errors


def hidden(page) -> dict[str, Any]:
    """What the button to invite sends with it."""
    found = page.context
    read_as = {"sheet": found["brought"].sheet, "head": found["brought"].head.number, "letters": found["book"].letters}
    for name, value in read_as.items():
        assert f'name="{name}" value="{value}"' in page.text
    return {"seen": found["seen"], **read_as}


@pytest.mark.parametrize("heading", ["Voornaam en achternaam", "First and last name", "Voornaam + achternaam"])
def test_one_column_for_the_whole_name_is_that(cast, heading) -> None:
    rows = read(read_text(f"{heading};E-mail\nJan de Vries;j@duinrand.example")).entries
    [line] = checked(rows, trip=cast.trip)
    assert (line.name, line.problems) == ("Jan de Vries", [])
