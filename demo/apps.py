from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DemonstrationConfig(AppConfig):
    name = "demo"
    label = "demo"
    verbose_name = _("Demonstration")
