"""The debtor's session: for one link of one company, and not for long."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from puntual.portal import session as sessions

AT = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
SESSION = sessions.Session(schema_name="muebles", link_id="link-1", started_at=AT, seen_at=AT)


def read(text: str, **changes: object) -> sessions.Session | None:
    given: dict[str, object] = {"schema_name": "muebles", "link_id": "link-1", "at": AT}
    given.update(changes)
    return sessions.read(text=text, **given)  # type: ignore[arg-type]


def test_session_comes_back_as_it_was() -> None:
    assert read(sessions.write(session=SESSION)) == SESSION


@pytest.mark.parametrize(
    "changes", [{"schema_name": "ferreteria"}, {"link_id": "link-2"}, {"schema_name": "", "link_id": ""}]
)
def test_session_of_another_company_or_link_is_none(changes: dict[str, object]) -> None:
    assert read(sessions.write(session=SESSION), **changes) is None


def test_session_ends_after_half_an_hour_of_silence() -> None:
    text = sessions.write(session=SESSION)

    assert read(text, at=AT + timedelta(minutes=30)) == SESSION
    assert read(text, at=AT + timedelta(minutes=30, seconds=1)) is None


def test_session_ends_after_a_working_day_however_busy() -> None:
    busy = replace(SESSION, seen_at=AT + timedelta(hours=8))

    assert read(sessions.write(session=busy), at=AT + timedelta(hours=8)) == busy
    assert read(sessions.write(session=busy), at=AT + timedelta(hours=8, seconds=1)) is None


@pytest.mark.parametrize("text", ["", "x", "e30:1x:y", "a" * 5000, "\x00", "ñ"])
def test_a_text_that_we_did_not_sign_is_none(text: str) -> None:
    assert read(text) is None


def test_a_changed_cookie_is_none() -> None:
    text = sessions.write(session=SESSION)

    assert read(text[:-1] + ("a" if text[-1] != "a" else "b")) is None
    assert read("x" + text) is None
