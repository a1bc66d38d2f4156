"""Pictures outside the database: objects named by their SHA-256 in a folder or a bucket; rows say what is outside.

A picture's row has its bytes, or none: then they are in the place that the fact ``PLACE`` names. An object is written
before the row that names it and never changed; what no row names is removed by ``prune`` alone.
"""
