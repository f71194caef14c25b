"""The certificate on paper, from its frozen facts alone."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import translation

from evaluations.certificates import code
from evaluations.certificates.models import Certificate
from exchange.documents import pdf, qr
from exchange.folding import plain

LANGUAGES = ("nl", "en", "both")
#: Names longer than this are set smaller, so that they stay on the page.
SIZES = ((18, ""), (26, "long"), (40, "longer"))


def printed(certificate: Certificate, language: str) -> bytes:
    """The PDF in Dutch, English or both; the same certificate gives the same bytes."""
    main = "en" if language == "en" else "nl"
    return pdf.render("certificates/documents/certificate.html", page(certificate, language), language=main)


def page(certificate: Certificate, language: str) -> dict[str, Any]:
    """What the template shows."""
    facts = certificate.facts
    main = "en" if language == "en" else "nl"
    address = facts["base_url"] + reverse("certificates:verify", args=[certificate.code])
    with translation.override(main):
        return {
            "certificate": certificate,
            "facts": facts,
            "main": words(facts, main),
            "second": words(facts, "en") if language == "both" else None,
            "departs_on": date.fromisoformat(facts["departs_on"]),
            "returns_on": date.fromisoformat(facts["returns_on"]),
            "issued_on": date.fromisoformat(facts["issued_on"]),
            "hours": {key: Decimal(facts["hours"][key]) for key in ("total", "training", "visits")},
            "code": code.grouped(certificate.code),
            "address": address.partition("://")[2].removesuffix(f"{certificate.code}/"),
            "qr": qr.svg(address, title=address, size=92),
            "size": next((name for longest, name in SIZES if len(facts["name"]) <= longest), "longest"),
        }


def words(facts: dict[str, Any], language: str) -> dict[str, str]:
    """What a certificate says in one language; the first ones knew the city in one only."""
    return {
        "lang": language,
        "trip": facts["trip"][language],
        "city": facts["city"] if isinstance(facts["city"], str) else facts["city"][language],
        "country": facts["country"][language],
        "job_role": facts["job_role"][language],
        "training": facts["hours"]["training_title"][language],
    }


def verdict_on_name(certificate: Certificate, typed: str) -> bool:
    """Whether a typed name is the holder's, on whatever keyboard it was typed."""
    meant = plain(typed)
    return bool(meant) and meant == plain(certificate.facts["name"])


def initials(certificate: Certificate) -> str:
    """The holder's initials, as the public page shows them."""
    return " ".join(f"{word[0].upper()}." for word in certificate.facts["name"].split() if word[0].isalpha())
