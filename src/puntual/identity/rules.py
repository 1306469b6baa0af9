"""Who may do what: one table, read by pages, operations and the API."""

from puntual.identity.types import Permission, Role

_SEE_ALL = {
    Permission.SEE_HOME,
    Permission.SEE_CUSTOMERS,
    Permission.SEE_RUNS,
    Permission.SEE_MESSAGES,
    Permission.SEE_PAYMENTS,
    Permission.SEE_IMPORTS,
    Permission.SEE_DUPLICATES,
    Permission.SEE_TASKS,
}
_COLLECT = {
    Permission.SEE_HOME,
    Permission.SEE_CUSTOMERS,
    Permission.SEE_MESSAGES,
    Permission.SEE_PAYMENTS,
    Permission.SEE_TASKS,
    Permission.RECORD_CONTACT,
    Permission.RECORD_PROMISE,
    Permission.RECORD_DISPUTE,
    Permission.RECEIVE_PETITION,
    Permission.EDIT_CONTACTS,
    Permission.RECORD_CIRCUMSTANCE,
}
_SUPERVISE = (
    _SEE_ALL
    | _COLLECT
    | {
        Permission.PAUSE,
        Permission.SEE_PETITIONS,
        Permission.ANSWER_PETITION,
        Permission.RECORD_PAYMENT,
        Permission.RESOLVE_MESSAGE,
        Permission.EDIT_CUSTOMERS,
        Permission.END_CIRCUMSTANCE,
        Permission.SEE_CIRCUMSTANCES,
        Permission.SEE_LISTS,
        Permission.MERGE_CUSTOMERS,
    }
)
_MANAGE = _SUPERVISE | {
    Permission.REVERSE_PAYMENT,
    Permission.UNDO_MERGE,
    Permission.IMPORT,
    Permission.START_RUN,
    Permission.EDIT_PLAN,
    Permission.APPROVE_PLAN,
    Permission.RELEASE_CONTACT,
    Permission.SEE_AUDIT,
    Permission.CARRY_OUT_PETITION,
    Permission.RUN_SOURCES,
    Permission.MANAGE_LISTS,
    Permission.CHANGE_LAW,
    Permission.SIGN_LAW,
}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.MANAGER: frozenset(_MANAGE),
    Role.SUPERVISOR: frozenset(_SUPERVISE),
    Role.COLLECTOR: frozenset(_COLLECT),
    # Reads everything, changes nothing.
    Role.AUDITOR: frozenset(
        _SEE_ALL
        | {
            Permission.SEE_AUDIT,
            Permission.SEE_EVENTS,
            Permission.SEE_USERS,
            Permission.SEE_CIRCUMSTANCES,
            Permission.SEE_LISTS,
            Permission.SEE_PETITIONS,
        }
    ),
}


def role_can(*, role: str, permission: str) -> bool:
    """Say whether a role has a permission; an unknown role or permission has none."""
    try:
        return Permission(permission) in PERMISSIONS[Role(role)]
    except ValueError:
        return False
