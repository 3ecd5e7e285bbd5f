"""From a symptom, a captured response, or nothing at all, to the field to change: what ails a login, what heals it."""
