"""Learning records and certificates: issued with a code, rendered as PDF, checked by anybody who has one.

A certificate rests on entries of the ledger and says so when they were corrected.
Only the site's addresses call it.
"""
