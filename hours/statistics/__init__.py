"""The year of a unit in figures: page, Excel file, charts and one-page briefing.

Everything is read from the kept tallies, never from the ledger row by row.
Only the site's addresses and the editors' site call it.
"""
