"""What a spec manages, area by area: each module pairs the wish with what is there and says nothing about doing it."""
