from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('trips', '0006_hours_and_ends'),
    ]

    operations = [
        migrations.RenameField('trip', 'city', 'city_nl'),
        migrations.AlterField('trip', 'city_nl', models.CharField(blank=True, max_length=80, verbose_name='city (Dutch)')),
        migrations.AddField('trip', 'city_en', models.CharField(blank=True, default='', max_length=80, verbose_name='city (English)'), preserve_default=False),
        migrations.RenameField('hostorganisation', 'country', 'country_nl'),
        migrations.AlterField('hostorganisation', 'country_nl', models.CharField(blank=True, max_length=60, verbose_name='country (Dutch)')),
        migrations.AddField('hostorganisation', 'country_en', models.CharField(blank=True, default='', max_length=60, verbose_name='country (English)'), preserve_default=False),
        migrations.AddConstraint('hostorganisation', models.CheckConstraint(condition=models.Q(models.Q(('country_nl', ''), _negated=True), models.Q(('country_en', ''), _negated=True), _connector='OR'), name='trips_hostorganisation_country_said')),
    ]
