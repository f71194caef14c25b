from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    name = "exchange"
    label = "exchange"
    verbose_name = _("Exchange")

    def ready(self) -> None:
        from exchange import checks  # noqa: F401, PLC0415 -- registers the checks
