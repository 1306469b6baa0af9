"""What the law objects to in words that somebody is writing to a debtor."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from puntual.compliance.texts.types import TextDecision
from puntual.flows import wording
from puntual.identity.types import Permission
from puntual.staff.access import Visit, act

# The fields that are read; none takes more.
_FIELDS = ("answer", "resolution", "instructions")
_LENGTH_MAX = 2000


@act(Permission.SEE_HOME)
def check_text(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Mark what may not be said, with its rule and a lawful wording, and what differs from the ledger."""
    field = request.GET.get("campo", "")
    text = request.POST.get(field, "")[:_LENGTH_MAX].replace("\r\n", "\n") if field in _FIELDS else ""
    verdict = wording.judge(text=text)
    about = request.GET.get("cliente", "")
    may_see = request.user.can(Permission.SEE_CUSTOMERS)  # type: ignore[union-attr]
    is_known = about.isascii() and about.isdigit() and len(about) < 19 and may_see
    return render(
        request,
        "staff/_text_told.html",
        {
            "differing": wording.differing(text=text, customer_id=int(about), today=visit.today)
            if is_known
            else (),
            "findings": {one.category: one for one in verdict.findings}.values(),
            "pieces": wording.pieces(text=text, verdict=verdict),
            "is_blocked": verdict.decision is TextDecision.BLOCK,
            "has_second_person": field == "instructions",
        },
    )
