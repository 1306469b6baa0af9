"""Django's registration of this package."""

from django.apps import AppConfig


class ContactsConfig(AppConfig):
    """Register the tables of this package under the label `contacts`."""

    name = "puntual.contacts"
    label = "contacts"
