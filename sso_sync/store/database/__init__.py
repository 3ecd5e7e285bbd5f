"""The store as a database, SQLite or PostgreSQL; imported by `store/opening.py` alone, once there is need of it."""
