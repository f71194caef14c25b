"""The frameworks that ship with the house, as data. `load` puts in what is not there yet and changes nothing else.

A framework is a vocabulary: dimensions, each with tags, by which goals and actions are looked at together. The one of
the theme Safeguarding follows a Dutch guide on working together on safety in and around schools: three levels of
safety, the setting in which something happens, the local partners, the domains that must fit each other, the approach.
"""

from typing import Any

Words = tuple[str, str, str]
#: A dimension: key, Dutch, English, and its tags in order.
Row = tuple[str, str, str, tuple[Words, ...]]

SAFEGUARDING: dict[str, Any] = {
    "slug": "safeguarding",
    "title_nl": "Safeguarding",
    "title_en": "Safeguarding",
    "text_nl": (
        "Veilig zijn is ergens bij horen, jezelf kunnen zijn en fouten mogen maken. Hoe bouwt een school daaraan, hoe "
        "ziet ze vroeg dat het misgaat, en wie doet wat als het echt onveilig wordt?"
    ),
    "text_en": (
        "To be safe is to belong, to be able to be yourself and to be allowed mistakes. How does a school build that, "
        "how does it see early that things go wrong, and who does what when it is truly unsafe?"
    ),
    "source": "Samenwerken rond veiligheid",
    "version": 1,
}

SAFEGUARDING_1: tuple[Row, ...] = (
    (
        "level",
        "Niveau",
        "Level",
        (
            ("promote", "1 Sociale veiligheid bevorderen", "1 Promote social safety"),
            ("first-signs", "2 Sturen op eerste tekenen", "2 Act on first signs"),
            ("structural", "3 Structurele onveiligheid en excessen", "3 Structural unsafety and excesses"),
        ),
    ),
    (
        "setting",
        "Plek",
        "Setting",
        (
            ("classroom", "Klas", "Classroom"),
            ("school", "School", "School"),
            ("neighbourhood", "Wijk", "Neighbourhood"),
            ("online", "Digitaal", "Online"),
        ),
    ),
    (
        "partner",
        "Partner",
        "Partner",
        (
            ("students", "Studenten", "Students"),
            ("parents", "Ouders", "Parents"),
            ("youth-work", "Jongerenwerk", "Youth work"),
            ("welfare-work", "Welzijnswerk", "Welfare work"),
            ("community-officer", "Wijkagent", "Community police officer"),
            ("police", "Politie", "Police"),
            ("halt", "Halt", "Halt (juvenile diversion)"),
            ("consultation", "Multidisciplinair overleg (MDO)", "Multidisciplinary consultation"),
            ("neighbourhood-team", "Wijkteam", "Neighbourhood team"),
            ("youth-care", "Jeugdhulp", "Youth care"),
            ("attendance", "Leerplicht", "School attendance service"),
        ),
    ),
    (
        "domain",
        "Domein",
        "Domain",
        (
            ("climate", "Pedagogisch klimaat", "Pedagogical climate"),
            ("care", "Ondersteuning en zorg", "Support and care"),
            ("safety", "Veiligheid", "Safety"),
        ),
    ),
    (
        "approach",
        "Aanpak",
        "Approach",
        (
            ("promote", "Bevorderen", "Promote"),
            ("limit", "Begrenzen", "Set limits"),
            ("restore", "Herstellen", "Restore"),
        ),
    ),
)


def load(Theme: Any, Framework: Any, Dimension: Any, Tag: Any) -> Any:  # noqa: N803 -- model classes, those of a migration too
    """Put the theme Safeguarding and version 1 of its framework in place; what exists is left as it is."""
    facts = {key: SAFEGUARDING[key] for key in ("title_nl", "title_en", "text_nl", "text_en")}
    theme, _ = Theme.objects.get_or_create(slug=SAFEGUARDING["slug"], defaults=facts)
    framework, made = Framework.objects.get_or_create(
        theme=theme, version=SAFEGUARDING["version"], defaults={"source": SAFEGUARDING["source"]}
    )
    if not made:
        return framework
    for order, (key, nl, en, tags) in enumerate(SAFEGUARDING_1, 1):
        dimension = Dimension.objects.create(framework=framework, key=key, name_nl=nl, name_en=en, order=order)
        Tag.objects.bulk_create(
            Tag(dimension=dimension, key=tag, name_nl=tag_nl, name_en=tag_en, order=place)
            for place, (tag, tag_nl, tag_en) in enumerate(tags, 1)
        )
    return framework
