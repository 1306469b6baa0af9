"""The web application, as servers load it. It does not start when the configuration is dangerous."""

from django.core.wsgi import get_wsgi_application

from puntual.config import checks

application = get_wsgi_application()
checks.refuse_danger()
