"""Closing a calendar year: its figures stand still, and late entries stand beside them.

A closed year is never opened again.
Only administrators of the whole district close one, from the page in `views`.
"""
