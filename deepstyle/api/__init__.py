"""The HTTP API: ``create_app(settings)``; one route file a feature."""
