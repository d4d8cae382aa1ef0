"""Python behind a page of the site: runs the reader's cells, and posts what they show. It runs in Pyodide, in a worker.

Nothing here needs a browser but `browser`, so that the tests run it natively too.
"""
