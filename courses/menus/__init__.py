"""Menus: what they offer, choosing from them, the lines a member sees, and the measured demand.

Choices are a member's own, within the window that the server's clock keeps.
The pages and the first page call it.
"""
