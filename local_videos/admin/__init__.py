"""Films in the editors' site: library, forms, chooser, upload addresses and buttons.

Views turn HTTP into one call of the packages below.
Nothing imports it but `wagtail_hooks`.
"""
