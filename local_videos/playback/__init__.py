"""What a screen gets: expiring streams, captions, chapters and posters.

Pages of the apps above call `streaming`.
It does not know how a film was made.
"""
