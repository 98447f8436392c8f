"""Village stations: pairing a screen, its programme, screenings and their roll.

A screening is a session of `meetings`; its roll and hours are those of any session.
Only the site may call it.
"""
