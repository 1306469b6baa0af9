"""What stories over several stages share."""

from tests.committed import committed_company, pristine_database
from tests.flows.lives import version_id

__all__ = ["committed_company", "pristine_database", "version_id"]
