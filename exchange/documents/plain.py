"""Plain text as any file format can hold it."""

import unicodedata


def clean(text: str, keep: str = "\t\n") -> str:
    """`text` without control characters and other letters that no file format takes; line ends become one kind."""
    if "\r" not in keep:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(letter for letter in text if letter in keep or not unprintable(letter))


def unprintable(letter: str) -> bool:
    return unicodedata.category(letter) in {"Cc", "Cs"} or letter in "\ufffe\uffff"
