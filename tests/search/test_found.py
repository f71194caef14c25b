"""What is found: the same on both databases, by a table worked out by hand and by a reading in plain Python."""

import pytest
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Q
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from exchange.folding import MOST_ASKED, MOST_WORDS, asked, words
from exchange.fulltext import Found, indexed

pytestmark = pytest.mark.django_db

#: By number: the name, what everybody of the team reads, and what only the lead reads.
ROWS = {
    1: ("Seán O’Brien", "Ik ben mbo-docent in de zorg."),
    2: ("Shauna OBrien", "Ik stuur een e-mail."),
    3: ("Pat O Brien", "Stuur mij een email."),
    4: ("Jean-Pierre Dupont",),
    5: ("Jeanpierre de Vries",),
    6: ("Jan de Vries", "Foto’s van collega's"),
    7: ("Janneke van 's-Hertogenbosch",),
    8: ("Łukasz Wałęsa",),
    9: ("Søren Kjærgård",),
    10: ("Đorđe Đoković",),
    11: ("Jürgen Groß-Müller",),
    12: ("Þóra Guðmundsdóttir",),
    13: ("İpek Yıldız",),
    14: ("Nguyễn Thị Đào",),
    15: ("陈伟",),
    16: ("陈小伟",),
    17: ("山田がくと",),
    18: ("김민준",),
    19: ("مـحمّد العَرَبي",),
    20: ("Фёдор Достоевский",),
    21: ("Γιώργος Παπαδόπουλος",),
    22: ("Œdipe Lœw",),
    23: ("Zoë van den Ĳssel",),
    24: ("Kwa\u00adme Ɔpoku\u200b",),
    25: ("สมชาย ใจดี",),
    26: ("D´Angelo Kaʻahumanu",),
    27: ("roc Duinrand", "leerjaar 2026, lokaal B12; 50% van 1.250 m²"),
    28: ("Zoe\u0308 Ｗｉｄｅ", "hottentottententententoonstellingsbeleid"),
    29: ("Ana Lopez", "motivatie", "Manuel Geheim"),
    30: ("Manuel Ortega", "geheimzinnig"),
    31: ("", "AND x NOT y NEAR(z)"),
    32: ("!!!", "👍 …", "—"),
    33: ("דָּוִד לוי", "צה״ל"),
    34: ("हिन्दी शर्मा",),
}

#: What is asked, and by which numbers it is answered, for a reader of names and of what the team reads.
ASKED = {
    # apostrophes: joined and in parts
    "obrien": [1, 2],
    "o'brien": [1, 2],
    "O´BRIEN": [1, 2],
    "o brien": [1, 3],
    "brien": [1, 3],
    "sean o’b": [1],
    "fotos": [6],
    "foto's": [6],
    "foto": [6],
    "collega’s": [6],
    "collegas": [6],
    "collega": [6],
    "d'angelo": [26],
    "dangelo": [26],
    "angelo": [26],
    "kaahumanu": [26],
    "ka'ahumanu": [26],
    "jan'": [6, 7],
    # hyphens: what they join is found in parts and as one, and asked in parts
    "jean pierre": [4],
    "jean-pierre": [4],
    "Jean‐Pierre": [4],
    "pierre": [4],
    "jeanpierre": [4, 5],
    "jean": [4, 5],
    "email": [2, 3],
    "e-mail": [2],
    "docent": [1],
    "mbo": [1],
    "mbodocent": [1],
    "hertogenbosch": [7],
    "'s-hertogenbosch": [7],
    "’s Hertogenbosch": [7],
    # beginnings of words, in any order; nothing inside a word
    "JAN": [6, 7],
    "jan vri": [6],
    "vries de": [5, 6],
    "ries": [],
    "janneke hertog": [7],
    "jan pierre": [],
    # accents, strokes and ligatures
    "lukasz walesa": [8],
    "ŁUKASZ": [8],
    "soren": [9],
    "Søren": [9],
    "soeren": [],
    "kjaergard": [9],
    "dorde dokovic": [10],
    "Đoković": [10],
    "djokovic": [],
    "muller": [11],
    "Müller": [11],
    "mu\u0308ller": [11],
    "mueller": [],
    "gross": [11],
    "GROẞ": [11],
    "thora gudmunds": [12],
    "ipek": [13],
    "İPEK YILDIZ": [13],
    "nguyen dao": [14],
    "Nguyễn": [14],
    "oedipe": [22],
    "Lœw": [22],
    "low": [],
    "zoe": [23, 28],
    "Zoë": [23, 28],
    "ijssel": [23],
    "wide": [28],
    "opoku kwame": [24],
    "kwa\u200bme": [24],
    # scripts without spaces
    "陈": [15, 16],
    "陈伟": [15],
    "伟": [15, 16],
    "小伟": [16],
    "伟陈": [],
    "田がく": [17],
    "がく": [17],
    "かく": [],
    "민준": [18],
    "김": [18],
    "ชาย": [25],
    # other alphabets
    "محمد": [19],
    "العربي": [19],
    "عربي": [],
    "ФЕДОР": [20],
    "фёдор достоев": [20],
    "ΠΑΠΑΔΟΠΟΥΛΟΣ": [21],
    "γιωργος": [21],
    "דוד": [33],
    "צהל": [33],
    "हिन्दी": [34],
    # digits
    "2026": [27],
    "202": [27],
    "٢٠٢٦": [27],
    "b12": [27],
    "1.250": [27],
    "1250": [],
    "m2": [27],
    # what would be words of a database
    "AND": [31],
    "NOT": [31],
    "near": [31],
    "NEAR(x y)": [31],
    "or": [30],
    '"jan"': [6, 7],
    "jan*": [6, 7],
    "jan OR sean": [],
    "jan & !sean": [],
    "jan | vries": [6],
    "jan:*": [6, 7],
    "words:jan": [],
    "^jan": [6, 7],
    "{n} : jan": [],
    "jan') OR 1=1 --": [],
    "jan\\": [6, 7],
    "jan%": [6, 7],
    "ja_": [6, 7],
    "njan": [],
    "tmotivatie": [],
    # too long, broken, or nothing
    "hottentottententententoonstellingsbeleid": [28],
    "hottentottententententoonstellingsbeleidsnota": [28],
    "jan " * 5_000: [6, 7],
    "x" * 10_000: [],
    '"' * 10_000: [],
    "jan\0de": [6],
    "\ud800jan": [6, 7],
    "": [],
    " \n": [],
    "!!!": [],
    "👍": [],
    "—": [],
}

#: The same words, asked by readers of other groups.
SEEN = {
    ("geheim", "n"): [],
    ("geheim", "nt"): [30],
    ("geheim", "ntl"): [29, 30],
    ("geheim", "l"): [29],
    ("manuel", "nt"): [30],
    ("manuel", "t"): [],
    ("manuel", "tl"): [29],
    ("manuel geheim", "nt"): [30],
    ("manuel geheim", "ntl"): [29, 30],
    ("ana geheim", "ntl"): [29],
    ("ana geheim", "nl"): [29],
    ("ana geheim", "nt"): [],
    ("ana motivatie", "t"): [],
    ("jan", ""): [],
}


@pytest.fixture
def full(shelf):
    """The shelf with all rows on it."""
    shelf.put({number: dict(zip("ntl", row, strict=False)) for number, row in ROWS.items()})
    return shelf


def test_what_is_asked_is_found(full) -> None:
    assert {text: full.found(text, "nt") for text in ASKED} == ASKED


def test_a_reader_finds_only_what_is_open_to_that_reader(full) -> None:
    assert {(text, groups): full.found(text, groups) for text, groups in SEEN} == SEEN


def test_without_groups_in_the_words_everybody_would_find_everything(full) -> None:
    """The control: one group for all."""
    full.put({29: {"n": " ".join(ROWS[29])}})
    assert full.found("ana geheim", "nt") == [29]


def test_a_group_is_a_small_letter(shelf) -> None:
    for groups in ("N", "n*", '"', "é"):
        with pytest.raises(ValueError, match="small letter"):
            Found(shelf.Said, "jan", groups=groups)
        with pytest.raises(ValueError, match="small letter"):
            indexed({groups: "jan"})
    for group in ("", "nt"):
        with pytest.raises(ValueError, match="small letter"):
            indexed({group: "jan"})


def test_after_ten_words_a_question_narrows_nothing(full) -> None:
    ten = "jan de vries fotos foto s van collega collegas vrie"
    assert len(ten.split()) == MOST_ASKED
    assert full.found(ten, "nt") == full.found(f"{ten} nergens", "nt") == [6]
    assert full.found(f"nergens {ten}", "nt") == []


def test_of_a_long_text_the_first_words_are_found(shelf) -> None:
    text = " ".join(f"woord{number}x" for number in range(MOST_WORDS))
    shelf.put({1: {"n": "Jan", "t": text}})
    assert shelf.found(f"woord{MOST_WORDS - 2}x", "nt") == [1]
    assert shelf.found(f"woord{MOST_WORDS - 1}x", "nt") == []


def test_the_longest_words_there_can_be_fit(shelf) -> None:
    """Four bytes a letter, thirty-two letters a word, five thousand words."""
    letters = "".join(map(chr, range(0x1E922, 0x1E944)))
    long = [letters[n % 34] + letters[n // 34 % 34] + letters[n // 1156] + letters[:29] for n in range(MOST_WORDS)]
    shelf.put({1: {"t": " ".join(long)}})
    assert len(shelf.Said.objects.get().words.encode()) == MOST_WORDS * (1 + 4 * 32 + 1) - 1
    assert shelf.found(long[-1], "t") == [1]


# --- like any other condition -----------------------------------------------------------------------


def test_it_is_a_subquery_and_takes_one_statement(full, django_assert_num_queries) -> None:
    found = full.Book.objects.filter(pk__in=Found(full.Said, "jan", groups="nt"))
    with django_assert_num_queries(4):
        assert found.count() == 2
        assert [one.pk for one in found.order_by("-pk")[:1]] == [7]
        assert full.Book.objects.exclude(pk__in=Found(full.Said, "jan", groups="nt")).count() == len(ROWS) - 2
        assert full.Said.objects.filter(
            Q(book__in=Found(full.Said, "sean", groups="n")) | Q(pk__in=Found(full.Said, "jan", groups="n"))
        ).count() == 3  # fmt: skip


def test_a_question_without_words_asks_the_database_nothing(full, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert full.found("!!!", "nt") == []
    assert full.Book.objects.exclude(pk__in=Found(full.Said, "!!!", groups="nt")).count() == len(ROWS)


def test_words_are_read_as_they_were_written(full) -> None:
    stored = dict(full.Said.objects.values_list("pk", "words"))
    assert stored[6] == "nde njan nvries tcollega tcollegas tfoto tfotos ts tvan"
    assert stored[16] == "n伟 n小伟 n陈小"
    assert stored[32] == ""
    assert stored == {n: indexed(dict(zip("ntl", row, strict=False))) for n, row in ROWS.items()}
    assert full.Said.objects.filter(words="").count() == 1


# --- what is written, over and away -----------------------------------------------------------------


def test_words_go_with_their_row_and_a_number_is_used_again(shelf) -> None:
    shelf.put({1: {"n": "Jan"}, 2: {"n": "Jan Willem"}})
    assert shelf.Book.objects.filter(pk=1).delete()[0] == 2
    assert shelf.found("jan", "n") == [2]
    shelf.put({1: {"n": "Piet"}})
    assert shelf.found("jan", "n") == [2]
    assert shelf.found("piet", "n") == [1]


def test_other_words_take_the_place_of_the_old_ones(shelf) -> None:
    shelf.put({1: {"n": "Jan"}, 2: {"n": "Jan"}, 3: {"n": "Jan"}})
    assert shelf.Said.objects.filter(pk=1).update(words=indexed({"n": "Piet"})) == 1
    two = shelf.Said.objects.get(pk=2)
    two.words = indexed({"n": "Klaas"})
    two.save()
    shelf.put({3: {"n": "Zoë"}})
    assert [shelf.found(name, "n") for name in ("jan", "piet", "klaas", "zoe")] == [[], [1], [2], [3]]


def test_what_is_rolled_back_is_not_found(shelf) -> None:
    shelf.put({1: {"n": "Jan"}})
    with transaction.atomic():
        shelf.put({1: {"n": "Piet"}, 2: {"n": "Piet"}})
        assert shelf.found("piet", "n") == [1, 2]
        transaction.set_rollback(True)
    assert shelf.found("jan", "n") == [1]
    assert shelf.found("piet", "n") == []


def test_thousands_take_few_statements(shelf, django_assert_max_num_queries) -> None:
    # SQLite takes 999 values in a statement, and a row is two; a book without a number is one of 500.
    books = {number: {"n": "Jan", "t": f"nummer{number}"} for number in range(1, 3_001)}
    with django_assert_max_num_queries(14):
        shelf.put(books)
    assert shelf.Book.objects.filter(pk__in=Found(shelf.Said, "jan", groups="nt")).count() == 3_000
    assert shelf.found("nummer2999", "nt") == [2_999]


def test_a_flush_between_two_tests_empties_the_index_too(full) -> None:
    tables = [full.Said._meta.db_table, full.Book._meta.db_table]
    connection.check_constraints()  # PostgreSQL empties no table that still has something to check
    with connection.cursor() as cursor:
        for statement in connection.ops.sql_flush(no_style(), tables):
            cursor.execute(statement)
    full.Book.objects.create(pk=6, title="")
    assert full.found("jan", "nt") == []


# --- the same as a reading in plain Python ----------------------------------------------------------

#: Letters that fold, join, part, vanish or mean something to a database, so that many questions find something.
LETTERS = st.sampled_from("aabbAnt12 '’´-–ßøæİı\u0301\u3099\u00ad\u200d\0\ud800陈伟国がか김ชี가العﬁ²٣\"*():&|!\\%_")
TEXTS = st.text(LETTERS, max_size=12) | st.text(max_size=8)
BOOKS = st.dictionaries(st.integers(1, 5), st.fixed_dictionaries({"n": TEXTS, "t": TEXTS}), max_size=4)


def read(books, text: str, groups: str) -> list[int]:
    """The same, by looking at every word."""
    wanted = asked(text)
    return [
        number
        for number, texts in sorted(books.items())
        if wanted
        and all(any(word.startswith(one) for group in groups for word in words(texts[group])) for one in wanted)
    ]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(BOOKS, st.lists(TEXTS, max_size=4), st.sampled_from(["n", "t", "nt", ""]))
@example({1: {"n": "a-b", "t": "ß"}}, ["a", "ab", "SS"], "nt")
def test_both_databases_find_what_a_plain_reading_finds(shelf, books, questions, groups) -> None:
    shelf.Book.objects.all().delete()
    shelf.put(books)
    own = [text for texts in books.values() for text in texts.values()]
    for text in [*questions, *own, *(text[:2] for text in own)]:
        assert shelf.found(text, groups) == read(books, text, groups), text
