"""Every kind of mail has a name for people."""

from pathlib import Path

from django.conf import settings

from exchange.outbox.words import kind_label, kinds


def test_every_template_of_a_mail_has_a_name_and_every_name_a_template():
    found = {
        f"{path.parts[-3]}/{path.stem}"
        for path in Path(settings.ROOT, "templates").glob("*/mail/*.txt")
        if not path.name.startswith("_")
    }
    assert found == set(kinds())


def test_a_kind_of_another_version_still_reads():
    assert str(kind_label("spaceships/launched")) == "Bericht"
