"""Why this person: which of a search's own criteria does somebody hold?

`marks` says what comes out, `subject` what is looked at, `terms` when a text holds a
word, `rules` how each criterion is judged, `reading` where all of it is read from.
"""
