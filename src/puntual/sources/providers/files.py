"""What a folder on this machine and one on a server have in common: what to take, and how to hand it over."""

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from puntual.sources import rules
from puntual.sources.providers.contract import Delivery, Errand, Setting, UnableToFetch
from puntual.sources.types import Picked, Seen, SettingKind

TAKEN, REFUSED = "procesados", "rechazados"
MOVE, LEAVE = "MOVE", "LEAVE"
_QUIET_SECONDS_DEFAULT = 60
_QUIET_SECONDS_MAX = 24 * 60 * 60
_SEEN_MAX = 100_000
# Files inside a bundle carry this day, so that the same files make the same bytes.
_BUNDLE_DAY = (2000, 1, 1, 0, 0, 0)

PATTERN = Setting(
    name="pattern",
    label=lazy("Archivos que se toman"),
    help=lazy("Por ejemplo: cartera*.csv, *.xlsx. Vacío: todos."),
    is_required=False,
)
QUIET = Setting(
    name="quiet_seconds",
    label=lazy("Segundos sin cambios antes de tomar un archivo"),
    kind=SettingKind.NUMBER,
    help=lazy(
        "Así no se toma uno que todavía se está escribiendo. Los que terminan en .part nunca se toman."
    ),
    default=str(_QUIET_SECONDS_DEFAULT),
)
AFTER = Setting(
    name="after",
    label=lazy("Qué hacer con los archivos ya tomados"),
    kind=SettingKind.CHOICE,
    default=MOVE,
    choices=(
        (MOVE, lazy("Pasarlos a la carpeta «procesados»")),
        (LEAVE, lazy("Dejarlos donde están y recordarlos")),
    ),
)


def refuse_settings(*, settings: Mapping[str, str]) -> None:
    """
    Look at the settings that all folders share.

    Raises: UnableToFetch.
    """
    quiet = settings.get("quiet_seconds", "")
    if not quiet.isascii() or not quiet.isdigit() or int(quiet) > _QUIET_SECONDS_MAX:
        raise UnableToFetch(_("Los segundos sin cambios son un número entre 0 y 86400."))
    if settings.get("after") not in (MOVE, LEAVE):
        raise UnableToFetch(_("Elija qué hacer con los archivos ya tomados."))


def pick(*, listed: Sequence[Seen], errand: Errand) -> Picked:
    """Say which files to take now."""
    return rules.pick(
        listed,
        patterns=errand.settings.get("pattern", ""),
        known=errand.state.get("seen", {}),
        at=errand.at,
        quiet_seconds=int(errand.settings["quiet_seconds"]),
        bytes_max=errand.bytes_max,
    )


def deliveries(*, picked: Picked, read: Callable[[Sequence[Seen]], list[bytes | None]]) -> Iterator[Delivery]:
    """
    Hand over what was picked; `read` gives the bytes of files, None for one that changed or went meanwhile.

    Files that are known and still there stay known; the others are forgotten.
    """
    seen: dict[str, Any] = {name: list(marks) for name, marks in picked.still.items()}
    for one, reason in picked.refused:
        seen = {**seen, one.name: [one.size, one.changed_at]}
        yield Delivery(
            name=_shown(one.name), content=b"", state_after={"seen": seen}, problem=_problem(reason)
        )
    for group in picked.groups:
        read_now = [
            (one, content) for one, content in zip(group, read(group), strict=True) if content is not None
        ]
        if not read_now:
            continue
        seen = {**seen, **{one.name: [one.size, one.changed_at] for one, _content in read_now}}
        if len(seen) > _SEEN_MAX:
            raise UnableToFetch(_("La carpeta guarda demasiados archivos ya tomados: páselos a otra."))
        if len(read_now) == 1:
            name, content = read_now[0][0].name, read_now[0][1]
        else:
            name, content = _bundle(read_now)
        yield Delivery(name=name, content=content, state_after={"seen": seen})


def taken_names(*, errand: Errand, delivery: Delivery) -> list[str]:
    """List the files that a delivery took, by what it added to what is known."""
    before = errand.state.get("seen", {})
    return [name for name, marks in delivery.state_after.get("seen", {}).items() if before.get(name) != marks]


def _bundle(files: Sequence[tuple[Seen, bytes]]) -> tuple[str, bytes]:
    """Put many small files into one archive; the same files always make the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for one, content in sorted(files, key=lambda pair: pair[0].name):
            archive.writestr(zipfile.ZipInfo(one.name, date_time=_BUNDLE_DAY), content)
    return f"{files[0][0].name} + {len(files) - 1}.zip", buffer.getvalue()


def _shown(name: str) -> str:
    return "".join(sign if sign.isprintable() else "·" for sign in name)[:200] or "·"


def _problem(reason: str) -> str:
    return {
        "name": _("No se toma: su nombre lleva a otra carpeta o tiene signos que no se ven."),
        "link": _("No se toma: es un enlace o no es un archivo."),
        "too-large": _("No se toma: es demasiado grande."),
    }[reason]
