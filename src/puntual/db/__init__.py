"""Foundations of the database: embedded server, named SQL, locks, bulk copy."""
