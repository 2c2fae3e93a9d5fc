"""Runs the server: `python -m server`.

Worker processes import this module again under another name: nothing may happen then, and gRPC may not be imported.
"""

if __name__ == "__main__":
    import os

    os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")  # this process only forks to execute: gRPC need not care
    from server.serve import main

    main()
