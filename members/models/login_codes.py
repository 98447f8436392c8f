"""The code that a branch issues, for the first sign-in or a forgotten password."""

from django.conf import settings
from django.db import models


class LoginCode(models.Model):
    """One code of a member; a new one takes the place of the old. The code itself is stored nowhere."""

    member = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="login_code"
    )
    code_hash = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    wrong_tries = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.member_id)
