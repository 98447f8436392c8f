"""Notices to members and staff: which kinds there are.

Every app above names its kinds by the hook `notice_kinds`.
Whoever sends a notice asks `kinds` for it.
"""
