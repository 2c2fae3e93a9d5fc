"""Runs the server: `python -m server`.

Worker processes import this module again under another name: nothing may happen then, and gRPC may not be imported.
"""

if __name__ == "__main__":
    from server.serve import main

    main()
