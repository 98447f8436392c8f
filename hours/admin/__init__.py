"""Ledger, rules, requirements, reported groups and reports in the editors' site.

Views and forms only: what they do is done by the packages below.
Nothing imports it but `wagtail_hooks`.
"""
