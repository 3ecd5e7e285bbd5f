"""From differences to operations with an order: which call brings about which changes, and what it has to wait for."""
