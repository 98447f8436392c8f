"""Settings that every installation shares.

One box is the default: SQLite, a Whoosh index, local disk and the database task queue, all below one data
directory. A larger engine is chosen in a settings module of the installation's own (docs/settings.md), never
by changing code.
"""

import os
from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from .engines import database, search_engine

BASE_DIR = Path(__file__).resolve().parent.parent.parent
PROJECT_DIR = BASE_DIR / "site_config"
DATA_DIR = Path(os.environ.get("GUBEN_DATA", BASE_DIR / "var"))

INSTALLED_APPS = [
    "site_config",
    "stations",
    "search",
    "meetings",
    "courses",
    "lectures",
    "exemplars",
    "hours",
    "notices",
    "members",
    "local_videos",
    "foundation",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.search_promotions",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "members.apps.UsersAppConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
]

MIDDLEWARE = [
    "site_config.requests.query_strings.QueriesHoldNoNul",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "site_config.requests.private_pages.PersonalPagesAreNotStored",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "members.accounts.sessions.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "axes.middleware.AxesMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "site_config.urls"
WSGI_APPLICATION = "site_config.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PROJECT_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "site_config.templatetags.shell",
                "foundation.templatetags.measures",
                "hours.templatetags.credit_hours",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
            ],
        },
    },
]

# --- Data -------------------------------------------------------------------------------------------------

DATABASES = {"default": database(os.environ.get("GUBEN_DATABASE", ""), DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/media/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    # Evidence of training and certificates of hours: outside what the web server sends by itself.
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "private"},
    },
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend",
        "QUEUES": ["default", "films"],
    }
}

CACHES = {
    # What a process may keep for itself and lose.
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    # What all processes must agree on: how often somebody tried. Its table is made after each `migrate`.
    "shared": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "shared_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
}

# --- People -----------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "members.Member"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "members.accounts.backends.PhoneOrNumberBackend",
    "members.accounts.backends.CodeBackend",
    "members.accounts.backends.SecondFactorBackend",
]
# Length, or a Chinese phrase, is the one rule an elderly person can follow; the rest refuses what is guessed
# first. Nothing is asked about kinds of characters.
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "members.accounts.password_rules.LongEnough"},
    {"NAME": "members.accounts.password_rules.NotOnesOwnNumber"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# The branch issues a code for the first sign-in or a forgotten password; it is good for so many days.
MEMBERS_CODE_DAYS = 14
# Whether those who hold a role "may" sign in with a second factor or "must".
MEMBERS_STAFF_SECOND_FACTOR = os.environ.get("GUBEN_STAFF_SECOND_FACTOR", "may")
# Where it must be, staff without one are led to its set-up from every page that is refused to them, and from
# these, which open to everybody and hold nothing for whoever has no task.
MEMBERS_STAFF_PAGES = ("/sessions/", "/station/pair/", "/station/roll/")
# Of django-allauth we use what keeps and computes the codes, with the `account` that it rests on; pages and
# the way to sign in are ours. A phone's clock may be half a minute wrong.
MFA_ADAPTER = "members.accounts.second_factor_secrets.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1
LOGIN_URL = "members:sign_in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "site_config.requests.csrf.csrf_failure"

# Ten wrong passwords for one name, then a quarter of an hour's pause. A village shares one address, so the
# address is not counted; sign-in names are kept out of the logs.
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = ["username"]
# Django passes what was typed under this name, whatever the model's own field is called.
AXES_USERNAME_FORM_FIELD = "username"
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
# What was typed is kept with a wrong try, but never these.
AXES_SENSITIVE_PARAMETERS = [
    "username",
    "ip_address",
    "code",
    "old_password",
    "new_password1",
    "new_password2",
    "csrfmiddlewaretoken",
]
AXES_LOCKOUT_TEMPLATE = "members/locked_out.html"

# The largest list of members or organizations that is taken, and for how many days its rows are kept.
MEMBERS_IMPORT_MAX_BYTES = 50 * 1024**2
MEMBERS_IMPORT_DAYS = 30

# --- Language and time ------------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

# --- Wagtail ----------------------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = "固本"
WAGTAILADMIN_BASE_URL = os.environ.get("GUBEN_BASE_URL", "http://localhost:8000")
WAGTAIL_CONTENT_LANGUAGES = WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
# Pages for signed-in readers ask for the sign-in by our own page; documents of such pages as well.
WAGTAIL_FRONTEND_LOGIN_URL = "members:sign_in"
WAGTAIL_PASSWORD_REQUIRED_TEMPLATE = "site_config/password_required.html"  # noqa: S105  a template
WAGTAILADMIN_LOGIN_URL = "members:sign_in"
WAGTAIL_PASSWORD_RESET_ENABLED = False  # by e-mail; the branch helps instead
WAGTAIL_USER_TIME_ZONES = ["Asia/Shanghai", "UTC"]
# The admin calls no outside host: offices often have none to call.
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []
WAGTAILADMIN_RICH_TEXT_EDITORS = {
    "default": {
        "WIDGET": "wagtail.admin.rich_text.DraftailRichTextArea",
        "OPTIONS": {"features": ["h3", "h4", "bold", "ol", "ul", "link", "document-link"]},
    }
}
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "odt", "pdf", "pptx", "txt", "xlsx", "zip"]
WAGTAILDOCS_MAX_UPLOAD_SIZE = 50 * 1024 * 1024
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
WAGTAILSEARCH_BACKENDS = search_engine(os.environ.get("GUBEN_SEARCH", ""), DATA_DIR / "index")

# The district's own words, as editors keep them in the admin, written down for every process that cuts texts.
SEARCH_DISTRICT_WORDS = DATA_DIR / "index" / "district_words.txt"

# --- Films ------------------------------------------------------------------------------------------------

# Segments lie below STREAMS_ROOT/<unguessable, expiring name>/ and nginx
# sends them; Python only decides who is told the name (local_videos/playback/streaming.py).
LOCAL_VIDEOS_ROOT = DATA_DIR / "films"
LOCAL_VIDEOS_STREAMS_ROOT = DATA_DIR / "streams"
LOCAL_VIDEOS_STREAMS_URL = "/streams/"
LOCAL_VIDEOS_MAX_UPLOAD_BYTES = 8 * 1024**3
# Uploads come in pieces of this many bytes; one that nobody continued for so many days is removed.
LOCAL_VIDEOS_CHUNK_BYTES = 8 * 1024**2
LOCAL_VIDEOS_UPLOAD_DAYS = 7
LOCAL_VIDEOS_FFMPEG = os.environ.get("GUBEN_FFMPEG", "")
# The longest film that is taken, in seconds, and the largest picture, in pixels (8K).
LOCAL_VIDEOS_MAX_SECONDS = 6 * 60 * 60
LOCAL_VIDEOS_MAX_PIXELS = 8192 * 4320
# Qualities, best first: short side in pixels, most bits per second, effort of the encoder (x264 preset).
LOCAL_VIDEOS_LADDER = [
    (1080, 2_600_000, "veryfast"),
    (720, 1_400_000, "veryfast"),
    (480, 600_000, "medium"),
]
# What all films sound like, in LUFS: the level that people expect of speech on a phone.
LOCAL_VIDEOS_LOUDNESS = -16.0
# Threads of one ffmpeg (0: as many as there are cores) and how far it stands back (0 to 19). How many films
# are prepared at once is the number of workers that serve the queue "films".
LOCAL_VIDEOS_FFMPEG_THREADS = int(os.environ.get("GUBEN_FFMPEG_THREADS", "0"))
LOCAL_VIDEOS_NICE = 10
# A film whose ffmpeg was ended from outside waits this many seconds, then twice as many.
LOCAL_VIDEOS_RETRY_SECONDS = 30
# A worker that says nothing for this many seconds has died; its film is given to another.
LOCAL_VIDEOS_LEASE_SECONDS = 120

# The share of a lecture's film that must have been seen before hours are credited.
LECTURES_SEEN_SHARE = 0.95
# Film seconds that one second of the clock may earn: the player's fastest speed.
LECTURES_MAX_SPEED = 2.0
# Seconds that a player plays on from its buffer without being heard: the most that one heartbeat accrues.
LECTURES_HEARTBEAT_GAP_SECONDS = 600
# For so many days whoever ticked somebody wrongly on a roll may take those hours back without an officer.
LECTURES_CORRECTION_DAYS = 7

# The largest picture or PDF that is taken as evidence of training.
HOURS_EVIDENCE_MAX_BYTES = 10 * 1024**2
# So many wrong codes or names from one network in so many seconds, then checking certificates pauses.
HOURS_WRONG_CODES = 30
HOURS_WRONG_CODES_SECONDS = 15 * 60

# --- Stations ---------------------------------------------------------------------------------------------

# The language of all station screens, of LANGUAGES; None: that of each screen's browser.
STATIONS_LANGUAGE: str | None = None

# --- Security ---------------------------------------------------------------------------------------------

# Wagtail lets its own previews into a frame by itself.
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    # Wagtail's admin relies on inline scripts; it is open to staff only.
    "EXCLUDE_URL_PREFIXES": ("/admin/",),
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "media-src": [SELF, "blob:"],
        "worker-src": [SELF, "blob:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "plain"},
        "faults": {"class": "logging.StreamHandler", "formatter": "plain", "level": "WARNING"},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "local_videos": {"level": "INFO"},
        "search": {"level": "INFO"},
        "stations": {"level": "INFO"},
        "axes": {"level": "ERROR"},
        # One line for each task would bury what matters; a failure is still said. The worker lowers these
        # loggers' own level, so the handler holds the line.
        "django_tasks": {"handlers": ["faults"], "propagate": False},
        "django_tasks_db": {"handlers": ["faults"], "propagate": False},
    },
}
# Counting addresses would lock out a whole village behind one line.
SILENCED_SYSTEM_CHECKS = ["axes.W006"]
