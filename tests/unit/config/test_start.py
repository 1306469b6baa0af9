"""The real settings, started as production starts them."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[3] / "src"
SAFE = {
    "PUNTUAL_MODE": "production",
    "PUNTUAL_SECRET_KEY": "k3Jx9-Qw7Lz2_Vb5Nm8Rt4Yp6Hs1Dg0FcAaEeIiOoUuTtSsRrPpLl",
    "PUNTUAL_ALLOWED_HOSTS": "cobranza.empresa.example",
    "PUNTUAL_BASE_URL": "https://cobranza.empresa.example",
    "DATABASE_URL": "postgresql://puntual@localhost/puntual",
    "EMAIL_URL": "smtps://usuario@correo.example",
    "DJANGO_SETTINGS_MODULE": "puntual.config.settings",
}


def start(*arguments: str, home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python with this environment and nothing of the tests' own."""
    (home / "static").mkdir(exist_ok=True)
    return subprocess.run(
        [sys.executable, *arguments],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(SOURCE),
            "PUNTUAL_HOME": str(home),
            **environment,
        },
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_safe_production_start_passes_every_deployment_check(tmp_path: Path) -> None:
    done = start("-m", "django", "check", "--deploy", "--fail-level", "WARNING", home=tmp_path, **SAFE)

    assert done.returncode == 0, done.stderr


def test_the_web_application_loads_with_a_safe_configuration(tmp_path: Path) -> None:
    done = start("-W", "error", "-c", "import puntual.config.wsgi", home=tmp_path, **SAFE)

    assert done.returncode == 0, done.stderr


def test_the_web_application_refuses_to_load_with_nothing_set(tmp_path: Path) -> None:
    done = start(
        "-c", "import puntual.config.wsgi", home=tmp_path, DJANGO_SETTINGS_MODULE="puntual.config.settings"
    )

    assert done.returncode == 1
    for number in (2, 3, 4, 5, 6):
        assert f"puntual.E00{number}" in done.stderr
    assert not (tmp_path / "secret_key").exists()


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "key"
    secret.write_text(SAFE["PUNTUAL_SECRET_KEY"] + "\n")
    environment = {name: value for name, value in SAFE.items() if name != "PUNTUAL_SECRET_KEY"}

    done = start(
        "-c", "import puntual.config.wsgi", home=tmp_path, PUNTUAL_SECRET_KEY_FILE=str(secret), **environment
    )

    assert done.returncode == 0, done.stderr


def test_the_demo_makes_its_own_key_that_only_its_user_can_read(tmp_path: Path) -> None:
    code = "from django.conf import settings; print(settings.SECRET_KEY)"
    environment = {"PUNTUAL_MODE": "demo", "DJANGO_SETTINGS_MODULE": "puntual.config.settings"}

    first = start("-c", code, home=tmp_path, **environment)
    second = start("-c", code, home=tmp_path, **environment)

    assert first.stdout == second.stdout
    assert len(first.stdout.strip()) >= 50
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_mail_of_the_product_itself_goes_by_the_mail_server_that_was_named(tmp_path: Path) -> None:
    names = (
        "EMAIL_BACKEND EMAIL_HOST EMAIL_PORT EMAIL_HOST_USER EMAIL_HOST_PASSWORD EMAIL_USE_TLS EMAIL_USE_SSL "
        "DEFAULT_FROM_EMAIL ALLAUTH_TRUSTED_PROXY_COUNT"
    )
    code = f"from django.conf import settings as s; print(*(getattr(s, n) for n in {names.split()}))"
    url = "smtp://ana%40empresa.example:clave@correo.example:587?tls=starttls"
    environment = {**SAFE, "EMAIL_URL": url, "PUNTUAL_BEHIND_PROXY": "1"}

    named = start("-c", code, home=tmp_path, **environment).stdout.split()
    environment = {"PUNTUAL_MODE": "demo", "DJANGO_SETTINGS_MODULE": "puntual.config.settings"}
    nameless = start("-c", code, home=tmp_path, **environment).stdout.split()

    assert named == [
        "django.core.mail.backends.smtp.EmailBackend", "correo.example", "587", "ana@empresa.example", "clave",
        "True", "False", "ana@empresa.example", "1",
    ]  # fmt: skip
    assert nameless[0] == "django.core.mail.backends.locmem.EmailBackend"
    assert nameless[-2:] == ["puntual@localhost", "0"]


@pytest.mark.parametrize("command", ["serve", "worker", "migrate"])
@pytest.mark.parametrize(
    ("environment", "said"),
    [({}, "DATABASE_URL, o PUNTUAL_ALLOW_EMBEDDED=1"), ({"DATABASE_URL": "mysql://u@h/d"}, "postgresql://")],
)
def test_what_serves_refuses_a_missing_or_foreign_database_before_it_makes_one(
    tmp_path: Path, command: str, environment: dict[str, str], said: str
) -> None:
    done = start("-m", "puntual.cli.main", command, home=tmp_path, **environment)

    assert done.returncode == 1
    assert said in done.stderr + done.stdout
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "postgres").exists()


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:secreto@h:abc/d",
        "postgresql://u:secreto@h:99999/d",
        "postgresql://u:secreto@h/d?nosuch=1",
        "postgresql://u:secreto@h/d?connect_timeout=abc",
        "postgresql://u:se/creto#1@h/d",
        "postgresql://u:secreto@[h/d",
    ],
)
def test_an_address_that_cannot_be_read_is_told_without_repeating_it(tmp_path: Path, url: str) -> None:
    done = start("-m", "puntual.cli.main", "check", home=tmp_path, DATABASE_URL=url, PUNTUAL_MODE="demo")

    assert done.returncode == 1
    assert done.stderr.startswith("DATABASE_URL no se entiende.")
    assert "creto" not in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"PUNTUAL_SECRET_KEY_FILE": "/no/hay"}, "PUNTUAL_SECRET_KEY_FILE"),
        ({"DATABASE_URL_FILE": "/no/hay"}, "DATABASE_URL_FILE"),
        ({"PUNTUAL_LOG_LEVEL": "RUIDO"}, "PUNTUAL_LOG_LEVEL debe ser uno de"),
        ({"EMAIL_URL": "smtp://u:secreto@h:abc"}, "EMAIL_URL no se entiende"),
        ({"PUNTUAL_HOME": "/proc/no/se/puede"}, "No se puede usar la carpeta de datos"),
        ({"PUNTUAL_HOME": "mis documentos", "DATABASE_URL": ""}, "espacios o signos"),
        ({"PUNTUAL_HOME": "a(b)", "DATABASE_URL": ""}, "espacios o signos"),
        ({"PUNTUAL_HOME": "a'b", "DATABASE_URL": ""}, "espacios o signos"),
    ],
)
def test_what_cannot_be_read_of_the_environment_is_named(
    tmp_path: Path, environment: dict[str, str], said: str
) -> None:
    known = {"DATABASE_URL": "postgresql://u@localhost/d", "PUNTUAL_MODE": "demo"}
    done = start("-m", "puntual.cli.main", "check", home=tmp_path, **{**known, **environment})

    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert "secreto" not in done.stderr


def test_a_server_is_told_that_its_port_is_taken_or_its_host_is_nobodys(tmp_path: Path) -> None:
    environment = {"DATABASE_URL": "postgresql://u@localhost/d", "PUNTUAL_MODE": "demo"}
    serve = ("-m", "puntual.cli.main", "serve", "--port")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        refused = [
            start(*serve, port, home=tmp_path, **environment),
            start(*serve, port, "--host", "localhost", home=tmp_path, **environment),
            start(*serve, port, "--host", "nadie.invalid", home=tmp_path, **environment),
            start("-m", "puntual.cli.main", "mailserver", "--port", port, home=tmp_path),
            start(*serve, "99999", home=tmp_path, **environment),
        ]

    assert [one.returncode for one in refused] == [1, 1, 1, 1, 2]
    assert [one.stdout for one in refused] == [""] * 5
    told = ("está ocupado", "está ocupado", "nadie.invalid", "está ocupado", "99999")
    for one, words in zip(refused, told, strict=True):
        assert words in one.stderr
        assert "Traceback" not in one.stderr


def test_a_worker_whose_database_does_not_answer_says_so_and_ends(tmp_path: Path) -> None:
    with socket.socket() as closed:
        # Taken, and nobody listens.
        closed.bind(("127.0.0.1", 0))
        url = f"postgresql://u:secreto@127.0.0.1:{closed.getsockname()[1]}/d"
        done = start("-m", "puntual.cli.main", "worker", home=tmp_path, DATABASE_URL=url, PUNTUAL_MODE="demo")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.strip() == "No se pudo conectar con la base de datos (DATABASE_URL)."
