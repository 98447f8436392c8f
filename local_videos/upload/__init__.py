"""How a film gets in: resumable upload, recognition by content, and the checks before it is kept.

The file's content decides, never its name.
The editors' site calls it.
"""
