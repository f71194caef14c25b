"""Our templates are laid out for people; what is served leaves that out, as it would add a tenth to every page."""

import re

from django.conf import settings
from django.template.base import Origin
from django.template.loaders import filesystem

#: A browser sees no white space at the edge of these.
BLOCKS = (
    "html head body main header footer nav section article aside div p h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table "
    "caption thead tbody tfoot tr td th form fieldset legend figure figcaption blockquote hr br details summary option "
    "title meta link script"
).split()
#: The white space before an edge, and after one; a bracket that ends a tag is one too.
BEFORE = re.compile(rf"\s*\n\s*(?=>|</?(?:{'|'.join(BLOCKS)})\b)")
AFTER = re.compile(rf"(</?(?:{'|'.join(BLOCKS)})\b[^<>]*>)\s*\n\s*")

#: What stands in a text field, where a new line is one.
FIELD = re.compile(r"((?<=>)[^<>]*</textarea>)")


class Loader(filesystem.Loader):
    """Reads the pages in `templates`. Mail is text, and stays as it is."""

    def get_contents(self, origin: Origin) -> str:
        text = super().get_contents(origin)
        if settings.DEBUG or not origin.name.endswith(".html"):
            return text
        return close(text)


def close(text: str) -> str:
    """The same template without its layout: each new line is a space, or nothing at the edge of a block."""
    parts = FIELD.split(text)
    parts[::2] = [re.sub(r"\s*\n\s*", " ", AFTER.sub(r"\1", BEFORE.sub("", part))) for part in parts[::2]]
    return "".join(parts)
