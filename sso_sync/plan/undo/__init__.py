"""Planning a run backwards: the same differences, steps and guards, with what was there before as the wish."""
