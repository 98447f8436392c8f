"""Units of teaching, the watching of them, and the text of their handouts.

Hours that follow from watching go through `hours.ledger`.
Courses, meetings, stations and search may call it.
"""
