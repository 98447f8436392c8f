"""Lists of members and organizations from offices: read, judged row by row, looked at, entered.

Nothing is stored of a row before somebody has confirmed the list.
The editors' site calls it; tasks do the work.
"""
