"""Random operations on the real ledger against an independent model of its rules in plain Python.

`python -m tests.ledger_model` runs them by the hundred thousand and goes on where it was broken off; the
suite runs a small share. `model` reads the rules anew and knows nothing of Django; `operations` draws what
happens next; `site` does the same with the real parts; `run` keeps both in step and compares.
"""
