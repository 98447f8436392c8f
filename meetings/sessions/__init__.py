"""Pages on which a meeting is entered for a whole unit and looked at.

They say what was taught and when; who attended is taken by `attendance`.
The site's addresses call it.
"""
