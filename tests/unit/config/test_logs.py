"""Personal data and secrets never reach a log line, whatever value they hide in."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from puntual.config import logs

PRIVATE = [
    "maria.lopez@correo.example",
    "José.Ñúñez+cobro@sub.dominio.example.mx",
    "5512345678",
    "55 1234 5678",
    "+52 55 1234 5678",
    "(55) 1234-5678",
    "52.55.1234.5678",
    "GODE561231GR8",
    "gode561231gr8",
    "MUV-010101-AB1",
    "Ñ&A010101AB1",
    "GODE561231MDFNRS09",
    "pk1a2b3c4d.Zr8Qx0_hJ7kLmN5pT2vWyB4cD6eF8gH1",
    "1:1vXyZa9-bQ7rStUvWxYz0123456789:AbCdEfGhIjKlMnOpQrStUv1",
    "Bearer abc.def",
    "002010077777777771",
]


@pytest.mark.parametrize("private", PRIVATE)
def test_a_private_value_is_hidden_in_any_sentence(private: str) -> None:
    for sentence in (
        private,
        f"antes {private} después",
        f"<{private}>",
        f"/p/{private}/",
        f"valor={private}.",
    ):
        assert private not in logs.mask_text(sentence)


@given(
    private=st.sampled_from(PRIVATE),
    before=st.text(alphabet="abc ñ,;:()<>\"'/\n", max_size=20),
    after=st.text(alphabet="abc ñ,;:()<>\"'/\n", max_size=20),
)
def test_a_private_value_is_hidden_between_any_words(private: str, before: str, after: str) -> None:
    assert private not in logs.mask_text(f"{before} {private} {after}")


@given(number=st.integers(min_value=10**9, max_value=10**15))
def test_a_telephone_as_a_number_is_hidden(number: int) -> None:
    assert logs.mask_value({"llamado": number}) == {"llamado": logs.HIDDEN}


@given(local=st.from_regex(r"[a-z][a-z0-9._+-]{0,20}", fullmatch=True))
def test_every_mailbox_is_hidden(local: str) -> None:
    address = f"{local}@empresa.example"

    assert address not in logs.mask_text(f"no se pudo entregar a {address}: rebote")


@pytest.mark.parametrize(
    "harmless",
    [
        "request",
        "staff:customer",
        "puntual.request",
        "django.db.utils.IntegrityError",
        "2026-11-23",
        "2026-11-23T16:00:00.123456Z",
        "2026-11-23 16:00:00+00:00",
        "portfolio_receivable_open_amount_check",
        "12,450.00 MXN",
        "decisiones: 12450",
        "src/puntual/flows/daily_run.py",
    ],
)
def test_what_engineers_need_stays_readable(harmless: str) -> None:
    assert logs.mask_text(harmless) == harmless


def test_values_are_masked_at_any_depth_and_private_keys_whatever_they_hold() -> None:
    event = {
        "event": "x",
        "customer": {"name": "María", "points": ["a@b.example", {"phone": "1"}], "count": 3},
        "token": "corto",
        "ok": True,
        "ms": 12.5,
    }

    assert logs.mask(None, "info", event) == {
        "event": "x",
        "customer": {"name": logs.HIDDEN, "points": [logs.HIDDEN, {"phone": logs.HIDDEN}], "count": 3},
        "token": logs.HIDDEN,
        "ok": True,
        "ms": 12.5,
    }


@pytest.fixture
def production_logs() -> Iterator[io.StringIO]:
    """Log as production does, into a buffer; then as before."""
    before = structlog.get_config()
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    logs.configure(logs.settings_for(is_json=True, level="INFO"))
    written = io.StringIO()
    (handler,) = root.handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(written)
    yield written
    structlog.configure(**before)
    root.handlers[:] = handlers
    root.setLevel(level)


def test_production_lines_are_json_without_personal_data(production_logs: io.StringIO) -> None:
    structlog.get_logger("puntual.prueba").info("mensaje", to="ana@correo.example", customer_id=7)
    logging.getLogger("otra.biblioteca").warning("falló %s", "55 1234 5678")
    try:
        raise ValueError("RFC GODE561231GR8 repetido")
    except ValueError:
        logging.getLogger("otra.biblioteca").exception("error")

    lines = [json.loads(line) for line in production_logs.getvalue().splitlines()]

    assert [line["event"] for line in lines] == ["mensaje", f"falló {logs.HIDDEN}", "error"]
    assert lines[0]["customer_id"] == 7
    assert lines[0]["to"] == logs.HIDDEN
    assert lines[0]["level"] == "info"
    assert "GODE561231GR8" not in lines[2]["exception"]
    assert "ValueError" in lines[2]["exception"]


@pytest.mark.parametrize(
    "told",
    [
        "duplicate key\nDETAIL:  Key (name)=(María\nDíaz) already exists.",
        "new row violates check\nDETAIL:  Failing row contains (7, María Díaz, 12).\nCONTEXT:  María Díaz",
        "bad\nLINE 1: select 'María Díaz'\n  ^\nCONTEXT:  COPY x, line 1: \"María Díaz\"",
        "llave duplicada\nDETALLE:  Ya existe la llave (name)=(María Díaz).",
        repr(ValueError("duplicate key\nDETAIL:  Key (name)=(María Díaz) already exists.")),
    ],
)
def test_rows_that_postgresql_repeats_are_cut(told: str) -> None:
    after = "\n\nThe above exception was the direct cause of the following exception:\n\nTraceback"

    masked = logs.mask_text(told + after)

    assert "María" not in masked
    assert "Díaz" not in masked
    assert masked.endswith(after)
    assert masked[:3] == told[:3]
