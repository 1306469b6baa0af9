"""
Work in the background: each task enters one company and makes one domain call.

Tasks are named by plain words, so that any interface can hand one over without importing this module. All of
them may run twice: what they call is idempotent. A worker that dies leaves its jobs to the next one.
"""

import os
import socket
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import structlog
from asgiref.sync import sync_to_async
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate import JobContext, builtin_tasks
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued, UniqueViolation
from procrastinate.jobs import Status

from puntual.assessment import queries as assessment
from puntual.audit.types import SYSTEM, Actor, ActorKind
from puntual.companies import operations as companies
from puntual.companies import queries as company_rows
from puntual.db import rows
from puntual.flows import (
    daily_run,
    dispatch,
    exclusions,
    forgetting,
    intake,
    merging,
    quality,
    rehearsal,
    sources,
)
from puntual.flows.run_helpers import default_workers
from puntual.intake import operations as intake_writes
from puntual.lib.errors import DomainError
from puntual.outreach.providers.smtp import SmtpTransport
from puntual.plans import queries as plans
from puntual.plans.types import RunState
from puntual.portfolio import queries as portfolio
from puntual.sources import queries as source_rows
from puntual.web.own_data_files import files_of

log = structlog.get_logger("puntual.worker")

MESSAGES_MAX = 50_000
JOBS_KEPT_HOURS = 72
# Loads of these days are looked at by themselves; older ones when somebody asks.
LOADS_REVIEWED_DAYS = 7


# So many workers may die over one job, by chance or by a restart of the machine.
_WORKERS_MAX = 3


def _work(*, task: str, company: str, work: Callable[[], object]) -> None:
    """Work inside a company; a refusal is a normal end that is logged, anything else is a fault of ours."""
    try:
        with companies.in_company(schema_name=company):
            work()
    except DomainError as refused:
        log.warning("task-refused", task=task, company=company, code=refused.code)


def _local_day(*, at: datetime) -> datetime:
    company = company_rows.current_company(base_url=settings.BASE_URL)
    return at.astimezone(ZoneInfo(company.time_zone))


@app.task(name="dispatch_messages")
def dispatch_messages(*, company: str, lane: int = 0) -> None:
    """Send what is due over one line to the mail server."""
    if settings.EMAIL_SERVER is None:
        log.warning("no-mail-server", company=company)
        return
    transport = SmtpTransport(**settings.EMAIL_SERVER)
    worker = f"{socket.gethostname()[:30]}:{os.getpid()}:{lane}:{uuid4().hex[:12]}"

    def send() -> None:
        dispatch.dispatch_due(
            at=timezone.now(), limit=MESSAGES_MAX, transport=transport, worker=worker, files_of=files_of
        )

    try:
        _work(task="dispatch_messages", company=company, work=send)
    finally:
        transport.close()


@app.task(name="run_daily")
def run_daily(*, company: str) -> None:
    """Decide the company's day, or go on with it."""
    at = timezone.now()

    def decide() -> None:
        daily_run.run_day(today=_local_day(at=at).date(), at=at, workers=default_workers())

    _work(task="run_daily", company=company, work=decide)


@app.task(name="rehearse")
def rehearse(*, company: str, rehearsal_id: int) -> None:
    """Work through what a plan version would do; nothing of it is carried out."""
    at = timezone.now()

    def try_out() -> None:
        rehearsal.carry_out(
            rehearsal_id=rehearsal_id, today=_local_day(at=at).date(), at=at, processes=default_workers()
        )

    _work(task="rehearse", company=company, work=try_out)


@app.task(name="apply_import")
def apply_import(*, company: str, import_id: int, user_id: int | None = None, user_name: str = "") -> None:
    """Apply an import for the person who asked for it."""
    at = timezone.now()
    kind = ActorKind.SYSTEM if user_id is None else ActorKind.STAFF
    actor = Actor(kind=kind, id=user_id, label=user_name)

    def apply() -> None:
        intake.apply_import(import_id=import_id, actor=actor, today=_local_day(at=at).date(), at=at)
        intake.close_few_missing(import_id=import_id, actor=actor, at=at)
        # What came in may be there already under another number or name.
        _hand_over(task="find_duplicates", key=f"duplicates:{company}", company=company)

    _work(task="apply_import", company=company, work=apply)


@app.task(name="preview_import")
def preview_import(*, company: str, import_id: int) -> None:
    """Read a file while its page waits; why it cannot be read is kept with it."""

    at = timezone.now()

    def look() -> None:
        try:
            intake.preview(import_id=import_id, is_followed=True, today=_local_day(at=at).date())
        except DomainError as refused:
            intake_writes.note_unread(import_id=import_id, error=refused.message)
            raise

    _work(task="preview_import", company=company, work=look)


@app.task(name="find_duplicates")
def find_duplicates(*, company: str) -> None:
    """Look for customers that may be one person; a person decides."""
    _work(task="find_duplicates", company=company, work=partial(merging.find_duplicates, at=timezone.now()))


@app.task(name="check_quality")
def check_quality(*, company: str) -> None:
    """Look through the company's data."""
    at = timezone.now()

    def check() -> None:
        quality.check_portfolio(today=_local_day(at=at).date(), at=at)

    _work(task="check_quality", company=company, work=check)


@app.task(name="review_load")
def review_load(*, company: str, import_id: int) -> None:
    """Look at the data that one load brought."""
    at = timezone.now()

    def review() -> None:
        quality.review_load(import_id=import_id, today=_local_day(at=at).date(), at=at)

    _work(task="review_load", company=company, work=review)


@app.task(name="pull_source")
def pull_source(*, company: str, source_id: int, user_id: int | None = None, user_name: str = "") -> None:
    """Bring in what is new at a source, on its schedule or because somebody asked."""
    at = timezone.now()
    actor = SYSTEM if user_id is None else Actor(kind=ActorKind.STAFF, id=user_id, label=user_name)

    def pull() -> None:
        found = sources.pull_source(source_id=source_id, actor=actor, today=_local_day(at=at).date(), at=at)
        if found.rows_accepted:
            _hand_over(task="find_duplicates", key=f"duplicates:{company}", company=company)

    _work(task="pull_source", company=company, work=pull)


def _hand_over(*, task: str, key: str, **arguments: str | int) -> None:
    """Queue a task unless the same work waits already; two of one key never run at once."""
    try:
        app.configure_task(name=task, queueing_lock=key, lock=key).defer(**arguments)
    except AlreadyEnqueued:
        log.debug("already-queued", task=task, key=key)


@app.periodic(cron="* * * * *")
@app.task(name="each_minute", queueing_lock="each_minute")
def each_minute(timestamp: int) -> None:
    """Have every company send what is due, look at what was loaded, and visit the sources that are due."""
    at = timezone.now()

    def begin(*, company: str) -> None:
        _begin_dispatch(company=company)
        _work(task="each_minute", company=company, work=partial(_begin_review, company=company, at=at))
        _work(task="each_minute", company=company, work=partial(_begin_sources, company=company, at=at))

    _each_company(task="each_minute", work=begin)


@app.periodic(cron="*/10 * * * *")
@app.task(name="each_ten_minutes", queueing_lock="each_ten_minutes")
def each_ten_minutes(timestamp: int) -> None:
    """
    Have every company whose day has begun decide it.

    Asked again and again: a worker that was away at the company's hour decides as soon as it is back, and customers
    that were imported later in the day are decided too.
    """
    at = timezone.now()

    def begin(*, company: str) -> None:
        _work(task="each_ten_minutes", company=company, work=partial(_begin_day, company=company, at=at))

    _each_company(task="each_ten_minutes", work=begin)


def _each_company(*, task: str, work: Callable[..., None]) -> None:
    """Work for every company; what goes wrong with one is logged and stops no other."""
    for company in company_rows.schema_names():
        try:
            work(company=company)
        except Exception:
            log.exception("company-failed", task=task, company=company)


def _begin_dispatch(*, company: str) -> None:
    for lane in range(dispatch.LANES):
        _hand_over(task="dispatch_messages", key=f"dispatch:{company}:{lane}", company=company, lane=lane)


def _begin_review(*, company: str, at: datetime) -> None:
    """Have the oldest load that nobody has looked at be looked at; the next one follows in a minute."""
    for import_id in quality.loads_to_review(since=at - timedelta(days=LOADS_REVIEWED_DAYS), limit=1):
        _hand_over(task="review_load", key=f"quality:{company}", company=company, import_id=import_id)


def _begin_sources(*, company: str, at: datetime) -> None:
    for source_id in source_rows.due_sources(at=at):
        key = source_rows.pull_key(company=company, source_id=source_id)
        _hand_over(task="pull_source", key=key, company=company, source_id=source_id)


def _begin_day(*, company: str, at: datetime) -> None:
    local = _local_day(at=at)
    if local.time() < company_rows.current_company(base_url=settings.BASE_URL).run_starts_at:
        return
    if not portfolio.has_customers():
        # A day decided for nobody would bind whoever comes in during it to the plan of the morning.
        return
    run = plans.run_of(as_of=local.date())
    is_done = run is not None and run.state is RunState.DONE
    if not is_done or assessment.has_undecided(as_of=local.date()):
        _hand_over(task="run_daily", key=f"run:{company}", company=company)
    elif quality.is_check_due(today=local.date()):
        _hand_over(task="check_quality", key=f"quality:{company}", company=company)
    elif merging.is_search_due(at=at):
        _hand_over(task="find_duplicates", key=f"duplicates:{company}", company=company)


@app.periodic(cron="40 3 * * *")
@app.task(name="each_night", queueing_lock="each_night")
def each_night(timestamp: int) -> None:
    """Have every company forget the decisions that it keeps no longer, and count whom its lists are about."""
    at = timezone.now()

    def forget() -> None:
        forgotten = forgetting.forget_decisions(today=_local_day(at=at).date())
        if forgotten.months:
            log.info("decisions-forgotten", months=forgotten.months, facts=forgotten.facts)

    def count() -> None:
        exclusions.count_all(today=_local_day(at=at).date(), at=at)

    def begin(*, company: str) -> None:
        _work(task="each_night", company=company, work=forget)
        _work(task="each_night", company=company, work=count)

    _each_company(task="each_night", work=begin)


@app.periodic(cron="* * * * *")
@app.task(name="retry_stalled", queueing_lock="retry_stalled")
async def retry_stalled(timestamp: int) -> None:
    """
    Give the jobs of workers that died to those that live.

    A job that several workers died over is given up, and what it was about says so: it would take the next one too.
    """
    for job in await app.job_manager.get_stalled_jobs():
        if job.attempts >= _WORKERS_MAX:
            await app.job_manager.finish_job(job, Status.FAILED, delete_job=False)
            await sync_to_async(_give_up)(task=job.task_name, arguments=rows.as_json(job.task_kwargs))
            log.error("job-given-up", task=job.task_name, job=job.id)
            continue
        try:
            await app.job_manager.retry_job(job)
        except UniqueViolation:
            # The same work was queued again meanwhile, so this job is not needed.
            await app.job_manager.finish_job(job, Status.FAILED, delete_job=False)
        log.warning("job-retried", task=job.task_name, job=job.id)


def _give_up(*, task: str, arguments: Mapping[str, Any]) -> None:
    """Say on the page of an import that nobody works on it any more."""
    error = _(
        "Se detuvo: el proceso que lo atendía murió varias veces. Revise el archivo o pártalo en varios."
    )

    def note() -> None:
        if task == "apply_import":
            intake_writes.mark_stopped(import_id=arguments["import_id"], error=str(error))
        else:
            intake_writes.note_unread(import_id=arguments["import_id"], error=str(error))

    if task in {"apply_import", "preview_import"}:
        _work(task=task, company=arguments["company"], work=note)


@app.periodic(cron="17 3 * * *")
@app.task(name="forget_old_jobs", queueing_lock="forget_old_jobs", pass_context=True)
async def forget_old_jobs(context: JobContext, timestamp: int) -> None:
    """Delete jobs that ended days ago."""
    await builtin_tasks.remove_old_jobs(
        context, max_hours=JOBS_KEPT_HOURS, remove_failed=True, remove_cancelled=True, remove_aborted=True
    )
