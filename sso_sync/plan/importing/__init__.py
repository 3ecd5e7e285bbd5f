"""Live state → spec: the smallest one that plans to no changes, and what it leaves alone. Nothing is read here."""
