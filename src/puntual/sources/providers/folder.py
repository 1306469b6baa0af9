"""
A folder of this machine that is watched.

Only folders inside the company's own place under PUNTUAL_FOLDERS are read; links are never followed, neither on
the way to the folder nor in it.
"""

import errno
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from puntual.sources import rules
from puntual.sources.providers import files
from puntual.sources.providers.contract import Delivery, Errand, Setting, UnableToFetch
from puntual.sources.types import SecretUse, Seen

_IN = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Folder:
    """The connector of watched folders."""

    code = "FOLDER"
    label = lazy("Carpeta vigilada")
    secret = SecretUse.NONE
    settings = (
        Setting(
            name="folder",
            label=lazy("Carpeta"),
            help=lazy(
                "Dentro de la carpeta de la empresa en el servidor, por ejemplo: erp/cartera. Vacío: esa misma."
            ),
            is_required=False,
        ),
        files.PATTERN,
        files.QUIET,
        files.AFTER,
    )

    def refuse_settings(self, *, settings: Mapping[str, str]) -> None:
        """Refuse a path that leads elsewhere. Raises: UnableToFetch."""
        files.refuse_settings(settings=settings)
        _parts(settings.get("folder", ""))

    def check(self, *, errand: Errand) -> str:
        """Open the folder and count what is to be taken. Raises: UnableToFetch."""
        with _opened(errand) as folder:
            picked = files.pick(listed=_listed(folder), errand=errand)
            if errand.settings["after"] == files.MOVE:
                os.close(_place(folder, files.TAKEN))
        count = sum(len(group) for group in picked.groups)
        return _("La carpeta se puede leer; archivos por tomar: %(count)s.") % {"count": count}

    def fetch(self, *, errand: Errand) -> Iterator[Delivery]:
        """Yield the files that are whole and new. Raises: UnableToFetch."""
        with _opened(errand) as folder:
            picked = files.pick(listed=_listed(folder), errand=errand)
            if errand.settings["after"] == files.MOVE:
                for one in picked.leftovers:
                    _move(folder, one.name, files.TAKEN)

            def read(group: Sequence[Seen]) -> list[bytes | None]:
                return [_read(folder, one) for one in group]

            yield from files.deliveries(picked=picked, read=read)

    def put_away(self, *, errand: Errand, delivery: Delivery, is_refused: bool) -> None:
        """Move what was taken out of the way, where so asked. Raises: UnableToFetch."""
        if errand.settings["after"] != files.MOVE or delivery.problem:
            return
        with _opened(errand) as folder:
            for name in files.taken_names(errand=errand, delivery=delivery):
                _move(folder, name, files.REFUSED if is_refused else files.TAKEN)


def _parts(folder: str) -> list[str]:
    """
    Take a path inside the company's place apart.

    Raises: UnableToFetch.
    """
    parts = [part for part in folder.strip().split("/") if part not in ("", ".")]
    if folder.startswith("/") or not all(rules.is_plain_name(part) for part in parts):
        raise UnableToFetch(_("Escriba la carpeta desde la de la empresa, sin «..» ni «/» al principio."))
    return parts


@contextmanager
def _opened(errand: Errand) -> Iterator[int]:
    """Open the folder step by step, so that a link anywhere on the way is refused."""
    if errand.folder is None:
        raise UnableToFetch(
            _("Este servidor no tiene carpetas para fuentes: quien lo administra define PUNTUAL_FOLDERS.")
        )
    parts = _parts(errand.settings.get("folder", ""))
    handles: list[int] = []
    try:
        handles.append(_enter(Path(errand.folder), None))
        for part in parts:
            handles.append(_enter(Path(part), handles[-1]))
        yield handles[-1]
    finally:
        for handle in reversed(handles):
            os.close(handle)


def _enter(path: Path, inside: int | None) -> int:
    try:
        return os.open(path, _IN, dir_fd=inside)
    except OSError as error:
        raise _told(error, path.name) from None


def _told(error: OSError, name: str) -> UnableToFetch:
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return UnableToFetch(_("Puntual no tiene permiso en «%s».") % name)
    if error.errno in (errno.ELOOP, errno.ENOTDIR):
        return UnableToFetch(_("«%s» es un enlace o no es una carpeta: no se sigue.") % name)
    if error.errno == errno.ENOENT:
        return UnableToFetch(_("No existe la carpeta «%s».") % name)
    return UnableToFetch(_("No se pudo leer «%(name)s»: %(why)s.") % {"name": name, "why": error.strerror})


def _listed(folder: int) -> list[Seen]:
    found = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    continue
                with suppress(FileNotFoundError):
                    facts = entry.stat(follow_symlinks=False)
                    found.append(
                        Seen(
                            name=(name := os.fsencode(entry.name).decode("utf-8", "replace")),
                            size=facts.st_size,
                            changed_at=facts.st_mtime,
                            # A name that is no UTF-8 could not be found again.
                            is_plain=stat.S_ISREG(facts.st_mode) and name == entry.name,
                        )
                    )
    except OSError as error:
        raise _told(error, ".") from None
    return found


def _read(folder: int, seen: Seen) -> bytes | None:
    """Read a file, unless it changed since it was listed."""
    try:
        handle = os.open(seen.name, _FILE, dir_fd=folder)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _told(error, seen.name) from None
    with os.fdopen(handle, "rb") as file:
        try:
            content = file.read(seen.size + 1)
        except OSError as error:
            raise _told(error, seen.name) from None
        facts = os.fstat(handle)
    is_same = stat.S_ISREG(facts.st_mode) and (facts.st_size, facts.st_mtime) == (seen.size, seen.changed_at)
    return content if is_same and len(content) == seen.size else None


def _place(folder: int, name: str) -> int:
    """Open the folder for what was taken, made when it is missing."""
    try:
        with suppress(FileExistsError):
            os.mkdir(name, dir_fd=folder)
        return os.open(name, _IN, dir_fd=folder)
    except OSError as error:
        raise _told(error, name) from None


def _move(folder: int, name: str, target: str) -> None:
    """Move a file; one of the same name that is there already keeps its place."""
    place = _place(folder, target)
    try:
        free = rules.free_name(name, os.listdir(place))
        with suppress(FileNotFoundError):
            os.rename(name, free, src_dir_fd=folder, dst_dir_fd=place)
    except OSError as error:
        raise _told(error, name) from None
    finally:
        os.close(place)
