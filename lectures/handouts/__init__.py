"""The text of attached PDF and Word files, so that it is found.

Files are read in a process of their own, in a task.
Lectures are indexed anew when a text has changed.
"""
