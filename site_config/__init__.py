"""The composition root: settings, addresses, first page, page shell, processes, demo content.

It alone may know every app.
Nothing imports it.
"""
