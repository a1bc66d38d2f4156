"""Rankings from what people click: read the log, train, evaluate by a time split, promote what wins, roll back."""
