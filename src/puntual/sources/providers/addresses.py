"""
Which servers a source may reach.

Whoever sets up a source may not be whoever runs the installation. A server inside the installation's own network
is reached only when its operator listed it; and the address that was looked at is the one that is called, so a
name that changes its mind in between leads nowhere else.
"""

import ipaddress
import re
import socket

from django.utils.translation import gettext as _

from puntual.sources.providers.contract import UnableToFetch

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._:-]{0,252}[A-Za-z0-9])?")


def port_of(text: str) -> int:
    """
    Read a port.

    Raises: UnableToFetch.
    """
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 1 <= int(text) <= 65_535:
        raise UnableToFetch(_("El puerto es un número entre 1 y 65535."))
    return int(text)


def refuse_host(*, host: str) -> None:
    """
    Refuse what is no name of a server.

    Raises: UnableToFetch.
    """
    if not _HOST.fullmatch(host):
        raise UnableToFetch(_("«%s» no es el nombre de un servidor.") % host[:80])


def address_of(*, host: str, port: int, open_hosts: frozenset[str]) -> str:
    """
    Return the address to call.

    Raises: UnableToFetch when there is none, or it lies inside a network that is not open to sources.
    """
    refuse_host(host=host)
    try:
        found = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError):
        raise UnableToFetch(_("No se encontró el servidor «%s»: revise su nombre.") % host) from None
    if host.lower() in open_hosts:
        return found[0]
    for address in found:
        if not ipaddress.ip_address(address.partition("%")[0]).is_global:
            raise UnableToFetch(
                _(
                    "«%s» está en una red interna. Quien administra el servidor de Puntual lo permite en "
                    "PUNTUAL_SOURCE_HOSTS."
                )
                % host
            )
    return found[0]
