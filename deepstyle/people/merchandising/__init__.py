"""What a merchandiser decides: rules, synonyms, redirects and editorial looks, each change in an audit log."""
