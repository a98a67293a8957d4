"""Who is written into a file, which columns, and in which format.

`rows` says who, `columns` and `presets` what of them, `as_csv`, `as_xlsx` and
`as_jsonl` how, and `files` puts one together. All of it is written while it is read.
"""
