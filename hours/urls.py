"""The addresses of this app's pages."""

from django.urls import path

from hours.statistics.briefing_views import briefing, order_briefing
from hours.statistics.shortfall_views import shortfall
from hours.statistics.views import statistics, statistics_excel
from hours.years.views import years

from .cases import views as cases
from .certificates import views as certificates

app_name = "hours"
urlpatterns = [
    path("statistics/", statistics, name="statistics"),
    path("statistics/excel/", statistics_excel, name="statistics_excel"),
    path("briefing/", order_briefing, name="order_briefing"),
    path("briefing/<int:pk>/", briefing, name="briefing"),
    path("shortfall/", shortfall, name="shortfall"),
    path("external/", cases.new_external, name="new_external"),
    path("objection/", cases.new_objection, name="new_objection"),
    path("cases/<slug:kind>/<uuid:pk>/", cases.case, name="case"),
    path("cases/<slug:kind>/<uuid:pk>/withdraw/", cases.withdraw, name="withdraw"),
    path("decisions/", cases.decisions, name="decisions"),
    path("certificates/", certificates.my_certificates, name="certificates"),
    path("certificates/people/", certificates.people, name="certificates_people"),
    path("certificates/people/<int:pk>/", certificates.certificates_of, name="certificates_of"),
    path("certificates/<uuid:pk>/", certificates.certificate, name="certificate"),
    path("certificates/<uuid:pk>/pdf/", certificates.certificate_pdf, name="certificate_pdf"),
    path("years/", years, name="years"),
    path("evidence/<uuid:pk>/", cases.evidence_file, name="evidence"),
]
