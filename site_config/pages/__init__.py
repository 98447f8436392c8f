"""Pages that show several apps at once: first page, my learning, text size, navigation.

Only the composition root may know all apps.
The site's addresses call it.
"""
