"""What is special about each connector: refused addresses, kept keys, transactions that cannot write, bundles."""

import csv
import io
import os
import socket
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import asyncssh
import pytest

from puntual.sources.providers import addresses
from puntual.sources.providers.contract import Delivery, UnableToFetch
from puntual.sources.providers.folder import Folder
from puntual.sources.providers.odoo import Odoo
from puntual.sources.providers.sftp import Sftp, prints_of
from puntual.sources.providers.sql import Sql
from tests.feeds import sftp
from tests.feeds.arms import (
    AT,
    QUERY,
    Debt,
    FolderArm,
    OdooArm,
    PostgresArm,
    SftpArm,
    SqliteArm,
    amounts_of,
    write_file,
)


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as found:
        yield found


SQL_GOOD = {
    "url": "postgresql://lector@erp.example/erp",
    "query": QUERY,
    "cursor": "modificado",
    "start": "0",
}


@pytest.mark.parametrize(
    ("_case", "change", "words"),
    [
        ("a password in the row", {"url": "postgresql://a:b@erp.example/erp"}, "Quite la contraseña"),
        ("a socket of this machine", {"url": "postgresql://a@/erp?host=/tmp"}, "opciones que no se permiten"),
        ("another host by option", {"url": "postgresql://a@x.example/erp?hostaddr=10.0.0.1"}, "opciones"),
        ("a service file", {"url": "postgresql://a@x.example/erp?service=x"}, "opciones"),
        ("no host", {"url": "postgresql://a@/erp"}, "no es el nombre de un servidor"),
        ("no user", {"url": "postgresql://erp.example/erp"}, "falta el usuario"),
        ("another scheme", {"url": "file:///etc/passwd"}, "No se puede leer de"),
        ("no address", {"url": "erp"}, "no se entiende"),
        ("SQLite by a host", {"url": "sqlite://erp.example/a.db"}, "Escriba sqlite:///"),
        ("SQLite in memory", {"url": "sqlite://"}, "Escriba sqlite:///"),
        ("SQLite with options", {"url": "sqlite:///a.db?mode=rwc"}, "opciones"),
        ("a query that writes", {"query": "delete from cartera"}, "debe empezar con SELECT"),
        ("two queries", {"query": "select 1; drop table cartera"}, "sin punto y coma"),
        ("since without a column", {"cursor": ""}, "hacen falta"),
        ("since without a start", {"start": ""}, "hacen falta"),
        ("a column without since", {"query": "select modificado from cartera"}, "no usa :since"),
    ],
)
def test_settings_of_a_query_that_are_dangerous_or_make_no_sense_are_refused(
    _case: str, change: dict[str, str], words: str
) -> None:
    Sql().refuse_settings(settings=SQL_GOOD)

    with pytest.raises(UnableToFetch) as refused:
        Sql().refuse_settings(settings={**SQL_GOOD, **change})

    assert words in refused.value.message


@pytest.mark.parametrize("kind", [SqliteArm, PostgresArm])
def test_a_query_that_writes_by_a_trick_writes_nothing(
    tmp_path: Path, stack: ExitStack, kind: type[SqliteArm], monkeypatch: pytest.MonkeyPatch
) -> None:
    arm = kind(tmp_path, stack)
    arm.put([Debt(1)], at=AT)
    monkeypatch.setattr("puntual.sources.rules.query_fault", lambda _query: "")
    trick = "delete from cartera returning folio as modificado"
    if kind is PostgresArm:
        trick = f"with gone as ({trick}) select * from gone"
    errand = arm.errand(state={}, at=AT)
    errand = replace(errand, settings={**errand.settings, "query": trick, "cursor": "", "start": ""})

    with pytest.raises(UnableToFetch, match="La base de datos contestó"):
        list(Sql().fetch(errand=errand))

    assert amounts_of(list(arm.connector.fetch(errand=arm.errand(state={}, at=AT)))) == {"1": Debt(1).amount}


def test_a_whole_result_comes_again_only_when_it_changed(tmp_path: Path, stack: ExitStack) -> None:
    arm = SqliteArm(tmp_path, stack)
    arm.settings = {
        **arm.settings,
        "query": "select folio, importe from cartera order by 1",
        "cursor": "",
        "start": "",
    }
    arm.put([Debt(1)], at=AT)

    (first,) = arm.connector.fetch(errand=arm.errand(state={}, at=AT))
    same = list(arm.connector.fetch(errand=arm.errand(state=first.state_after, at=AT)))
    arm.put([Debt(2)], at=AT)
    (changed,) = arm.connector.fetch(errand=arm.errand(state=first.state_after, at=AT))

    assert same == []
    assert set(amounts_of([changed])) == {"1", "2"}


def test_a_time_that_is_read_twice_brings_only_what_is_new(tmp_path: Path, stack: ExitStack) -> None:
    arm = SqliteArm(tmp_path, stack)
    back = QUERY.replace(":since", "datetime(:since, '-2 hours')")
    arm.settings = {**arm.settings, "query": back, "start": "2000-01-01 00:00:00"}
    arm.put([Debt(1)], at=AT)
    (first,) = arm.connector.fetch(errand=arm.errand(state={}, at=AT))
    # A row that was dated before the last one, and seen only now.
    arm.put([Debt(2)], at=AT - timedelta(hours=1))

    (later,) = arm.connector.fetch(errand=arm.errand(state=first.state_after, at=AT))

    assert set(amounts_of([later])) == {"2"}
    assert list(arm.connector.fetch(errand=arm.errand(state=later.state_after, at=AT))) == []


def test_a_link_out_of_the_folder_is_no_database(tmp_path: Path, stack: ExitStack) -> None:
    arm = SqliteArm(tmp_path, stack)
    sqlite3.connect(tmp_path / "ajena.db").close()
    (arm.base / "puente.db").symlink_to(tmp_path / "ajena.db")
    errand = arm.errand(state={}, at=AT)

    with pytest.raises(UnableToFetch, match="No existe «puente"):
        Sql().check(errand=replace(errand, settings={**errand.settings, "url": "sqlite:///puente.db"}))


@pytest.mark.parametrize(
    ("_case", "address", "is_open"),
    [
        ("this machine", "127.0.0.1", False),
        ("this machine by six", "::1", False),
        ("a private network", "10.1.2.3", False),
        ("the cloud's own", "169.254.169.254", False),
        ("private by six", "fd00::1", False),
        ("four in six", "::ffff:127.0.0.1", False),
        ("nowhere", "0.0.0.0", False),
        ("public", "93.184.216.34", True),
    ],
)
def test_only_public_servers_are_called_unless_the_operator_allows_it(
    monkeypatch: pytest.MonkeyPatch, _case: str, address: str, is_open: bool
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: [(0, 0, 0, "", (address, 22))])

    allowed = addresses.address_of(host="erp.example", port=22, open_hosts=frozenset({"erp.example"}))

    assert allowed == address
    if is_open:
        assert addresses.address_of(host="erp.example", port=22, open_hosts=frozenset()) == address
    else:
        with pytest.raises(UnableToFetch, match="red interna"):
            addresses.address_of(host="erp.example", port=22, open_hosts=frozenset())


def test_a_name_that_leads_to_both_networks_is_not_called(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(0, 0, 0, "", (one, 22)) for one in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: found)

    with pytest.raises(UnableToFetch):
        addresses.address_of(host="erp.example", port=22, open_hosts=frozenset())


@pytest.mark.parametrize("host", ["", "-x", "a b", "a/b", "a@b", "http://a", "a\n", "x" * 300])
def test_what_is_no_server_is_refused(host: str) -> None:
    with pytest.raises(UnableToFetch):
        addresses.refuse_host(host=host)


@pytest.mark.parametrize("port", ["", "0", "65536", "veintidós", "-1", "22 "])
def test_what_is_no_port_is_refused(port: str) -> None:
    with pytest.raises(UnableToFetch):
        addresses.port_of(port)


@pytest.mark.parametrize(
    "url", ["", "odoo.example", "ftp://a.example", "https://u:p@a.example", "https://a.example?x=1"]
)
def test_what_is_no_address_of_odoo_is_refused(url: str) -> None:
    with pytest.raises(UnableToFetch):
        Odoo().refuse_settings(settings={"url": url})


def test_prints_are_read_in_both_forms_and_nothing_else() -> None:
    key = asyncssh.generate_private_key("ssh-ed25519")
    public, mark = key.export_public_key().decode(), key.get_fingerprint()

    assert prints_of(text=public) == prints_of(text=mark) == frozenset({mark})
    assert prints_of(text=f"{mark}, SHA256:otra") == {mark, "SHA256:otra"}
    for wrong in ("", "  ", "una llave", "MD5:aa:bb"):
        with pytest.raises(UnableToFetch):
            prints_of(text=wrong)


def test_a_server_is_entered_with_a_private_key(tmp_path: Path, stack: ExitStack) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519")
    server = stack.enter_context(sftp.serving(tmp_path, allowed_key=key))
    errand = SftpArm(tmp_path / "x", stack).errand(state={}, at=AT)
    settings = {
        **errand.settings,
        "port": str(server.port),
        "host_key": server.fingerprint,
        "folder": "",
    }
    good = replace(errand, settings=settings, secret=key.export_private_key().decode())
    other = replace(good, secret=asyncssh.generate_private_key("ssh-ed25519").export_private_key().decode())

    assert Sftp().check(errand=good).startswith("Se pudo entrar")
    with pytest.raises(UnableToFetch, match="no aceptó"):
        Sftp().check(errand=other)
    with pytest.raises(UnableToFetch, match="no se pudo leer"):
        Sftp().check(errand=replace(good, secret="-----BEGIN OPENSSH PRIVATE KEY-----\nroto"))


@pytest.mark.parametrize("kind", [FolderArm, SftpArm])
def test_many_xml_come_as_one_archive_that_is_always_the_same(
    tmp_path: Path, stack: ExitStack, kind: type[FolderArm]
) -> None:
    arm = kind(tmp_path, stack)
    for number in range(3):
        path = arm.place / f"{number}.xml"
        path.write_text(f"<cfdi n='{number}'/>")
        os.utime(path, (AT.timestamp() - 999 - number,) * 2)

    (first,) = arm.connector.fetch(errand=arm.errand(state={}, at=AT))
    (again,) = arm.connector.fetch(errand=arm.errand(state={}, at=AT))
    arm.connector.put_away(errand=arm.errand(state={}, at=AT), delivery=first, is_refused=False)

    assert (first.name, first.content) == (again.name, again.content)
    assert first.name == "2.xml + 2.zip"
    with zipfile.ZipFile(io.BytesIO(first.content)) as archive:
        assert archive.namelist() == ["0.xml", "1.xml", "2.xml"]
    assert sorted(os.listdir(arm.place)) == ["procesados"]
    assert sorted(os.listdir(arm.place / "procesados")) == ["0.xml", "1.xml", "2.xml"]


@pytest.mark.parametrize("kind", [FolderArm, SftpArm])
def test_a_file_that_was_taken_keeps_its_place_when_another_of_its_name_comes(
    tmp_path: Path, stack: ExitStack, kind: type[FolderArm]
) -> None:
    arm = kind(tmp_path, stack)
    for amount in ("1.00", "2.00", "3.00"):
        write_file(arm.place / "cartera.csv", [Debt(1, amount=amount)], at=AT - timedelta(hours=1))  # type: ignore[arg-type]
        (found,) = arm.connector.fetch(errand=arm.errand(state={}, at=AT))
        arm.connector.put_away(errand=arm.errand(state={}, at=AT), delivery=found, is_refused=False)

    assert sorted(os.listdir(arm.place / "procesados")) == [
        "cartera (2).csv",
        "cartera (3).csv",
        "cartera.csv",
    ]
    assert b"1.00" in (arm.place / "procesados" / "cartera.csv").read_bytes()


@pytest.mark.parametrize("kind", [FolderArm, SftpArm])
def test_a_file_that_was_kept_and_not_put_away_is_put_away_and_not_taken_again(
    tmp_path: Path, stack: ExitStack, kind: type[FolderArm]
) -> None:
    arm = kind(tmp_path, stack)
    arm.put([Debt(1)], at=AT)
    (found,) = arm.connector.fetch(errand=arm.errand(state={}, at=AT))

    again = list(arm.connector.fetch(errand=arm.errand(state=found.state_after, at=AT)))

    assert again == []
    assert os.listdir(arm.place) == ["procesados"]


def test_a_link_on_the_way_of_what_is_put_away_is_not_followed(tmp_path: Path, stack: ExitStack) -> None:
    arm = FolderArm(tmp_path, stack)
    (tmp_path / "afuera").mkdir()
    (arm.place / "procesados").symlink_to(tmp_path / "afuera")
    arm.put([Debt(1)], at=AT)
    told, found = arm.connector.fetch(errand=arm.errand(state={}, at=AT))

    with pytest.raises(UnableToFetch):
        Folder().put_away(errand=arm.errand(state={}, at=AT), delivery=found, is_refused=False)

    assert (told.name, told.problem != "") == ("procesados", True)
    assert os.listdir(tmp_path / "afuera") == []


def test_the_first_reading_of_odoo_looks_again_when_somebody_works_meanwhile(
    tmp_path: Path, stack: ExitStack
) -> None:
    arm = OdooArm(tmp_path, stack)
    arm.put([Debt(1)], at=AT)

    def pay(asked: str) -> None:
        if asked == "res.partner search_read":
            arm.odoo.meanwhile = None
            arm.odoo.invoice(1, 1, 1250.5, left=250.5, at="2026-11-23 17:00:00")
            arm.odoo.payment(5, 1, 1000.0, invoices=[1], at="2026-11-23 17:00:00")

    arm.odoo.meanwhile = pay
    (first,) = arm.connector.fetch(errand=arm.errand(state={}, at=AT))
    later = list(arm.connector.fetch(errand=arm.errand(state=first.state_after, at=AT)))

    assert "250.50" in first.content.decode()
    assert later == []


def rows_of(delivery: Delivery) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(delivery.content.decode())))


def test_odoo_tells_of_payments_credit_notes_cancellations_and_customers(
    tmp_path: Path, stack: ExitStack
) -> None:
    arm = OdooArm(tmp_path, stack)
    arm.put([Debt(1), Debt(2), Debt(3)], at=AT)
    (first,) = arm.connector.fetch(errand=arm.errand(state={}, at=AT))
    later = "2026-11-24 10:00:00"
    # The balance of the first changes without the invoice being written.
    arm.odoo.invoice(1, 1, 1250.5, left=0.0, at=f"{AT:%Y-%m-%d %H:%M:%S}")
    arm.odoo.payment(5, 1, 1250.5, invoices=[1], at=later)
    arm.odoo.invoice(2, 1, 1250.5, left=0.0, at=later, state="cancel")
    arm.odoo.invoice(
        9, 1, 100.0, left=0.0, at=later, move_type="out_refund", name="RINV/2026/00009",
        reversed_entry_id=[3, "INV/2026/00003 (devolución)"],
    )  # fmt: skip
    arm.odoo.partner(4, "Nuevo, S.A.", at=later, email="pagos@nuevo.example")

    (delivery,) = arm.connector.fetch(errand=arm.errand(state=first.state_after, at=AT))

    told = {
        (row["Tipo de registro"], row["Documento"] or row["Documento relacionado"] or row["Nombre"]): (
            row["Importe"],
            row["Saldo"],
        )
        for row in rows_of(delivery)
    }
    assert told == {
        ("cliente", "Nuevo, S.A."): ("", ""),
        ("factura", "INV/2026/00001"): ("1250.50", "0.00"),
        ("cancelación", "INV/2026/00002"): ("", ""),
        ("nota de crédito", "RINV/2026/00009"): ("100.00", ""),
        ("pago", "INV/2026/00001"): ("1250.50", ""),
    }
    assert list(arm.connector.fetch(errand=arm.errand(state=delivery.state_after, at=AT))) == []


def test_odoo_without_permission_says_so(tmp_path: Path, stack: ExitStack) -> None:
    arm = OdooArm(tmp_path, stack)
    arm.odoo.forbidden.add("account.move")

    with pytest.raises(UnableToFetch, match="no tiene permiso"):
        arm.connector.check(errand=arm.errand(state={}, at=AT))
