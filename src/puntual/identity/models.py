"""Staff and API keys of one company."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower, Now

from puntual.identity import rules
from puntual.identity.types import Role, Scope
from puntual.lib.codes import codes


class UserManager(BaseUserManager["User"]):
    """What Django's own sign-in needs; staff are created by identity.operations."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find a user by e-mail, whatever its capitals."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A member of staff. PII: email, name; erased with the company or by identity.operations."""

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=20)
    language = models.CharField(max_length=10, default="es-mx")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())

    objects = UserManager()

    # Django's and allauth's code asks for these; this product has no superusers.
    is_staff = False
    is_superuser = False

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="identity_user_email"),
            models.CheckConstraint(name="identity_user_role", condition=models.Q(role__in=codes(Role))),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def can(self, permission: str) -> bool:
        """Say whether this user's role has a permission."""
        return self.is_active and rules.role_can(role=self.role, permission=permission)

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Answer Django's own question: nobody has Django permissions here."""
        return False

    def has_module_perms(self, app_label: str) -> bool:
        """Answer Django's own question: nobody has Django permissions here."""
        return False

    def get_full_name(self) -> str:
        """Return the name, as allauth's pages ask for it."""
        return self.name


class ApiKey(models.Model):
    """A key of a program: only its hash is kept. PII: none."""

    prefix = models.CharField(max_length=12, unique=True)
    key_hash = models.CharField(max_length=64)
    label = models.CharField(max_length=80)
    scope = models.CharField(max_length=10)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    created_at = models.DateTimeField(db_default=Now())
    last_used_at = models.DateTimeField(null=True)
    # How often it was used in the minute of last_used_at.
    calls_in_minute = models.IntegerField(db_default=0)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="identity_apikey_scope", condition=models.Q(scope__in=codes(Scope))),
        ]
