"""Django as it is served, on a database of its own."""

import logging
import os
import tempfile
from pathlib import Path

SCRATCH = tempfile.TemporaryDirectory(prefix="exchange-bench-")


def start(database: str = "", var: str = SCRATCH.name) -> None:
    """Set up with the settings of the house, on an empty database unless one is given."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "exchange.settings",
        "EXCHANGE_DEMO": "1",
        "EXCHANGE_RATE_LIMITS": "0",
        "DEBUG": "0",
        "EXCHANGE_VAR": var,
        "DATABASE_URL": database or f"sqlite:///{Path(var) / 'bench.sqlite3'}",
    }
    import django  # noqa: PLC0415 -- the environment first

    django.setup()
    logging.disable(logging.WARNING)
