"""All settings, read from the environment and from nowhere else.

Every variable is named and explained in `.env.example`.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONCE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

from config import embedded

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var"))).absolute()
DEBUG = env.bool("DEBUG", default=False)
SITE_URL = env.str("SITE_URL", default="http://localhost:8000").rstrip("/")
IS_PUBLIC = SITE_URL.startswith("https://")


# PostgreSQL and Redis: given, or embedded in VAR_DIR.
DATABASE_URL = env.str("DATABASE_URL", default="")
REDIS_URL = env.str("REDIS_URL", default="")
if not (DATABASE_URL and REDIS_URL):
    _services = embedded.ensure(
        VAR_DIR, postgres=not DATABASE_URL, valkey=not REDIS_URL
    )
    DATABASE_URL = DATABASE_URL or _services.database_url
    REDIS_URL = REDIS_URL or _services.redis_url


def _secret(name: str) -> str:
    """Return it as it is given; `env` takes a leading $ for another variable's name."""
    return os.environ.get(name, "")


def _kept_secret_key() -> str:
    """Return this installation's own secret, made once; only its user can read it."""
    path = VAR_DIR / "secret_key"
    VAR_DIR.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        made = path.with_name(f"secret_key.{os.getpid()}")
        made.touch(mode=0o600)
        made.write_text(get_random_secret_key())
        try:
            os.link(made, path)  # the first of two that start at once wins
        except FileExistsError:
            pass
        finally:
            made.unlink()
    return path.read_text()


SECRET_KEY = _secret("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
if IS_PUBLIC and not (SECRET_KEY and ALLOWED_HOSTS):
    raise ImproperlyConfigured(
        "SITE_URL begins with https: give SECRET_KEY and ALLOWED_HOSTS as well."
    )
if IS_PUBLIC and DEBUG:
    raise ImproperlyConfigured(
        "SITE_URL begins with https: DEBUG would show everybody settings and code."
    )
SECRET_KEY = SECRET_KEY or _kept_secret_key()
ALLOWED_HOSTS = ALLOWED_HOSTS or ["localhost", "127.0.0.1"]
ALLOWED_ORIGINS = env.list("ALLOWED_ORIGINS", default=[])

# Unipile. The demo and the tests start the sandbox and name it here.
UNIPILE_DSN = env.str("UNIPILE_DSN", default="")
UNIPILE_API_KEY = _secret("UNIPILE_API_KEY")
UNIPILE_WEBHOOK_SECRET = _secret("UNIPILE_WEBHOOK_SECRET")
UNIPILE_IS_SANDBOX = env.bool("UNIPILE_IS_SANDBOX", default=False)
if IS_PUBLIC and (UNIPILE_IS_SANDBOX or not (UNIPILE_DSN and UNIPILE_API_KEY)):
    raise ImproperlyConfigured(
        "SITE_URL begins with https: give UNIPILE_DSN and UNIPILE_API_KEY of a real "
        "Unipile; the sandbox is for demos and tests."
    )
DEMO_PASSWORD = _secret("DEMO_PASSWORD")

DATABASES = {"default": env.db_url_config(DATABASE_URL)}
# Celery and ASGI close connections after each task and request: with the pool that
# returns them, without it it costs 5 ms and under load 'too many clients'.
DATABASES["default"].update(
    CONN_MAX_AGE=0,
    CONN_HEALTH_CHECKS=True,
    OPTIONS={
        # a frozen process must not keep a row, nor its rivals waiting, for hours
        "options": "-c idle_in_transaction_session_timeout=60s -c lock_timeout=10s",
        **DATABASES["default"].get("OPTIONS", {}),
        "prepare_threshold": 5,  # for `searchjobs.rows.prepared`; Django's own never
        "pool": {
            "min_size": 2,
            "max_size": env.int("DATABASE_POOL_SIZE", default=80),
            "timeout": 10,
        },
    },
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "channels",
    "corsheaders",
    "csp",
    "django_guid",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "knox",
    "rest_framework",
    "accounts",
    "searchjobs",
    "prospects",
]

MIDDLEWARE = [
    "django_guid.middleware.guid_middleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
APPEND_SLASH = False
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# Who you are
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.passwords.CountingBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "login"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
REST_KNOX = {"TOKEN_TTL": timedelta(days=365), "AUTH_HEADER_PREFIX": "Token"}

# How one gets in
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = IS_PUBLIC
SECURE_HSTS_SECONDS = 31_536_000 if IS_PUBLIC else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_PUBLIC else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
CORS_ALLOWED_ORIGINS = ALLOWED_ORIGINS
CORS_ALLOW_CREDENTIALS = True
CORS_ALLOW_HEADERS = [
    "accept",
    "authorization",
    "content-type",
    "idempotency-key",
    "x-csrftoken",
    "x-request-id",
    "x-workspace-id",
]
CORS_EXPOSE_HEADERS = ["X-Request-Id", "Idempotent-Replayed", "Retry-After"]
CSRF_TRUSTED_ORIGINS = [*ALLOWED_ORIGINS, *([SITE_URL] if IS_PUBLIC else [])]
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "form-action": [SELF],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns where it lacks
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

# The REST API
API_THROTTLE_PER_MINUTE = env.int("API_THROTTLE_PER_MINUTE", default=6000)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.tokens.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["config.parsers.StrictJSONParser"],
    "DEFAULT_THROTTLE_CLASSES": ["config.throttling.PerTokenThrottle"],
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "config.errors.api_exception_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Shortlist",
    "DESCRIPTION": """Find people on LinkedIn in the background, and decide on them.

## Before the first call

Make a token on the page Settings and send it as `Authorization: Token <token>`;
here your session does. Who is in several workspaces names one in `X-Workspace-Id`.
A search that is created with an `Idempotency-Key` is created once, however often it
is sent. Every error has one shape: `error` says in words what happened and what to
do, `code` is for programs.
""",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "ENUM_NAME_OVERRIDES": {
        "Api": "searchjobs.models.SearchSource.choices",
        "JobStatus": "searchjobs.states.JobStatus.choices",
        "Decision": "prospects.models.DecisionValue.choices",
        "Shown": "prospects.filters.Shown.choices",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": False},  # a link within each button
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}
DJANGO_GUID = {
    "GUID_HEADER_NAME": "X-Request-Id",
    "RETURN_HEADER": True,
    "EXPOSE_HEADER": False,
    "VALIDATE_GUID": True,
    "UUID_FORMAT": "string",
}

# Live events. The layer's groups live in its connections and survive a flush.
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL], "prefix": "shortlist"},
    }
}

# Celery carries 'look at this account now' and nothing else.
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 0.4,
    "socket_timeout": 5,
    "retry_on_timeout": False,
    # A broker that is down is tried once more at once, and not for 6 s.
    "max_retries": 1,
    "interval_start": 0,
}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False

# The engine: each with its unit in the name.
SEARCH_PACE_SECONDS = env.float("SEARCH_PACE_SECONDS", default=2.0)
SEARCH_PACE_JITTER_SECONDS = env.float("SEARCH_PACE_JITTER_SECONDS", default=1.0)
SEARCH_LEASE_SECONDS = env.float("SEARCH_LEASE_SECONDS", default=90.0)
SEARCH_REDISPATCH_SECONDS = env.float("SEARCH_REDISPATCH_SECONDS", default=5.0)
SEARCH_STALL_TIMEOUT_SECONDS = env.float("SEARCH_STALL_TIMEOUT_SECONDS", default=900.0)
ACCOUNT_REREAD_SECONDS = env.float("ACCOUNT_REREAD_SECONDS", default=60.0)
SEARCH_DAILY_QUOTA = {
    "classic": env.int("SEARCH_DAILY_QUOTA_CLASSIC", default=1000),
    "sales_navigator": env.int("SEARCH_DAILY_QUOTA_SALES_NAVIGATOR", default=2500),
    "recruiter": env.int("SEARCH_DAILY_QUOTA_RECRUITER", default=2500),
}
if SEARCH_LEASE_SECONDS < 3:
    raise ImproperlyConfigured("SEARCH_LEASE_SECONDS must be 3 or more.")
if ACCOUNT_REREAD_SECONDS <= 0:
    raise ImproperlyConfigured("ACCOUNT_REREAD_SECONDS must be more than 0.")
if min(SEARCH_PACE_SECONDS, SEARCH_PACE_JITTER_SECONDS) < 0:
    raise ImproperlyConfigured("SEARCH_PACE_* cannot be negative.")

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-us"
USE_I18N = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "django_guid.log_filters.CorrelationId"}},
    "formatters": {
        "line": {
            "format": "{asctime} {levelname} {name} {correlation_id} {message}",
            "style": "{",
        }
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["request_id"],
        }
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "httpx": {"level": "WARNING"},
        "httpcore": {"level": "WARNING"},
        "django_guid": {"level": "WARNING"},
        # a turn's end is told; its beginning would be as many lines again
        "celery.worker.strategy": {"level": "WARNING"},
    },
}
