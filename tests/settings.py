"""The settings of the tests: those of the house, sealed off from the environment, fast and without a network."""

import os

for name in ("EXCHANGE_DEMO", "EXCHANGE_RATE_LIMITS", "DEBUG", "ALLOWED_HOSTS", "SECRET_KEY_FALLBACKS", "SSL_REDIRECT",
             "SURFCONEXT_ISSUER", "SURFCONEXT_CLIENT_ID", "SURFCONEXT_SECRET",
             "IDLE_HOURS", "SECOND_STEP_REQUIRED", "SECOND_STEP_GRACE_DAYS",
             "BOUNCE_ADDRESS", "BOUNCE_IMAP", "BOUNCE_IMAP_USER", "BOUNCE_IMAP_PASSWORD"):  # fmt: skip
    os.environ.pop(name, None)
os.environ["SECRET_KEY"] = "only-for-tests-" + "0123456789abcdef" * 4
os.environ["BASE_URL"] = "http://testserver"
os.environ["EMAIL_BACKEND"] = "django.core.mail.backends.locmem.EmailBackend"
os.environ["DEFAULT_FROM_EMAIL"] = "Exchange <noreply@exchange.example>"
os.environ["CONTACT_EMAIL"] = "vragen@exchange.example"
os.environ.setdefault("DATABASE_URL", "sqlite://:memory:")

from exchange.settings import *  # noqa: E402, F403 -- after the environment is sealed
from exchange.settings import CACHES, DATABASES, INSTALLED_APPS, MIDDLEWARE, STORAGES  # noqa: E402 -- named for the checkers

if "demo" not in INSTALLED_APPS:
    INSTALLED_APPS.append("demo")
# Static files are the test server's affair; nothing was collected.
MIDDLEWARE = [name for name in MIDDLEWARE if not name.startswith("whitenoise")]
# As in the demonstration; tests/people/test_second_step.py switches it on.
SECOND_STEP_REQUIRED = False
# The server of the browser tests binds here.
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
DATABASES["default"]["CONN_MAX_AGE"] = 0
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # In memory, by its own name as pytest knows no engine but Django's; where several processes share it, in a file.
    name = str(DATABASES["default"]["NAME"])
    DATABASES["default"]["TEST"] = {"NAME": name if name == ":memory:" else f"{name}-test"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {**CACHES, "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STORAGES = {
    **STORAGES,
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
