import io
import sys
import warnings
from contextlib import redirect_stdout
from importlib.util import find_spec
from pathlib import Path
from runpy import run_path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

#: What a library is called by who installs it.
PANGO = {
    "debian": "apt-get install --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
    "mac": "brew install pango",
}
SUBSET = {"debian": "apt-get install --no-install-recommends libharfbuzz-subset0", "mac": "brew install harfbuzz"}
OLDEST_PANGO = 14400


def install_line(lines: dict[str, str]) -> str:
    """The line that mends it on this kind of machine."""
    return lines["mac" if sys.platform == "darwin" else "debian"]


class Command(BaseCommand):
    help = "Tell in one sentence which system library is missing, or stay silent."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        # What is missing is told below, in one sentence instead of the library's page.
        with warnings.catch_warnings(), redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            try:
                found = run_path(self.bindings())
            except OSError as problem:
                library = str(problem).split("'")[1] if "'" in str(problem) else "Pango"
                raise CommandError(
                    f"PDFs need the system library {library}, which is missing: {install_line(PANGO)}"
                ) from problem
        if found["pango"].pango_version() < OLDEST_PANGO:
            raise CommandError("PDFs need Pango 1.44 or newer; this machine has an older one.")
        if found["harfbuzz_subset"] is None:
            line = install_line(SUBSET)
            self.stderr.write(f"PDFs are fifteen times slower without libharfbuzz-subset: {line}")

    def bindings(self) -> str:
        """Where WeasyPrint opens its system libraries; that file alone is run, as the rest takes seconds to import."""
        home = find_spec("weasyprint")
        if home is None or not home.submodule_search_locations:
            raise CommandError("WeasyPrint is not installed: pip install --require-hashes -r requirements.lock")
        return str(Path(home.submodule_search_locations[0]) / "text" / "ffi.py")
