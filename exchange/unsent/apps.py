from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UnsentConfig(AppConfig):
    name = "exchange.unsent"
    label = "unsent"
    verbose_name = _("What was typed and not sent")
