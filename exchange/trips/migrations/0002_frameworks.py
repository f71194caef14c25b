"""The frameworks that ship with the house."""

from django.db import migrations

from exchange.trips.frameworks import load


def forwards(apps, schema_editor):
    load(*(apps.get_model("trips", name) for name in ("Theme", "Framework", "Dimension", "Tag")))


class Migration(migrations.Migration):
    dependencies = [("trips", "0001_initial")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
