"""What happens to every request before and after its page: middlewares and the CSRF answer.

Settings name it.
It knows no app.
"""
