"""Servers that feeds come from, in threads of the test: SFTP, Odoo, a way to the database."""
