"""The child process that reads uploads, with PyAV: what a file declares, and when its streams end.

It runs apart from the function, as `python -m reelway.probing`, so that no file can crash or fill the
function. It gets no credentials: a URL or a path, bounds, and the path of a CA bundle.
"""
