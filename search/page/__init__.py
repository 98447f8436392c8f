"""The search page: query, facets, hits, suggestions, pinyin, spelling suggestions and the query log.

It asks Wagtail's search API, so that any backend can answer.
The site's addresses call `views`.
"""
