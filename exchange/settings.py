"""Settings, all of them from the environment with defaults for one machine."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from environs import Env

env = Env()
ROOT = Path(__file__).resolve().parent.parent
VAR = Path(env.str("EXCHANGE_VAR", str(ROOT / "var")))

DEBUG = env.bool("DEBUG", False)
DEMO = env.bool("EXCHANGE_DEMO", False)
BASE_URL = env.str("BASE_URL", "http://127.0.0.1:8000").rstrip("/")
SECURE = urlsplit(BASE_URL).scheme == "https"
SECRET_KEY = env.str("SECRET_KEY", "demo-only-key-" + "x" * 40 if DEMO or DEBUG else "")
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", [urlsplit(BASE_URL).hostname or "", *(["localhost", "127.0.0.1"] if DEMO or DEBUG else [])]
)
ALLIANCE_NAME = env.str("ALLIANCE_NAME", "Alliantie De Zeven")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.admin",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "django_tables2",
    "django_filters",
    "exchange",
    "exchange.people",
    "exchange.privacy",
    "exchange.history",
    "exchange.outbox",
    "exchange.jobs",
    "exchange.unsent",
    "exchange.trips",
    "exchange.documents",
    "applications",
    "evaluations",
    "evaluations.certificates",
    "evaluations.impact",
]
if DEMO:
    INSTALLED_APPS.append("demo")

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "exchange.middleware.HeadersMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "exchange.middleware.BadInputMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "exchange.middleware.LanguageMiddleware",
    "exchange.people.sessions.SittingMiddleware",
    "exchange.middleware.SignInMiddleware",
    "exchange.people.second_step.SecondStepMiddleware",
    "exchange.middleware.VerdictMiddleware",
    "exchange.middleware.TitleMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "exchange.unsent.middleware.SentOnceMiddleware",
    "exchange.history.middleware.TracesMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
]

ROOT_URLCONF = "exchange.urls"
WSGI_APPLICATION = "exchange.wsgi.application"
ASGI_APPLICATION = "exchange.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORM_RENDERER = "exchange.forms.Renderer"

BUILTINS = [
    "django.templatetags.i18n",
    "django.templatetags.static",
    "exchange.templatetags.house",
    "exchange.templatetags.trip",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["exchange.loading.Loader", "django.template.loaders.app_directories.Loader"],
                ),
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "exchange.context.house",
            ],
            "builtins": BUILTINS,
        },
    },
    {
        # Plain-text mail: nothing to escape, and nothing a browser will ever read as HTML.
        "NAME": "mail",
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "OPTIONS": {"autoescape": False, "builtins": BUILTINS},
    },
]

# --- data ---------------------------------------------------------------------------------------
DATABASES = {"default": env.dj_db_url("DATABASE_URL", f"sqlite:///{VAR / 'exchange.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["ENGINE"] = "exchange.sqlite3"
    # WAL + IMMEDIATE: writers wait for each other instead of failing; FULL: a receipt survives a power cut.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA mmap_size=134217728;"
            "PRAGMA journal_size_limit=67108864;PRAGMA cache_size=-16000;"
        ),
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # As long as SQLite: whoever waits for a lock hears about it, and a server that is away is not waited for.
    options = DATABASES["default"].setdefault("OPTIONS", {})
    options["options"] = f"-c lock_timeout=20s {options.get('options', '')}".strip()
    options.setdefault("connect_timeout", 5)
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "exchange.limits.Cache",
        "LOCATION": "exchange_cache",
    },
    # In the memory of each process, by what is in it: pages as visitors see them, papers that anybody may ask for, and
    # reports as they were published.
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "OPTIONS": {"MAX_ENTRIES": 200},
    },
    "papers": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "papers",
        "TIMEOUT": 86400,
        "OPTIONS": {"MAX_ENTRIES": 50},
    },
    "editions": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "editions",
        "TIMEOUT": None,
        "OPTIONS": {"MAX_ENTRIES": 200},
    },
}

# --- people and sign-in -------------------------------------------------------------------------
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/my/"
ACCOUNT_ADAPTER = "exchange.people.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_FORMS = {
    "signup": "exchange.people.forms.SignupForm",
    "request_login_code": "exchange.people.forms.LoginCodeForm",
    "confirm_login_code": "exchange.people.forms.MailedCodeForm",
}
MFA_FORMS = {"authenticate": "exchange.people.forms.SecondStepForm"}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
# Twice: a code that never arrives is no dead end.
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_ON_GET = False
# Strict per account, loose per address: forty people at a kick-off share one school address.
RATE_LIMITS_ON = env.bool("EXCHANGE_RATE_LIMITS", True) or not DEMO
ACCOUNT_RATE_LIMITS = (
    {
        "login": "300/m/ip",
        "login_failed": "300/m/ip,5/5m/key",
        "signup": "120/m/ip",
        "confirm_email": "1/30s/key",
        # Three guesses a code. The key is the account and from where it is asked, so that who guesses spends their own
        # share; all who ask from elsewhere together have another. A device the account knows has a share of its own.
        "request_login_code": "120/m/ip,3/m/key,12/h/key",
        "request_login_code_in_all": "30/h/key",
        "reset_password": "120/m/ip,5/m/key",
        "reset_password_from_key": "120/m/ip",
        "school_account": "300/m/ip",
        "endorse": "120/m/ip",
        "verify": "60/m/ip",
        "poster": "120/m/ip",
    }
    if RATE_LIMITS_ON
    else False
)
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ADAPTER = "exchange.people.adapter.SecondStepAdapter"
# Asked of administrators, coordinators and leads (exchange/people/second_step.py); the demonstration asks it of nobody.
SECOND_STEP_REQUIRED = env.bool("SECOND_STEP_REQUIRED", True) and not DEMO
SECOND_STEP_GRACE_DAYS = max(0, env.int("SECOND_STEP_GRACE_DAYS", 14))
MFA_TOTP_ISSUER = "Exchange"
USERSESSIONS_TRACK_ACTIVITY = False
# The sign-in of the schools (docs/decisions/0014): there when all three are set.
SURFCONEXT_ISSUER = env.str("SURFCONEXT_ISSUER", "").rstrip("/")
SURFCONEXT_CLIENT_ID = env.str("SURFCONEXT_CLIENT_ID", "")
SURFCONEXT_SECRET = env.str("SURFCONEXT_SECRET", "")
SOCIALACCOUNT_ADAPTER = "exchange.people.adapter.SchoolAccountAdapter"
SOCIALACCOUNT_FORMS = {"signup": "exchange.people.forms.SchoolSignupForm"}
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True  # once the adapter agrees to it, the account stays known
SOCIALACCOUNT_STORE_TOKENS = False
PASSWORD_RESET_TIMEOUT = 3600 * 4

# After so many hours in which nobody did anything, a session ends: the shortest time of all roles somebody holds.
# Whoever is away with a trip has "away" at least, from one evening to the next. Others: IDLE_HOURS="administrator=2,…".
IDLE_HOURS: dict[str, float] = {
    "administrator": 4,
    "coordinator": 12,
    "lead": 12,
    "companion": 24,
    "reviewer": 24,
    "partner": 24,
    "away": 36,
    "everybody": 24 * 14,
} | env.dict("IDLE_HOURS", {}, subcast_values=float)
SESSION_ENGINE = "exchange.people.sessions"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
PREFIX = "__Host-" if SECURE else ""
SESSION_COOKIE_NAME = f"{PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{PREFIX}csrftoken"
LANGUAGE_COOKIE_NAME = "language"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "exchange.views.stale_token"
CSRF_TRUSTED_ORIGINS = [BASE_URL]

# --- security -----------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = SECURE and env.bool("SSL_REDIRECT", True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
# A list inside browsers, from which a name comes off in months: whoever runs the house decides, and asks to be listed.
SECURE_HSTS_PRELOAD = SECURE and env.bool("HSTS_PRELOAD", False)
SILENCED_SYSTEM_CHECKS = ["security.W021"]  # which asks for that list
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    },
}
# What a page may use of the device; passkeys and copying a link are all that any of ours asks for.
PERMISSIONS_POLICY = ", ".join(
    [
        *(f"{one}=(self)" for one in ("clipboard-write", "publickey-credentials-create", "publickey-credentials-get")),
        *(
            f"{one}=()"
            for one in """
            accelerometer autoplay bluetooth browsing-topics camera clipboard-read display-capture encrypted-media
            fullscreen gamepad geolocation gyroscope hid idle-detection local-fonts magnetometer microphone midi payment
            picture-in-picture screen-wake-lock serial usb web-share xr-spatial-tracking
            """.split()
        ),
    ]
)
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 5

# --- words, days and places ---------------------------------------------------------------------
LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", _("Dutch")), ("en", _("English"))]
# What libraries say is said in our words: the second holds theirs, in both languages.
LOCALE_PATHS = [ROOT / "locale", ROOT / "locale" / "libraries"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Amsterdam"
FORMAT_MODULE_PATH = ["exchange.formats"]

STATIC_URL = "/static/"
STATICFILES_DIRS = [ROOT / "static"]
STATIC_ROOT = VAR / "static"
STORAGES = {
    # Nobody else on the machine reads what is made for one reader.
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
    },
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        ),
    },
}
MEDIA_ROOT = VAR / "media"

# --- mail ---------------------------------------------------------------------------------------
EMAIL_BACKEND = env.str(
    "EMAIL_BACKEND",
    "demo.mailbox.Backend" if DEMO else "django.core.mail.backends.smtp.EmailBackend",
)
EMAIL_HOST = env.str("EMAIL_HOST", "localhost")
EMAIL_PORT = env.int("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_SSL = env.bool("EMAIL_USE_SSL", False)
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", False)
EMAIL_TIMEOUT = 20
#: Where questions about the house itself go: an address that somebody reads.
CONTACT_EMAIL = env.str("CONTACT_EMAIL", "vragen@exchange.example" if DEMO else "")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "Exchange <noreply@exchange.example>")
# Where mail comes back to, each message to an address of its own (docs/decisions/0022); read by `manage.py bounces`.
BOUNCE_ADDRESS = env.str("BOUNCE_ADDRESS", "")
BOUNCE_IMAP = env.str("BOUNCE_IMAP", "")
BOUNCE_IMAP_USER = env.str("BOUNCE_IMAP_USER", "")
BOUNCE_IMAP_PASSWORD = env.str("BOUNCE_IMAP_PASSWORD", "")

DJANGO_TABLES2_TEMPLATE = "components/table.html"
DJANGO_TABLES2_PAGE_RANGE = 5
MINIMUM_PEOPLE = max(3, env.int("MINIMUM_PEOPLE", 5))
#: Every how many years 5 May is a day off: 1 is always, 5 is in years that end in 0 or 5, 0 is never.
LIBERATION_DAY_EVERY = max(0, env.int("LIBERATION_DAY_EVERY", 1))

LOG_LEVEL = env.str("LOG_LEVEL", "WARNING")
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"discreet": {"()": "exchange.logs.Discreet"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["discreet"]}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    # Django's own handlers know of no secret; everything goes by the one above. gunicorn's: exchange/serving.py.
    "loggers": {
        "django": {"handlers": [], "level": LOG_LEVEL},
        "django.server": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
    },
}
