import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from exchange import wings


def static_changed() -> bool:
    """Whether a file was added or changed since the static files were last collected."""
    stamp = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if not stamp.exists():
        return True
    collected = stamp.stat().st_mtime
    watched = [settings.ROOT / "requirements.lock", *Path(settings.ROOT / "static").rglob("*")]
    return any(max(path.stat().st_mtime, path.stat().st_ctime) > collected for path in watched)


class Command(BaseCommand):
    help = "Everything between an installed version and a served one: libraries, tables, texts, static files."

    requires_system_checks: list[str] = []  # asked below, so that another command that calls this one asks too

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("doctor", stderr=self.stderr)
        self.check()
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        subprocess.run([sys.executable, str(settings.ROOT / "bin" / "messages"), "--compile"], check=True)  # noqa: S603
        for mend in wings.each(lambda wing: wing.mend):
            mend()
        if not settings.DEBUG and static_changed():
            call_command("collectstatic", interactive=False, verbosity=0)
