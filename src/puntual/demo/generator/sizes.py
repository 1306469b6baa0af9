"""How many customers a portfolio has and how many receivables fall to each of them."""

from math import log

DEFAULT_RECEIVABLES = 3_200
_LARGE = 1_000_000
# A bigger portfolio holds more small buyers: fewer receivables for each customer.
_CUSTOMERS_PER_RECEIVABLE = (0.1345, 0.30)
_CONSUMER_SHARE = (0.44, 0.74)
# A big portfolio is not worked customer by customer.
_WORKED_SHARE = (1.0, 0.3)
_STRATEGIC_FROM = 300
_NEW_SHARE_PERCENT = 7
_NEW_QUOTAS = (1, 2, 1, 3)
_STEADY_END = 12  # The last established customers get the plain mean, so that the sum comes out.
QUOTA_MAX = 60


class Sizes:
    """The shape of a portfolio of so many receivables."""

    def __init__(self, *, receivables: int) -> None:
        if receivables < 1:
            raise ValueError("a portfolio needs at least one receivable")
        scale = log(max(receivables, DEFAULT_RECEIVABLES) / DEFAULT_RECEIVABLES)
        scale = min(1.0, scale / log(_LARGE / DEFAULT_RECEIVABLES))
        self.receivables = receivables
        self.consumer_share = _between(_CONSUMER_SHARE, scale)
        self.worked_share = _between(_WORKED_SHARE, scale)
        self.customers = max(1, round(receivables * _between(_CUSTOMERS_PER_RECEIVABLE, scale)))
        self.strategic_quota = min(400, receivables // 50) if receivables >= _STRATEGIC_FROM else 0
        self.new_customers = self.customers * _NEW_SHARE_PERCENT // 100
        self.established = self.customers - self.new_customers
        self._left = receivables - sum(self.new_quota(index=i) for i in range(self.new_customers))
        self._customers_left = self.established
        if self.strategic_quota:
            self._left -= self.strategic_quota
            self._customers_left -= 1

    def new_quota(self, *, index: int) -> int:
        """Return the receivables of a new customer, counted from 0."""
        return _NEW_QUOTAS[index % len(_NEW_QUOTAS)]

    def next_quota(self, *, factor: float, quota_max: int = QUOTA_MAX) -> int:
        """Return the receivables of the next established customer; the last one takes the rest."""
        mean = self._left / self._customers_left
        if self._customers_left <= _STEADY_END:
            factor = 1.0
        quota = max(1, min(quota_max, round(mean * factor)))
        quota = min(quota, self._left - (self._customers_left - 1))
        if self._customers_left == 1:
            quota = self._left
        self._left -= quota
        self._customers_left -= 1
        return quota


def _between(ends: tuple[float, float], scale: float) -> float:
    return ends[0] + (ends[1] - ends[0]) * scale
