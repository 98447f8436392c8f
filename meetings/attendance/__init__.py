"""The roll of a session: who attended, and the hours that follow.

One roll with one outcome a person, for branches and for station rooms.
Session pages and stations call it.
"""
