"""How a text becomes words to be found by, and what somebody asks becomes the same words.

Capitals, accents and strokes do not matter, nor how an apostrophe was typed. What is invisible is not there.
"""

import re
import unicodedata

#: Letters of a word that count, where it is found and where it is asked for.
LONGEST = 32
#: Different words that one text is found by; those after them are not.
MOST_WORDS = 5_000
#: Words of a question that count; those after them narrow nothing, and of a longer question no more is read.
MOST_ASKED, LONGEST_ASKED = 10, 1_000

#: Letters that have no accent to lose, as most people type them who do not have them on their keyboard.
BARE = str.maketrans(dict(zip("łøđðħŧıŋəɛɔɓɗƙƴ", "loddhtineeobdky", strict=True)) | {"æ": "ae", "œ": "oe", "þ": "th"})
#: What is typed for an apostrophe: curly and straight, primes, accents on their own, what Hawaiian and Arabic names in
#: our letters have, and the strokes of Hebrew.
APOSTROPHES = frozenset("'’‘‛`´′＇ʼʻʹʾʿˈ׳״")
#: Short strokes, which join words. The long ones part them, as a comma does.
HYPHENS = frozenset("-\u2010\u2011\u2212\u2043\u02d7\u05be")
#: Invisible, though they count as letters or marks: a joiner, fillers of Hangul, vowels of Khmer that nobody writes,
#: which variant of a sign is meant. The last one only stretches an Arabic word.
UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef\u0640]")
#: Marks that make another sound of a Japanese sign.
SOUNDS = frozenset("\u3099\u309a")
#: Scripts that write sentences or names without spaces: Thai, Lao, Burmese, Hangul, Khmer, Kana, Bopomofo, Han.
SIGNS = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3041-\u312f\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
)
LETTER = rf"[^ '\-{SIGNS}]"
PIECE = re.compile(rf"{LETTER}+(?:['-]{LETTER}+)*|[{SIGNS}]+")
SIGN = re.compile(rf"[{SIGNS}]")


class Letters(dict[int, str | None]):
    """What a character becomes, worked out when it is met; kept for the alphabets, which are small."""

    def __missing__(self, code: int) -> str | None:
        found = letter(chr(code))
        if code < 0x2100:
            self[code] = found
        return found


def letter(char: str) -> str | None:
    """A decomposed character as it stands in a word: nothing is left of None, and a space parts words."""
    kind = unicodedata.category(char)
    if char in APOSTROPHES:
        return "'"
    if char in HYPHENS:
        return "-"
    if kind == "Cf" or UNSEEN.match(char):
        return None
    if unicodedata.combining(char):
        return char if char in SOUNDS else None
    if kind == "Nd":
        return str(unicodedata.decimal(char))
    return char.casefold().translate(BARE) if kind[0] in "LMN" else " "


LETTERS = Letters()


def pieces(text: str) -> list[str]:
    """The words of a text as apostrophes and hyphens join them, and whole runs of signs."""
    # Taken apart, an accent on its own would be a space.
    apart = unicodedata.normalize("NFKD", text.replace("´", "'"))
    return PIECE.findall(unicodedata.normalize("NFC", apart.translate(LETTERS)))


def words(text: str) -> list[str]:
    """What a text is found by, each word once and in its order."""
    found: dict[str, None] = {}
    for piece in dict.fromkeys(pieces(text)):
        for word in found_by(piece):
            found[word[:LONGEST]] = None
        if len(found) >= MOST_WORDS:
            break
    return list(found)[:MOST_WORDS]


def found_by(piece: str) -> list[str]:
    """O'Brien by obrien, o and brien; e-mail by e, mail and email; signs by each pair, and by the last one alone."""
    if piece.isascii() and piece.isalnum():
        return [piece]
    if SIGN.match(piece):
        return [piece[place : place + 2] for place in range(len(piece))]
    parts = piece.split("-")
    whole = [part.replace("'", "") for part in parts]
    return [*whole, *piece.replace("-", "'").split("'"), "".join(whole)]


def plain(text: str) -> str:
    """A name as it is compared with another one: the words of it, whatever joins or parts them, in their order."""
    return " ".join(pieces(text)).replace("-", " ").replace("'", "")


def squeezed(text: str) -> str:
    """The same without any space: what matters where words may be written as one, or an address as it stands."""
    return plain(text).replace(" ", "")


def asked(text: str) -> list[str]:
    """The words somebody asks for: every one of them must occur, if only as the beginning of a word."""
    found = [word[:LONGEST] for piece in pieces(text[:LONGEST_ASKED]) for word in asked_by(piece)]
    return list(dict.fromkeys(found))[:MOST_ASKED]


def asked_by(piece: str) -> list[str]:
    """O'Brien as obrien, e-mail as e and mail, signs as pairs: what is asked as it stands in a text is found there."""
    if SIGN.match(piece):
        return [piece[place : place + 2] for place in range(max(1, len(piece) - 1))]
    return [part.replace("'", "") for part in piece.split("-")]
