"""Closing a calendar year: a snapshot of its figures is kept, and late entries are counted separately.

A closed year is never opened again.
Only administrators of the whole district close one, from the page in `views`.
"""
