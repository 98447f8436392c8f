"""The page "my learning": a member's year at a glance, and every entry of the ledger it rests on."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@login_required
def my_learning(request: HttpRequest) -> HttpResponse:
    """Show the signed-in member's own year."""
    return render(request, "site_config/my_learning.html")
