"""Addresses of this interface."""

from django.urls import path

from puntual.webhooks import mail

app_name = "webhooks"
urlpatterns = [path("correo/", mail.mail, name="mail")]
