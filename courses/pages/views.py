"""The choosing from a menu over HTTP. Works as a plain form; htmx swaps the line and the bar instead."""

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from courses.menus.choosing import ChoiceRefusedError, choose, withdraw
from courses.models import Menu, MenuItem

from .menu import reader_of, shown_to


class HtmxRequest(HttpRequest):
    """A request that has passed django-htmx's middleware."""

    htmx: HtmxDetails


def choose_item(request: HtmxRequest, menu_id: int, item_id: int) -> HttpResponse:
    """Choose an item of a menu, or take it back with `take_back`; then show the menu as it stands.

    A stranger is asked to sign in and returns to the menu; so does whoever opens the address by hand.
    """
    menu = get_object_or_404(Menu.objects.live().public(), pk=menu_id)
    member = reader_of(request)
    if member is None:
        way_in = redirect_to_login(menu.get_url(request))
        return HttpResponseClientRedirect(way_in.url) if request.htmx else way_in
    if request.method != "POST":
        return redirect(menu.get_url(request))
    item = MenuItem.objects.filter(pk=item_id, menu=menu).first() or MenuItem(pk=item_id)
    refusal = ""
    try:
        (withdraw if "take_back" in request.POST else choose)(member, menu, item)
    except ChoiceRefusedError as refused:
        refusal = refused.sentence
    if request.htmx and item.menu_id:
        return _line_and_bar(request, menu, item, refusal)
    if refusal:
        messages.warning(request, refusal)
    if request.htmx:
        return HttpResponseClientRedirect(menu.get_url(request))
    back = request.POST.get("back", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}):
        back = f"{menu.get_url(request)}#item-{item_id}"
    return redirect(back)


def _line_and_bar(request: HttpRequest, menu: Menu, item: MenuItem, refusal: str) -> HttpResponse:
    context = shown_to(menu, list(menu.items.all()), reader_of(request))
    lines = (line for _, section in context["sections"] for line in section)
    line = next((line for line in lines if line.item.pk == item.pk), None)
    if line is None:
        messages.warning(request, refusal)
        return HttpResponseClientRedirect(menu.get_url(request))
    return render(request, "courses/menu_swap.html", context | {"line": line, "refusal": refusal})
