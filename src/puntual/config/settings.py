"""Settings. Everything that differs between installations comes from the environment."""

from pathlib import Path
from urllib.parse import urlsplit

from puntual.config import environment, logs
from puntual.db import embedded

PACKAGE = Path(__file__).resolve().parents[1]
HOME = embedded.home()

# "production" refuses to start when something is dangerous; "demo" and "test" fill in what is missing.
MODE = environment.text("PUNTUAL_MODE", "production")
IS_PRODUCTION = MODE == "production"
DEBUG = False

SECRET_KEY = environment.secret_key(home=HOME, may_generate=not IS_PRODUCTION) or "unsafe-not-set"
ALLOWED_HOSTS = environment.words("PUNTUAL_ALLOWED_HOSTS") or ([] if IS_PRODUCTION else ["*"])
CSRF_TRUSTED_ORIGINS = environment.words("PUNTUAL_TRUSTED_ORIGINS")
# Public address of the portal links when no request says it (messages are rendered by workers).
BASE_URL = environment.text("PUNTUAL_BASE_URL", "http://localhost:8000").rstrip("/")

DATABASE_URL = environment.text("DATABASE_URL")
# Set by the puntual command when it started the embedded server itself.
IS_EMBEDDED = environment.flag("PUNTUAL_EMBEDDED", default=False)
MAY_EMBED = environment.flag("PUNTUAL_ALLOW_EMBEDDED", default=False)
DATABASES = {"default": environment.database(DATABASE_URL or "postgresql://puntual@localhost/puntual")}
DATABASE_ROUTERS = ("django_tenants.routers.TenantSyncRouter",)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Limits on sign-in count over all processes and hosts, so they live in the one database, apart by company.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "puntual_cache",
        "KEY_FUNCTION": "django_tenants.cache.make_key",
        "REVERSE_KEY_FUNCTION": "django_tenants.cache.reverse_key",
    }
}

TENANT_MODEL = "companies.Company"
TENANT_DOMAIN_MODEL = "companies.Domain"
TENANT_LIMIT_SET_CALLS = True
SHARED_APPS = [
    "django_tenants",
    "puntual.companies",
    "procrastinate.contrib.django",
]
TENANT_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "puntual.identity",
    "puntual.audit",
    "puntual.portfolio",
    "puntual.contacts",
    "puntual.duplicates",
    "puntual.agreements",
    "puntual.assessment",
    "puntual.plans",
    "puntual.compliance",
    "puntual.outreach",
    "puntual.rights",
    "puntual.payments",
    "puntual.reconciliation",
    "puntual.intake",
    "puntual.sources",
    "puntual.insights",
]
_PAGE_APPS = [
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django_cotton.apps.SimpleAppConfig",
    "django_htmx",
    "puntual.web",
    "puntual.staff",
    "puntual.portal",
    "puntual.api",
    "puntual.worker",
    "puntual.cli",
    "puntual.config",
]
INSTALLED_APPS = [*SHARED_APPS, *TENANT_APPS, *_PAGE_APPS]

MIDDLEWARE = [
    "puntual.web.middleware.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Before whatever may refuse: a refusal is told in the language of this request, not of the last one.
    "django.middleware.locale.LocaleMiddleware",
    "puntual.web.middleware.CompanyFromHost",
    "puntual.web.middleware.ContentSecurity",
    "puntual.web.middleware.BodySize",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "puntual.web.middleware.DomainErrors",
]
ROOT_URLCONF = "puntual.config.urls"
WSGI_APPLICATION = "puntual.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "django.templatetags.i18n",
                "django.templatetags.static",
                "puntual.web.templatetags.puntual_format",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "puntual.web.context.page",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

LANGUAGE_CODE = "es-mx"
LANGUAGES = [("es-mx", "Español (México)"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "web" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "America/Mexico_City"

STATIC_URL = "/static/"
STATIC_ROOT = environment.text("PUNTUAL_STATIC_ROOT") or str(HOME / "static")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "puntual.web.storage.HashedStaticFiles"},
}
WHITENOISE_USE_FINDERS = not IS_PRODUCTION
WHITENOISE_MAX_AGE = 60 if not IS_PRODUCTION else 31_536_000

AUTH_USER_MODEL = "identity.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ACCOUNT_ADAPTER = "puntual.staff.accounts.ClosedAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key", "reset_password": "5/m/ip"}
ACCOUNT_PREVENT_ENUMERATION = True
# Who asks for the password of nobody is answered alike, and nobody gets a message.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Puntual"
# An owner gives every address: there is no sign-up, and no page where somebody could prove theirs.
MFA_ALLOW_UNVERIFIED_EMAIL = True
LOGIN_REDIRECT_URL = "/"
LOGIN_URL = "/cuenta/login/"

SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
IS_HTTPS = environment.flag("PUNTUAL_HTTPS", default=IS_PRODUCTION)
SESSION_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_SECURE = IS_HTTPS
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_HTTPS
IS_BEHIND_PROXY = environment.flag("PUNTUAL_BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_BEHIND_PROXY else None
# Limits on sign-in count by the visitor's own address, which only the proxy knows.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if IS_BEHIND_PROXY else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# Largest file that the import page takes, in bytes.
IMPORT_FILE_BYTES_MAX = 200 * 1024 * 1024
# Where sources may read files of this machine: each company in the folder of its own key.
SOURCE_FOLDERS = environment.text("PUNTUAL_FOLDERS")
# Servers inside the installation's own network that sources may reach.
SOURCE_HOSTS = environment.words("PUNTUAL_SOURCE_HOSTS")

EMAIL_URL = environment.text("EMAIL_URL")
EMAIL_SERVER = environment.mail(EMAIL_URL) if EMAIL_URL else None
# Django's own mail (a forgotten password) goes by the same server; where there is none it is only kept in memory.
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_SERVER else 'locmem'}.EmailBackend"
EMAIL_HOST = EMAIL_SERVER["host"] if EMAIL_SERVER else ""
EMAIL_PORT = EMAIL_SERVER["port"] if EMAIL_SERVER else 25
EMAIL_HOST_USER = EMAIL_SERVER["user"] if EMAIL_SERVER else ""
EMAIL_HOST_PASSWORD = EMAIL_SERVER["password"] if EMAIL_SERVER else ""
EMAIL_USE_TLS = EMAIL_SERVER is not None and EMAIL_SERVER["tls"] == "starttls"
EMAIL_USE_SSL = EMAIL_SERVER is not None and EMAIL_SERVER["tls"] == "tls"
EMAIL_TIMEOUT = 20
# Of a company without an address of its own.
DEFAULT_FROM_EMAIL = (
    EMAIL_HOST_USER if "@" in EMAIL_HOST_USER else f"puntual@{urlsplit(BASE_URL).hostname or 'localhost'}"
)
# Where the demo mail server keeps what it received; empty outside the demo.
DEMO_MAILBOX = environment.text("PUNTUAL_DEMO_MAILBOX")
# Key under which the mail provider signs what it tells; without one nothing it tells is believed.
WEBHOOK_SECRET = environment.text("PUNTUAL_WEBHOOK_SECRET")
METRICS_TOKEN = environment.text("PUNTUAL_METRICS_TOKEN")

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = None
PROCRASTINATE_IMPORT_PATHS = ["puntual.worker.tasks"]
NINJA_PAGINATION_MAX_LIMIT = 1000

LOGGING_CONFIG = "puntual.config.logs.configure"
LOGGING = logs.settings_for(
    is_json=environment.flag("PUNTUAL_LOG_JSON", default=IS_PRODUCTION),
    level=environment.one_of(
        "PUNTUAL_LOG_LEVEL", logs.LEVELS, default="WARNING" if MODE == "test" else "INFO"
    ),
)
SILENCED_SYSTEM_CHECKS = [
    "django_tenants.W003",
    # Whether browsers preload the domain concerns all of its hosts, which only its owner knows.
    "security.W021",
]
