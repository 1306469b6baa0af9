"""The demo's files look like an export of a Mexican system and are the same every time."""

import csv
import hashlib
import json
import os
import re
import subprocess
import sys
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from puntual.demo import generator
from puntual.demo.generator.files import PAYMENT_HEADERS, PORTFOLIO_HEADERS, DaySpool

_SOURCE = Path(__file__).resolve().parents[3] / "src"


def rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def digest(files):
    paths = (files.portfolio, files.payments, files.history)
    return [hashlib.sha256(p.read_bytes()).hexdigest() for p in paths]


@pytest.fixture(scope="module")
def receivables(files):
    return rows(files.portfolio)


@pytest.fixture(scope="module")
def payments(files):
    return rows(files.payments)


@pytest.fixture(scope="module")
def events(files):
    return [json.loads(line) for line in files.history.read_text(encoding="utf-8").splitlines()]


def test_headers_byte_order_mark_and_line_ends(files):
    for path, headers in ((files.portfolio, PORTFOLIO_HEADERS), (files.payments, PAYMENT_HEADERS)):
        raw = path.read_bytes()
        assert raw.startswith(b"\xef\xbb\xbf" + ",".join(headers).encode() + b"\r\n")
        assert raw.endswith(b"\r\n")
        assert raw.count(b"\n") == raw.count(b"\r\n")


def test_counts_are_those_of_the_files(files, receivables, payments, events, portfolio):
    assert files.receivables == len(receivables) == 3_200
    assert files.customers == len({r["No. Cliente"] for r in receivables}) == len(portfolio)
    assert files.payment_rows == len(payments)
    assert files.events == len(events)
    assert files.data_problems == files.customers // 25
    assert files.overpayments == sum(p.is_overpayment for h in portfolio for p in h.payments)


def test_rows_say_what_the_generator_made(receivables, payments, portfolio):
    made = [(h.customer, r) for h in portfolio for r in h.receivables]
    for row, (customer, receivable) in zip(receivables, made, strict=True):
        assert row["No. Cliente"] == customer.number
        assert row["Nombre o razón social"] == customer.name
        assert row["RFC"] == customer.tax_id
        assert row["Tipo de persona"] == ("Moral" if customer.is_company else "Física")
        assert row["Etiquetas"].split("; ") == (list(customer.tags) or [""])
        assert row["Folio"] == receivable.folio
        assert Decimal(row["Importe"].replace(",", "")) * 100 == receivable.cents
        day, month, year = map(int, row["Fecha de vencimiento"].split("/"))
        assert date(year, month, day).toordinal() == receivable.due_day
        assert row["Aval teléfono"] == receivable.guarantor_phone
    paid = [(h.customer, p) for h in portfolio for p in h.payments]
    for row, (customer, payment) in zip(payments, paid, strict=True):
        assert (row["No. Cliente"], row["Folio"]) == (customer.number, payment.folio)
        assert Decimal(row["Importe"].replace(",", "")) * 100 == payment.cents


def test_amounts_dates_and_numbers_are_written_as_in_mexico(receivables, payments):
    for row in receivables + payments:
        assert re.fullmatch(r"\d{1,3}(,\d{3})*\.\d\d", row["Importe"])
        assert re.fullmatch(r"\d{6}", row["No. Cliente"])
    assert any(len(row["Importe"]) > 9 for row in receivables)
    assert {row["Moneda"] for row in receivables} == {"MXN", "USD"}
    assert {row["Idioma"] for row in receivables} == {"es", "en"}
    assert all(re.fullmatch(r"\d{5}", row["Código postal"]) for row in receivables)


def test_payments_and_events_name_documents_and_customers_of_the_portfolio(receivables, payments, events):
    documents = {(r["No. Cliente"], r["Folio"]) for r in receivables}
    customers = {r["No. Cliente"] for r in receivables}

    assert {(p["No. Cliente"], p["Folio"]) for p in payments} <= documents
    assert {e["customer"] for e in events} <= customers
    assert {(e["customer"], e["folio"]) for e in events if "folio" in e} <= documents


def test_events_stand_in_the_order_of_their_dates(events, today):
    dates = [date.fromisoformat(e["date"]) for e in events]

    assert dates == sorted(dates)
    assert dates[-1] <= today
    fields = {
        kind: {frozenset(e) for e in events if e["kind"] == kind} for kind in {e["kind"] for e in events}
    }
    base = {"date", "kind", "customer", "note"}
    assert fields == {
        "promise": {frozenset(base | {"amount", "currency", "due_date", "channel"})},
        "dispute_opened": {frozenset(base | {"folio", "reason"})},
        "dispute_closed": {frozenset(base | {"folio", "resolution"})},
        "hold": {frozenset(base | {"reason", "until"})},
        "contact": {frozenset(base | {"channel", "direction", "result"})},
        "opt_out": {frozenset(base | {"channel"})},
    }


def test_same_arguments_give_the_same_bytes_in_another_process(tmp_path, today):
    program = (
        "import sys; from datetime import date; from pathlib import Path;"
        "from puntual.demo import generator;"
        "generator.write_files(folder=Path(sys.argv[1]), seed=9, receivables=600,"
        f" today=date({today.year}, {today.month}, {today.day}))"
    )
    here = generator.write_files(folder=tmp_path / "here", seed=9, receivables=600, today=today)
    for hash_seed in ("1", "4242"):
        environment = os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(_SOURCE)}
        target = tmp_path / hash_seed
        subprocess.run([sys.executable, "-c", program, str(target)], env=environment, check=True)
        for path in (here.portfolio, here.payments, here.history):
            assert (target / path.name).read_bytes() == path.read_bytes()


def test_another_seed_or_day_gives_other_files(tmp_path, today):
    first = generator.write_files(folder=tmp_path / "a", seed=1, receivables=300, today=today)
    other_seed = generator.write_files(folder=tmp_path / "b", seed=2, receivables=300, today=today)
    other_day = generator.write_files(
        folder=tmp_path / "c", seed=1, receivables=300, today=date(2026, 11, 24)
    )

    assert len({tuple(digest(f)) for f in (first, other_seed, other_day)}) == 3


def test_a_second_run_replaces_the_files_and_leaves_nothing_else(tmp_path, today):
    generator.write_files(folder=tmp_path, seed=1, receivables=300, today=today)
    files = generator.write_files(folder=tmp_path, seed=2, receivables=400, today=today)

    assert sorted(p.name for p in tmp_path.iterdir()) == ["cartera.csv", "historia.jsonl", "pagos.csv"]
    assert len(rows(files.portfolio)) == 400


def test_a_broken_run_leaves_the_files_of_the_last_one(tmp_path, today):
    files = generator.write_files(folder=tmp_path, seed=1, receivables=300, today=today)
    before = digest(files)

    with pytest.raises(ValueError, match="at least one"):
        generator.write_files(folder=tmp_path, seed=1, receivables=0, today=today)

    assert digest(files) == before
    assert len(list(tmp_path.iterdir())) == 3


def test_spool_sorts_by_day_and_never_holds_more_lines_than_allowed(tmp_path):
    spool = DaySpool(folder=tmp_path, lines_max=7)
    lines = [(day, f"{day}:{n}\n") for n in range(40) for day in (n * 7 % 11 * 977, n * 5 % 3 * 31)]
    held = Counter()

    for day, line in lines:
        spool.add(day=day, line=line)
        held[spool.held] += 1
    spool.join_into(target=tmp_path / "all")

    assert max(held) == 6
    assert (tmp_path / "all").read_text() == "".join(line for _, line in sorted(lines, key=lambda x: x[0]))
