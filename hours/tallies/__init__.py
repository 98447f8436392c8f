"""The sums that statistics are read from, kept in step with every entry of the ledger.

They can be rebuilt from the ledger at any time and are checked against it every night.
The ledger calls `counting`; statistics read the rows; nothing else writes them. Whoever is going to credit
or take back, in apps above too, takes `rows.lock` before any row (docs/architecture.md, "Locks").
"""
