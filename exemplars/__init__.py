"""Model people and organizations of the district, with story and film.

It does not know lectures; related ones are chosen by page.
Courses, search and the site may call it.
"""
