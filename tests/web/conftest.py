"""What pages before a real queue share."""

from tests.committed import committed_company, pristine_database

__all__ = ["committed_company", "pristine_database"]
