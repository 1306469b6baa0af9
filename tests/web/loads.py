"""Files as a person brings them in by the page, and the worker that takes over."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from puntual.intake.models import Import
from puntual.worker import tasks
from tests.web.debtors import Browser

UPLOAD = "/cartera/importar/subir/"


def upload(client: Browser, content: str | bytes, *, name: str = "cartera.csv", **more: Any) -> Any:
    """Upload a file and go where that leads; nobody has read it yet."""
    file = SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)
    return client.post(UPLOAD, {"file": file, **more}, follow=True)


def work_off(task: str = "preview_import") -> None:
    """Do what waits for a worker of one kind."""
    for job in ProcrastinateJob.objects.filter(task_name=task, status="todo").order_by("id"):
        getattr(tasks, task)(**job.args)
        end(job)


def end(job: ProcrastinateJob) -> None:
    """Let a job be over, as its worker does when it returns."""
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_jobs set status = 'succeeded' where id = %s", [job.pk])


def bring(client: Browser, content: str | bytes, *, name: str = "cartera.csv", **more: Any) -> Any:
    """Upload a file, have it read, and return its page."""
    upload(client, content, name=name, **more)
    work_off()
    return client.get(f"/cartera/importar/{Import.objects.latest('id').pk}/")
