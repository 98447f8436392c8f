"""What editors keep and read: dictionary, synonyms, missed queries, and rebuilding the index.

Nothing below imports it.
`signal_handlers`, `wagtail_hooks`, the commands and `serve` call it.
"""
