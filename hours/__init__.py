"""The ledger of study hours, its rules, requirements, certificates and statistics.

Every hour of a member enters through `hours.ledger.credit`. Nothing here knows films, pages or meetings.
Apps above may call `ledger`, `requirements`, `cases`, `certificates` and `statistics`.
"""
