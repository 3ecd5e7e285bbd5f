"""The report as one HTML page that needs nothing besides itself.

From results to a page in three stages: what there is to say (`chapters`, `overview`, `history`, `certificates`), where
it is drawn (`geometry`), and the drawing itself (`page` and its templates), where everything is escaped.
"""
