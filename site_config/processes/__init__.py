"""The processes of one box: web server, nginx before it, task workers, timekeeper.

Commands call it.
It knows what runs, not what the tasks do.
"""
