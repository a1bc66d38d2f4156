"""One search: a query becomes candidates, which are ordered, grouped and cut into a page. One stage per file."""
