"""What goes together, from what people buy together: count, choose, test by a time split, promote what wins."""
