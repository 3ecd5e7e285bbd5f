"""Files that people write, read with the place of every value: YAML, models, and one clear error for each mistake."""
