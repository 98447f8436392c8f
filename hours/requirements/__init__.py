"""What a year asks of a member, where the member stands with it, and who still falls short.

Requirements are data with a validity; nothing here writes them.
Statistics, certificates and the apps above may call it.
"""
