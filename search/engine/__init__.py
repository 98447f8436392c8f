"""The index: its format, writing, reading and ranking, on Whoosh's files.

It answers queries with keys and scores; the database decides what may be seen.
Only `search.backend` and the query parts of the page use it.
"""
