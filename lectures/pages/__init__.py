"""What the pages of lectures show: one lecture, and the library of all.

Registered as context builders of the page models when the app starts.
Nothing imports it but `apps`.
"""
