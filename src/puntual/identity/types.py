"""Roles of staff and what each may do. Permission is denied by default."""

from enum import StrEnum


class Role(StrEnum):
    """What a member of staff is."""

    OWNER = "OWNER"
    MANAGER = "MANAGER"
    SUPERVISOR = "SUPERVISOR"
    COLLECTOR = "COLLECTOR"
    AUDITOR = "AUDITOR"


class Permission(StrEnum):
    """One thing that a member of staff may do. Pages and operations name exactly one."""

    SEE_HOME = "SEE_HOME"
    SEE_CUSTOMERS = "SEE_CUSTOMERS"
    SEE_RUNS = "SEE_RUNS"
    SEE_MESSAGES = "SEE_MESSAGES"
    SEE_PAYMENTS = "SEE_PAYMENTS"
    SEE_IMPORTS = "SEE_IMPORTS"
    SEE_AUDIT = "SEE_AUDIT"
    SEE_DUPLICATES = "SEE_DUPLICATES"
    SEE_TASKS = "SEE_TASKS"
    SEE_USERS = "SEE_USERS"
    # Complaints and requests about data, with what people wrote.
    SEE_PETITIONS = "SEE_PETITIONS"
    # Who did what: not of those whose acts it tells.
    SEE_EVENTS = "SEE_EVENTS"
    RECORD_CONTACT = "RECORD_CONTACT"
    RECORD_PROMISE = "RECORD_PROMISE"
    RECORD_DISPUTE = "RECORD_DISPUTE"
    RECEIVE_PETITION = "RECEIVE_PETITION"
    ANSWER_PETITION = "ANSWER_PETITION"
    # To erase what is known of a person cannot be undone.
    CARRY_OUT_PETITION = "CARRY_OUT_PETITION"
    PAUSE = "PAUSE"
    RECORD_PAYMENT = "RECORD_PAYMENT"
    REVERSE_PAYMENT = "REVERSE_PAYMENT"
    EDIT_CONTACTS = "EDIT_CONTACTS"
    EDIT_CUSTOMERS = "EDIT_CUSTOMERS"
    RECORD_CIRCUMSTANCE = "RECORD_CIRCUMSTANCE"
    END_CIRCUMSTANCE = "END_CIRCUMSTANCE"
    # Also the reserved ones, and in whose words; what follows from them is told to everybody.
    SEE_CIRCUMSTANCES = "SEE_CIRCUMSTANCES"
    # Lists of people not to contact.
    SEE_LISTS = "SEE_LISTS"
    MANAGE_LISTS = "MANAGE_LISTS"
    MERGE_CUSTOMERS = "MERGE_CUSTOMERS"
    UNDO_MERGE = "UNDO_MERGE"
    IMPORT = "IMPORT"
    START_RUN = "START_RUN"
    EDIT_PLAN = "EDIT_PLAN"
    APPROVE_PLAN = "APPROVE_PLAN"
    RESOLVE_MESSAGE = "RESOLVE_MESSAGE"
    # What the law leaves to a person: release a contact or refuse it.
    RELEASE_CONTACT = "RELEASE_CONTACT"
    # What the company adds to the law; what gives anything up is let pass by a second person.
    CHANGE_LAW = "CHANGE_LAW"
    SIGN_LAW = "SIGN_LAW"
    MANAGE_USERS = "MANAGE_USERS"
    MANAGE_KEYS = "MANAGE_KEYS"
    MANAGE_COMPANY = "MANAGE_COMPANY"
    RUN_SOURCES = "RUN_SOURCES"
    MANAGE_SOURCES = "MANAGE_SOURCES"


class Scope(StrEnum):
    """What an API key may do."""

    READ = "READ"
    WRITE = "WRITE"
