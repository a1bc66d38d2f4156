"""What was learned from what people buy and wear together: counted, kept, served, erased. Nothing here trains."""
