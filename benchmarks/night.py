"""`make night`: the last five minutes of a call. 300 people write on and 50 send, on gunicorn as it ships.

Real connections, sessions and tokens, in real time: five minutes take five minutes (MINUTES=1 for a look, in which the
fifty send in one, and the others write as fast as ever). Afterwards every text is held against the database, and every
receipt against what was sent; the code is 1 when anything differs, or when anybody got an error.
"""

import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NO_SERVER = 69


def house(var: str, database: str) -> dict[str, str]:
    """The environment of a real installation on this machine."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR", "MINUTES")}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "exchange.settings",
        "EXCHANGE_VAR": var,
        "SECRET_KEY": secrets.token_urlsafe(64),
        "BASE_URL": f"http://127.0.0.1:{port}",
        "ALLOWED_HOSTS": "127.0.0.1,localhost,testserver",
        "CONTACT_EMAIL": "vragen@exchange.example",
        "EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
        "PORT": str(port),
        # bin/cluster says where its own is.
        **({"DATABASE_URL": f"sqlite:///{Path(var) / 'night.sqlite3'}"} if database == "sqlite" else {}),
    }


def tell_units() -> None:
    """Until it is ended: what a unit takes now, every ten seconds (benchmarks/units.py)."""
    import django  # noqa: PLC0415 -- the environment first

    django.setup()
    from benchmarks.units import bare  # noqa: PLC0415

    unit = bare()
    while True:
        print(unit(7), flush=True)  # noqa: T201 -- read by the night
        time.sleep(10)


def main() -> int:
    """A night on each database."""
    code = 0
    for database in (os.environ.get("DATABASES") or "sqlite postgresql").split():
        server = [str(ROOT / "bin" / "cluster")] if database == "postgresql" else []
        with tempfile.TemporaryDirectory(prefix="exchange-night-") as var:
            command = [*server, sys.executable, "-m", "benchmarks.evening"]
            ended = subprocess.run(command, cwd=ROOT, env=house(var, database), check=False).returncode  # noqa: S603
        if ended == NO_SERVER:
            print("PostgreSQL is not installed or did not start, so it is left out.")  # noqa: T201 -- telling is what it is for
        else:
            code = ended or code
    return code


if __name__ == "__main__":
    if sys.argv[1:] == ["unit"]:
        tell_units()
    sys.exit(main())
