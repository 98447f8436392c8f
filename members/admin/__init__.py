"""Members and organizations in the editors' site, each viewer limited to the own units.

`unit_viewsets`, `deletion` and `screen_export` serve the editors' pages of the apps above as well.
Nothing of the packages below imports it.
"""
