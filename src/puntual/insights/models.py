"""Daily pictures of the portfolio."""

from django.db import models
from django.db.models.functions import Now


class Snapshot(models.Model):
    """The portfolio of one day by stage, bucket and currency. PII: none."""

    pk = models.CompositePrimaryKey("as_of", "stage", "bucket", "currency")
    as_of = models.DateField()
    stage = models.CharField(max_length=16)
    bucket = models.CharField(max_length=10)
    currency = models.CharField(max_length=3)
    customers = models.IntegerField()
    receivables = models.IntegerField()
    open_amount = models.DecimalField(max_digits=18, decimal_places=2)
    created_at = models.DateTimeField(db_default=Now())
