"""Signing in and one's own account: passwords, login codes, the second factor, one's own data.

Rights are not decided here but in `roles`.
The site's addresses and Django's settings name it.
"""
