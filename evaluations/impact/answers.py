"""Whether an answer in words says something, or that there is nothing to say. Dutch and English, by a short list."""

import re
from typing import Final

#: One of these stands in every answer that says nothing.
DENIALS: Final = frozenset(
    """
    niets niks nee neen geen niet nvt onbekend leeg vroeg nooit
    nothing none no not na nope unknown don early
    """.split()
)
#: What else such an answer is made of. Whatever has one other word describes something.
COMMON: Final = frozenset(
    """
    nog weet ik dat het daar dit zo eigenlijk helaas hier van om over te toepassing idee antwoord opmerking opmerkingen
    tot nu toe heb gemerkt merk kan zeggen jammer genoeg zicht op beeld is er wel echt
    yet applicable i do t know idea answer comment comments so far unfortunately sadly sorry noticed anything say too
    to it is we as of now that there s any
    """.split()
)
#: "n.v.t.", "N/A" and the like as one word.
LETTERS: Final = re.compile(r"\bn[./\s]{0,2}(?:v[./\s]{0,2}t|a)\b")


def describes(text: str) -> bool:
    """Whether somebody described something: neither empty, nor a dash, nor "nothing yet" in so many words."""
    told = LETTERS.sub(lambda found: re.sub(r"\W", "", found.group()), text.casefold())
    words = set(re.findall(r"[^\W_]+", told))
    return bool(words) and not (words & DENIALS and words <= DENIALS | COMMON)
