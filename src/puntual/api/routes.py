"""The API: what programs may read and write, with a key of the company."""

from ninja import NinjaAPI

api = NinjaAPI(title="Puntual", version="1", docs_url=None, urls_namespace="api")
