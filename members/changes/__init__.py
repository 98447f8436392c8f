"""What happens to people who move or leave: transfer, anonymising, and the log of bulk changes.

Each is one function that forms, lists and screens share.
Imports and the editors' site call it.
"""
