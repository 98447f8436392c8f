"""Addresses of this room's own pages."""

from django.urls import path

from hours.statistics.briefing_views import briefing, order_briefing
from hours.statistics.shortfall_views import lacking
from hours.statistics.views import statistics, statistics_excel
from hours.years.views import years

from .cases import views as cases
from .certificates import views as proofs

app_name = "hours"
urlpatterns = [
    path("statistics/", statistics, name="statistics"),
    path("statistics/excel/", statistics_excel, name="statistics_excel"),
    path("briefing/", order_briefing, name="order_briefing"),
    path("briefing/<int:pk>/", briefing, name="briefing"),
    path("lacking/", lacking, name="lacking"),
    path("external/", cases.new_external, name="new_external"),
    path("objection/", cases.new_objection, name="new_objection"),
    path("cases/<slug:kind>/<uuid:pk>/", cases.case, name="case"),
    path("cases/<slug:kind>/<uuid:pk>/withdraw/", cases.withdraw, name="withdraw"),
    path("decisions/", cases.decisions, name="decisions"),
    path("proofs/", proofs.my_proofs, name="proofs"),
    path("proofs/people/", proofs.people, name="proofs_people"),
    path("proofs/people/<int:pk>/", proofs.proofs_of, name="proofs_of"),
    path("proofs/<uuid:pk>/", proofs.proof, name="proof"),
    path("proofs/<uuid:pk>/pdf/", proofs.proof_pdf, name="proof_pdf"),
    path("years/", years, name="years"),
    path("evidence/<uuid:pk>/", cases.evidence_file, name="evidence"),
]
