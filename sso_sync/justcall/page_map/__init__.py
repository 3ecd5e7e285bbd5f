"""How JustCall's settings page looks, as data: what a person and a browser have to look for (DESIGN §5)."""
