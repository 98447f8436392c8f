"""What is on offer and who chose it: courses, menus and enrolments.

It knows lectures and exemplars, not that meetings exist; what meetings add comes by hooks.
Meetings, search and the site may call it.
"""
