"""
A folder on an SFTP server.

The server must show the key that was registered for it, else nothing is sent to it, not even a user's name.
Every step opens a connection of its own: between two files hours may pass.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

import asyncssh
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from puntual.sources import rules
from puntual.sources.providers import addresses, files
from puntual.sources.providers.contract import TIMEOUT_SECONDS, Delivery, Errand, Setting, UnableToFetch
from puntual.sources.providers.secrets import without_secret
from puntual.sources.types import SecretUse, Seen, SettingKind

T = TypeVar("T")
_READ_SECONDS_MAX = 15 * 60
_LISTED_MAX = 200_000
_PRINT = "SHA256:"


class Sftp:
    """The connector of SFTP servers."""

    code = "SFTP"
    label = lazy("Servidor SFTP")
    secret = SecretUse.REQUIRED
    settings = (
        Setting(name="host", label=lazy("Servidor"), help=lazy("Por ejemplo: sftp.empresa.example")),
        Setting(name="port", label=lazy("Puerto"), kind=SettingKind.NUMBER, default="22"),
        Setting(name="user", label=lazy("Usuario"), length_max=120),
        Setting(
            name="host_key",
            label=lazy("Huella de la llave del servidor"),
            help=lazy("La da quien administra el servidor, como SHA256:…; con otra llave no se entra."),
            length_max=1000,
        ),
        Setting(
            name="folder",
            label=lazy("Carpeta"),
            help=lazy("En el servidor. Vacío: donde el usuario entra."),
            is_required=False,
        ),
        files.PATTERN,
        files.QUIET,
        files.AFTER,
    )

    def refuse_settings(self, *, settings: Mapping[str, str]) -> None:
        """Refuse what could never work. Raises: UnableToFetch."""
        files.refuse_settings(settings=settings)
        addresses.refuse_host(host=settings.get("host", ""))
        addresses.port_of(settings.get("port", ""))
        prints_of(text=settings.get("host_key", ""))
        if not settings.get("folder", "").isprintable() or not settings.get("user", "").isprintable():
            raise UnableToFetch(_("La carpeta o el usuario llevan signos que no se ven."))

    def check(self, *, errand: Errand) -> str:
        """Sign in and count what is to be taken. Raises: UnableToFetch."""

        async def look(sftp: asyncssh.SFTPClient) -> int:
            picked = files.pick(listed=await _listed(sftp, _folder(errand)), errand=errand)
            return sum(len(group) for group in picked.groups)

        count = _visit(errand, look)
        return _("Se pudo entrar al servidor; archivos por tomar: %(count)s.") % {"count": count}

    def fetch(self, *, errand: Errand) -> Iterator[Delivery]:
        """Yield the files that are whole and new. Raises: UnableToFetch."""
        folder = _folder(errand)

        async def look(sftp: asyncssh.SFTPClient) -> list[Seen]:
            listed = await _listed(sftp, folder)
            if errand.settings["after"] == files.MOVE:
                left = files.pick(listed=listed, errand=errand).leftovers
                await _move(sftp, folder, [one.name for one in left], files.TAKEN)
            return listed

        def read(group: Sequence[Seen]) -> list[bytes | None]:
            async def read_all(sftp: asyncssh.SFTPClient) -> list[bytes | None]:
                return [await _read(sftp, folder, one) for one in group]

            return _visit(errand, read_all)

        picked = files.pick(listed=_visit(errand, look), errand=errand)
        yield from files.deliveries(picked=picked, read=read)

    def put_away(self, *, errand: Errand, delivery: Delivery, is_refused: bool) -> None:
        """Move what was taken out of the way, where so asked. Raises: UnableToFetch."""
        if errand.settings["after"] != files.MOVE or delivery.problem:
            return
        names = files.taken_names(errand=errand, delivery=delivery)

        async def move(sftp: asyncssh.SFTPClient) -> None:
            await _move(sftp, _folder(errand), names, files.REFUSED if is_refused else files.TAKEN)

        _visit(errand, move)


def prints_of(*, text: str) -> frozenset[str]:
    """
    Read the prints of keys, or whole public keys, that a server may show.

    Raises: UnableToFetch.
    """
    found = set()
    for line in text.replace(",", "\n").splitlines():
        words = line.split()
        if not words:
            continue
        if all(word.startswith(_PRINT) for word in words):
            found.update(words)
            continue
        try:
            found.add(asyncssh.import_public_key(" ".join(words)).get_fingerprint())
        except asyncssh.KeyImportError:
            raise UnableToFetch(
                _("La huella del servidor se escribe como SHA256:…, o con la llave pública completa.")
            ) from None
    if not found:
        raise UnableToFetch(_("Falta la huella de la llave del servidor."))
    return frozenset(found)


class _Guard(asyncssh.SSHClient):
    """Lets only the registered keys in, and remembers what was shown."""

    def __init__(self, prints: frozenset[str]) -> None:
        self._prints = prints
        self.shown = ""

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:
        """Compare the key that the server shows with those that were registered."""
        self.shown = key.get_fingerprint()
        return self.shown in self._prints


def _folder(errand: Errand) -> str:
    return errand.settings.get("folder", "").strip().rstrip("/") or (
        "/" if errand.settings.get("folder", "").strip() else "."
    )


def _visit(errand: Errand, act: Callable[[asyncssh.SFTPClient], Awaitable[T]]) -> T:
    """Open a connection, act, close it; whatever goes wrong is told in words."""
    guard = _Guard(prints_of(text=errand.settings["host_key"]))

    async def go() -> T:
        async with asyncio.timeout(_READ_SECONDS_MAX), _connected(errand, guard) as sftp:
            return await act(sftp)

    try:
        with asyncio.Runner() as runner:
            return runner.run(go())
    except asyncssh.HostKeyNotVerifiable:
        raise UnableToFetch(
            _("El servidor mostró la llave %(shown)s, que no es la registrada: no se entró.")
            % {"shown": guard.shown or "—"}
        ) from None
    except asyncssh.PermissionDenied:
        raise UnableToFetch(_("El servidor SFTP no aceptó el usuario o su contraseña o llave.")) from None
    except asyncssh.SFTPNoSuchFile:
        raise UnableToFetch(_("No existe la carpeta «%s» en el servidor.") % _folder(errand)) from None
    except asyncssh.SFTPPermissionDenied:
        raise UnableToFetch(
            _("El usuario no tiene permiso en la carpeta «%s» del servidor.") % _folder(errand)
        ) from None
    except TimeoutError:
        raise UnableToFetch(_("El servidor SFTP no contestó a tiempo.")) from None
    except ConnectionError:
        raise UnableToFetch(
            _("No se pudo llegar al servidor «%(host)s»: nadie contesta en el puerto %(port)s.")
            % {"host": errand.settings["host"], "port": errand.settings["port"]}
        ) from None
    except (asyncssh.Error, OSError) as error:
        said = without_secret(text=str(error), secret=errand.secret)[:120]
        raise UnableToFetch(_("No se pudo trabajar con el servidor SFTP: %s") % said) from None


@asynccontextmanager
async def _connected(errand: Errand, guard: _Guard) -> AsyncIterator[asyncssh.SFTPClient]:
    port = addresses.port_of(errand.settings["port"])
    address = addresses.address_of(host=errand.settings["host"], port=port, open_hosts=errand.open_hosts)
    is_key = "PRIVATE KEY" in errand.secret
    try:
        keys = [asyncssh.import_private_key(errand.secret)] if is_key else None
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError):
        raise UnableToFetch(_("El secreto parece una llave privada, pero no se pudo leer.")) from None
    async with (
        asyncssh.connect(
            address,
            port,
            username=errand.settings["user"],
            password=None if is_key else errand.secret,
            client_keys=keys,
            known_hosts=([], [], []),
            client_factory=lambda: guard,
            config=None,
            agent_path=None,
            connect_timeout=TIMEOUT_SECONDS,
            login_timeout=TIMEOUT_SECONDS,
            keepalive_interval=TIMEOUT_SECONDS,
        ) as line,
        line.start_sftp_client() as sftp,
    ):
        yield sftp


async def _listed(sftp: asyncssh.SFTPClient, folder: str) -> list[Seen]:
    found: list[Seen] = []
    async for entry in sftp.scandir(folder):
        facts = entry.attrs
        if facts.type == asyncssh.FILEXFER_TYPE_DIRECTORY or entry.filename in (".", "..", b".", b".."):
            continue
        name = (
            entry.filename if isinstance(entry.filename, str) else entry.filename.decode("utf-8", "replace")
        )
        found.append(
            Seen(
                name=name,
                size=facts.size or 0,
                changed_at=float(facts.mtime or 0),
                is_plain=facts.type == asyncssh.FILEXFER_TYPE_REGULAR,
            )
        )
        if len(found) > _LISTED_MAX:
            raise UnableToFetch(_("La carpeta del servidor tiene demasiados archivos."))
    return found


async def _read(sftp: asyncssh.SFTPClient, folder: str, seen: Seen) -> bytes | None:
    """Read a file, unless it changed since it was listed."""
    try:
        async with sftp.open(f"{folder}/{seen.name}", "rb") as file:
            content: Any = await file.read(seen.size + 1)
            facts = await file.stat()
    except asyncssh.SFTPNoSuchFile:
        return None
    is_same = (facts.size or 0, float(facts.mtime or 0)) == (seen.size, seen.changed_at)
    return content if is_same and len(content) == seen.size else None


async def _move(sftp: asyncssh.SFTPClient, folder: str, names: Sequence[str], target: str) -> None:
    """Move files; one of the same name that is there already keeps its place."""
    if not names:
        return
    place = f"{folder}/{target}"
    if not await sftp.isdir(place):
        await sftp.mkdir(place)
    there = {str(name) for name in await sftp.listdir(place)}
    for name in names:
        free = rules.free_name(name, there)
        with suppress(asyncssh.SFTPNoSuchFile):
            await sftp.rename(f"{folder}/{name}", f"{place}/{free}")
            there.add(free)
