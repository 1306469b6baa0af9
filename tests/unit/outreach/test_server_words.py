"""What a mail server answered, in a sentence with its own words beside it."""

import pytest

from puntual.flows import endings


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "RCPT 550 5.1.1 No such user here",
            "La dirección no existe o está mal escrita (el servidor dijo: 550 5.1.1 No such user here)",
        ),
        ("RCPT 552-5.2.2 Full", "El buzón está lleno (el servidor dijo: 552-5.2.2 Full)"),
        ("RCPT 550 nobody", "El servidor de correo no lo aceptó (el servidor dijo: 550 nobody)"),
        (
            "DATA 554 5.7.1 spam\nagain",
            "El servidor de correo no acepta mensajes nuestros (el servidor dijo: 554 5.7.1 spam\nagain)",
        ),
        ("Llamó y no contestó", "Llamó y no contestó"),
        ("RCPT 250 fine", "RCPT 250 fine"),
        ("", ""),
    ],
)
def test_an_answer_of_a_server_is_told_in_words(text: str, said: str) -> None:
    assert endings.of_server(text=text) == said
