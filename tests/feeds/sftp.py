"""A real SFTP server in a thread of the test, over a folder."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncssh

USER, PASSWORD = "cobranza", "una-clave-larga"


@dataclass(frozen=True)
class Server:
    """Where the server is and which key it shows."""

    port: int
    root: Path
    fingerprint: str
    public_key: str


class _Door(asyncssh.SSHServer):
    """Lets one user in, by password."""

    def begin_auth(self, username: str) -> bool:
        """Ask everybody to prove who they are."""
        return True

    def password_auth_supported(self) -> bool:
        """Take passwords."""
        return True

    def validate_password(self, username: str, password: str) -> bool:
        """Compare user and password."""
        return (username, password) == (USER, PASSWORD)


@contextmanager
def serving(root: Path, *, allowed_key: asyncssh.SSHKey | None = None) -> Iterator[Server]:
    """Serve a folder until the end of the block."""
    host_key = asyncssh.generate_private_key("ssh-ed25519")
    loop = asyncio.new_event_loop()
    started: list[asyncssh.SSHAcceptor] = []

    def shut_in(channel: asyncssh.SSHServerChannel) -> asyncssh.SFTPServer:
        return asyncssh.SFTPServer(channel, chroot=str(root).encode())

    keys = None
    if allowed_key is not None:
        keys = asyncssh.import_authorized_keys(allowed_key.export_public_key().decode())

    async def start() -> None:
        started.append(
            await asyncssh.listen(
                "127.0.0.1",
                0,
                server_factory=_Door,
                server_host_keys=[host_key],
                sftp_factory=shut_in,
                authorized_client_keys=keys,
            )
        )

    async def stop() -> None:
        started[0].close()
        await started[0].wait_closed()
        others = [one for one in asyncio.all_tasks() if one is not asyncio.current_task()]
        for one in others:
            one.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    loop.run_until_complete(start())
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield Server(
            port=started[0].get_port(),
            root=root,
            fingerprint=host_key.get_fingerprint(),
            public_key=host_key.export_public_key().decode().strip(),
        )
    finally:
        asyncio.run_coroutine_threadsafe(stop(), loop).result(timeout=30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=30)
        loop.close()
