"""Meetings that teach: dated sessions, and who attended them.

Hours that follow go through `hours.ledger`.
Stations and the site may call it.
"""
