"""What the pages of courses and menus show, and the address that takes a choice.

Registered as context builders of the page models when the app starts.
Nothing imports it but `apps` and `urls`.
"""
