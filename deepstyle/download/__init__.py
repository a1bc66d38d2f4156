"""Fetch pictures and feeds by URL: bounded, resumable, polite, and only from addresses that may be fetched from.

``download_pictures`` (``deepstyle.download.pictures``) and ``fetch_feed`` (``deepstyle.download.feed``) are what the
rooms above call; ``picture_path`` and ``problem_of`` (``deepstyle.download.folder``) find what was fetched. Only
``deepstyle.download.client`` and ``connect`` import the HTTP library, which the extra ``download`` installs.
"""
