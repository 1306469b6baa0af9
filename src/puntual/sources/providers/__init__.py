"""
The connectors. A new one is one module here that keeps `contract.Connector`, and one line in this list.
"""

from collections.abc import Mapping

from puntual.sources.providers.contract import Connector
from puntual.sources.providers.folder import Folder
from puntual.sources.providers.odoo import Odoo
from puntual.sources.providers.sftp import Sftp
from puntual.sources.providers.sql import Sql

CONNECTORS: Mapping[str, Connector] = {one.code: one for one in (Folder(), Sftp(), Sql(), Odoo())}
