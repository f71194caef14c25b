from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('trips', '0008_search_words'),
    ]

    operations = [
        migrations.AddField('trip', 'letters_on', models.DateField(blank=True, null=True, verbose_name='applicants hear on')),
    ]
