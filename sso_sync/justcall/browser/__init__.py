"""JustCall's own pages, driven in a real browser (extra `browser`): the honest way in where there is no API."""
