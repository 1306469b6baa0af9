"""Through which point a channel reaches a customer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puntual.contacts import rules
from puntual.contacts.types import POINT_OF_CHANNEL, Channel, OwnerRole, Point, PointKind, PointState


def point(
    number: int = 1,
    kind: PointKind = PointKind.EMAIL,
    role: OwnerRole = OwnerRole.DEBTOR,
    state: PointState = PointState.NEW,
) -> Point:
    """Make a point of customer 1."""
    return Point(number, 1, kind, f"v{number}", f"v{number}", role, "", "prueba", state)


points = st.lists(
    st.builds(
        point,
        number=st.integers(1, 50),
        kind=st.sampled_from(PointKind),
        role=st.sampled_from(OwnerRole),
        state=st.sampled_from(PointState),
    ),
    max_size=12,
    unique_by=lambda one: one.id,
)


@pytest.mark.parametrize(
    ("_case", "given_points", "channel", "expected"),
    [
        ("none", [], Channel.EMAIL, None),
        ("the debtor's e-mail", [point()], Channel.EMAIL, 1),
        ("an e-mail is no telephone", [point()], Channel.SMS, None),
        ("WhatsApp needs a telephone", [point(), point(2, PointKind.PHONE)], Channel.WHATSAPP, 2),
        ("a letter needs an address", [point(), point(3, PointKind.ADDRESS)], Channel.LETTER, 3),
        ("the portal needs no point", [point()], Channel.PORTAL, None),
        ("verified before new", [point(1), point(2, state=PointState.VERIFIED)], Channel.EMAIL, 2),
        ("the oldest of equals", [point(7), point(4)], Channel.EMAIL, 4),
        ("wrong is never taken", [point(state=PointState.WRONG)], Channel.EMAIL, None),
        ("bounced is never taken", [point(state=PointState.BOUNCED)], Channel.EMAIL, None),
        ("the debtor before a verified representative",
         [point(1, role=OwnerRole.REPRESENTATIVE, state=PointState.VERIFIED), point(2)], Channel.EMAIL, 2),
        ("the representative when the debtor has none", [point(role=OwnerRole.REPRESENTATIVE)], Channel.EMAIL, 1),
        ("never a reference", [point(role=OwnerRole.REFERENCE)], Channel.EMAIL, None),
        ("never a third party", [point(role=OwnerRole.THIRD_PARTY)], Channel.EMAIL, None),
        ("never somebody unknown", [point(role=OwnerRole.UNKNOWN)], Channel.EMAIL, None),
        ("a guarantor only when asked for", [point(role=OwnerRole.GUARANTOR)], Channel.EMAIL, None),
    ],
)  # fmt: skip
def test_best_point(_case: str, given_points: list[Point], channel: Channel, expected: int | None) -> None:
    chosen = rules.best_point(points=given_points, channel=channel)

    assert (chosen.id if chosen else None) == expected


def test_a_guarantor_is_found_when_asked_for() -> None:
    roles = (OwnerRole.GUARANTOR, OwnerRole.COOBLIGOR)
    given_points = [point(1), point(2, role=OwnerRole.COOBLIGOR), point(3, role=OwnerRole.GUARANTOR)]

    chosen = rules.best_point(points=given_points, channel=Channel.EMAIL, roles=roles)

    assert chosen == given_points[2]


@given(given_points=points, channel=st.sampled_from(Channel), seed=st.randoms(use_true_random=False))
def test_the_choice_is_lawful_and_does_not_depend_on_the_order(given_points, channel, seed) -> None:  # type: ignore[no-untyped-def]
    chosen = rules.best_point(points=given_points, channel=channel)
    shuffled = list(given_points)
    seed.shuffle(shuffled)

    assert rules.best_point(points=shuffled, channel=channel) == chosen
    assert chosen is None or (
        chosen.owner_role in (OwnerRole.DEBTOR, OwnerRole.REPRESENTATIVE)
        and chosen.state in (PointState.NEW, PointState.VERIFIED)
        and chosen.kind == POINT_OF_CHANNEL[channel]
    )
