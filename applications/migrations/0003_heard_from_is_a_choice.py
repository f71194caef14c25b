from django.db import migrations, models


#: As content.from_2_to_3 reads what was sent before, so that a draft and what was sent of it stay the same.
WAYS = {
    "colleague": "colleague",
    "een collega": "colleague",
    "collega": "colleague",
    "a colleague": "colleague",
    "mijn leidinggevende": "manager",
    "leidinggevende": "manager",
    "my manager": "manager",
    "intranet": "school",
    "nieuwsbrief": "school",
    "newsletter": "school",
    "uitnodiging": "invited",
    "invitation": "invited",
}


def choose(apps, schema_editor):
    """Who wrote one of the ways has chosen it. Anything else stays as it was typed, and can be kept or changed."""
    drafts = apps.get_model("applications", "Application").objects.exclude(heard_from="")
    for text in set(drafts.values_list("heard_from", flat=True)):
        way = WAYS.get(text.strip(" .").lower(), text)
        if way != text:
            drafts.filter(heard_from=text).update(heard_from=way)


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0002_apply_and_be_backed'),
    ]

    operations = [
        migrations.AlterField(
            model_name='application',
            name='heard_from',
            field=models.CharField(blank=True, choices=[('colleague', 'From a colleague'), ('manager', 'From my manager'), ('school', 'From the intranet or newsletter of my school'), ('invited', 'By an invitation in the mail'), ('site', 'On this site'), ('otherwise', 'Otherwise')], max_length=120, verbose_name='how you heard of this trip'),
        ),
        migrations.RunPython(choose, migrations.RunPython.noop),
    ]
