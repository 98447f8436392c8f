"""Demo content: an invented district with people, lessons, films and a year's records.

`content/` holds the texts; the modules turn them into records through the apps' own functions.
"""
