"""Rooms with a screen: pairing a TV, showing lessons, taking the roll."""
