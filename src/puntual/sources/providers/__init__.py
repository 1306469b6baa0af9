"""
The connectors. A new one is one module here that keeps `contract.Connector`, and one line in this list.

What they speak with (SQLAlchemy, SSH) takes a process a second to read, and most processes never fetch anything:
each is read when somebody asks for it.
"""

from functools import cache
from importlib import import_module
from types import MappingProxyType

from puntual.sources.providers.contract import Connector

CONNECTORS = MappingProxyType(
    {"FOLDER": "folder.Folder", "SFTP": "sftp.Sftp", "SQL": "sql.Sql", "ODOO": "odoo.Odoo"}
)


@cache
def connector(code: str) -> Connector | None:
    """Return the connector of a code; None for one that this version does not have."""
    if code not in CONNECTORS:
        return None
    module, name = CONNECTORS[code].split(".")
    made: Connector = getattr(import_module(f"{__name__}.{module}"), name)()
    return made
