"""What a screen gets: expiring streams, captions, chapters and posters.

Pages of the apps above call `streaming`; the editors' site and jobs call the rest.
It knows the names of a prepared film's files, not how they were made.
"""
