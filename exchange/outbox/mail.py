"""Mail as text: the first line of a template is the subject."""

from typing import Any

from django.template.loader import get_template
from django.utils import translation


def compose(kind: str, *, language: str, context: dict[str, Any]) -> tuple[str, str]:
    """Subject and body of a message; kind `applications/receipt` is the template `applications/mail/receipt.txt`."""
    app, _, name = kind.partition("/")
    with translation.override(language):
        text = get_template(f"{app}/mail/{name}.txt", using="mail").render(context)
    subject, _, body = text.strip().partition("\n")
    return " ".join(subject.split()), body.strip() + "\n"
