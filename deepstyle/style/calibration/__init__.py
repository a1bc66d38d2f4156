"""What a search result is worth on this catalogue: is it a match at all, and how probably of the query's type?"""
