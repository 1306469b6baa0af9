"""Edits of a plan's text: what is read afterwards is what was asked, and the rest of the letters stay."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from puntual.plans import queries
from puntual.plans.rules import editing
from puntual.plans.rules.reading import load, plain
from puntual.plans.types import DraftEdit, EditKind

LAID_OUT = """# Un plan corto, escrito de varias maneras.
formato: puntual-plan-1
clave: corto   # la clave
nombre: 'Plan corto'
descripcion: >-
  Dos renglones
  de texto.

recursos:
  # Quién trabaja.
  equipos:
    - {clave: gestores, nombre: Gestores, personas: 3}
  canales: {}
etapas:
  - {clave: al-dia, nombre: Al día, tipo: preventiva}
  # La segunda.
  - {clave: vencida, nombre: Vencida, tipo: administrativa, entra: [dias_de_atraso, ">=", 1]}
segmentos:
  - clave: grande   # de los grandes
    nombre: Grande
    si:
      alguna:
        - [saldo_total, ">", 10000]
        # Muchos documentos.
        - [documentos_abiertos, ">", 20]
  - {clave: resto, nombre: Resto}

estrategias:
  # Para los grandes.
  - etapas: [vencida]
    segmentos: [grande, resto]
    pasos:
      # Primero un correo.
      - {clave: aviso, nombre: "Aviso", ancla: atraso, dias: 3, canal: correo, plantilla: notice-1}
      - clave: llamada
        nombre: Llamada
        ancla: atraso
        dias: 8   # con tiempo
        canal: llamada

  # Para los demás.
  - pasos:
      - {clave: gracias, nombre: Gracias, ancla: pago, dias: 0, recuperar: 2, canal: correo, plantilla: thanks}
"""
SHIPPED = {"laid-out": LAID_OUT}
CONSUMER = queries.shipped_text(key="consumo-mx")
KEYS = st.sampled_from(sorted(SHIPPED))
WORDS = st.one_of(
    st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), max_size=20),
    st.sampled_from(["true", "12", "2027-01-01", "a: b", "x #y", "- z", "Año nuevo", "", "null", "1e3"]),
)
SCALARS = st.one_of(st.booleans(), st.integers(-999, 99_999), WORDS)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.sampled_from("abcdef"), inner, max_size=3)
    ),
    max_leaves=12,
)


def data_of(text: str) -> Any:
    """Read what a text says."""
    return plain(load(text))


def comments_of(text: str) -> list[str]:
    """List the comment lines of a text."""
    return [line.strip() for line in text.splitlines() if line.lstrip().startswith("#")]


def paths_of(data: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """List the ways to all parts."""
    members = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [found for step, part in members for found in [(*path, step), *paths_of(part, (*path, step))]]


PATHS = {key: paths_of(data_of(text)) for key, text in SHIPPED.items()}
LISTS = {
    key: [path for path in paths if isinstance(editing.part_at(data_of(SHIPPED[key]), path), list)]
    for key, paths in PATHS.items()
}


@pytest.mark.feature("N-15")
@settings(max_examples=40)
@given(KEYS, st.data(), VALUES)
def test_what_is_put_is_what_is_read(key: str, draw: st.DataObject, value: Any) -> None:
    text = SHIPPED[key]
    path = draw.draw(st.sampled_from(PATHS[key]))

    after = editing.put(text, path, value)

    assert editing.part_at(data_of(after), path) == value
    before = data_of(text)
    owner = editing.part_at(before, path[:-1])
    owner[path[-1]] = value
    assert data_of(after) == before


@settings(max_examples=40)
@given(KEYS, st.data(), st.integers(-300, 300))
def test_a_number_that_is_put_back_leaves_the_same_letters(key: str, draw: st.DataObject, days: int) -> None:
    text = SHIPPED[key]
    path = draw.draw(
        st.sampled_from([path for path in PATHS[key] if path[-1] in ("dias", "recuperar", "personas")])
    )
    before = editing.part_at(data_of(text), path)

    after = editing.put(text, path, days)

    assert editing.put(after, path, before) == text
    assert comments_of(after) == comments_of(text)
    assert sum(one != other for one, other in zip(text.splitlines(), after.splitlines(), strict=True)) <= 1


@settings(max_examples=40)
@given(KEYS, st.data())
def test_a_member_that_is_moved_and_moved_back_leaves_the_same_letters(key: str, draw: st.DataObject) -> None:
    text = SHIPPED[key]
    path = draw.draw(st.sampled_from(LISTS[key]))
    last = len(editing.part_at(data_of(text), path)) - 1
    came, to = draw.draw(st.integers(0, last)), draw.draw(st.integers(0, last))

    after = editing.move(text, (*path, came), to)

    assert editing.move(after, (*path, to), came) == text
    assert sorted(comments_of(after)) == sorted(comments_of(text))
    wanted = editing.part_at(data_of(text), path)
    wanted.insert(to, wanted.pop(came))
    assert editing.part_at(data_of(after), path) == wanted


@settings(max_examples=40)
@given(KEYS, st.data(), VALUES)
def test_a_member_that_is_put_in_and_taken_out_leaves_the_same_letters(
    key: str, draw: st.DataObject, value: Any
) -> None:
    text = SHIPPED[key]
    path = draw.draw(st.sampled_from(LISTS[key]))
    place = draw.draw(st.integers(0, len(editing.part_at(data_of(text), path))))

    after = editing.insert(text, path, place, value)

    assert editing.part_at(data_of(after), path)[place] == value
    assert editing.remove(after, (*path, place)) == text
    assert comments_of(after) == comments_of(text)


@settings(max_examples=40)
@given(KEYS, st.data())
def test_what_is_taken_away_is_gone_and_the_rest_is_there(key: str, draw: st.DataObject) -> None:
    text = SHIPPED[key]
    path = draw.draw(st.sampled_from(PATHS[key]))
    wanted = data_of(text)
    del editing.part_at(wanted, path[:-1])[path[-1]]

    assert data_of(editing.remove(text, path)) == wanted


@pytest.mark.parametrize(
    ("_case", "path", "value", "expected"),
    [
        ("a name in braces", ("etapas", 0, "regresa"), False, "tipo: preventiva, regresa: false}"),
        ("a name on lines", ("responsable",), "Ana", "responsable: Ana\n"),
        ("quotes stay", ("etapas", 1, "entra", 1), ">", '[dias_de_atraso, ">", 1]'),
        ("what needs quotes", ("nombre",), "Uno: dos", 'nombre: "Uno: dos"\n'),
        ("a part that was not", ("objetivos",), [{"kpi": "DSO", "meta": 30}], "  - {kpi: DSO, meta: 30}\n"),
        ("a short condition", ("segmentos", 0, "si"), ["saldo_total", ">", 5], "si: [saldo_total"),
    ],
)
def test_new_parts_are_written_as_a_person_would(
    _case: str, path: tuple[str | int, ...], value: Any, expected: str
) -> None:
    after = editing.put(CONSUMER, path, value)

    assert expected in after
    assert len(after.splitlines()) - len(CONSUMER.splitlines()) <= 3


def test_a_text_laid_out_otherwise_is_still_edited_and_keeps_its_comments() -> None:
    text = "# Arriba.\nclave: x\n? nombre\n: Largo\nlista:\n- - 1 # uno\n  - 2\n- - 3\n"

    after = editing.move(text, ("lista", 1), 0)

    assert data_of(after) == {"clave": "x", "nombre": "Largo", "lista": [[3], [1, 2]]}
    assert "# Arriba." in after


def test_an_edit_of_nothing_is_refused() -> None:
    with pytest.raises(KeyError):
        editing.remove(CONSUMER, ("estrategias", 99))
    with pytest.raises(KeyError):
        editing.move(CONSUMER, ("etapas", 0), 99)


@pytest.mark.parametrize(
    "text",
    [
        "clave: x\n",
        "clave: x\nestrategias: hola\n",
        "clave: x\nestrategias: 5\n",
        "clave: x\nestrategias: {}\n",
    ],
)
@pytest.mark.parametrize(
    "edit",
    [
        DraftEdit(EditKind.PUT, ("estrategias", 0, "pasos", 0, "dias"), 3),
        DraftEdit(EditKind.PUT, ("estrategias", 0, "etapas"), ["a"]),
        DraftEdit(EditKind.REMOVE, ("estrategias", 0)),
        DraftEdit(EditKind.MOVE, ("estrategias", 0), place=0),
        DraftEdit(EditKind.INSERT, ("clave",), {"pasos": []}, 0),
    ],
)
def test_an_edit_of_what_is_no_list_is_refused(text: str, edit: DraftEdit) -> None:
    with pytest.raises(KeyError):
        editing.edited(text, [edit])
    with pytest.raises(KeyError):
        editing.tried(data_of(text), [edit])
