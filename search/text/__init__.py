"""Chinese text for the index: words, name starts, and the district's own dictionary.

Text and query are cut by the same functions.
Engine and page call it; it knows neither.
"""
