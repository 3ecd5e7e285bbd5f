"""What runs leave behind for each other, in a database: the lock that one holds, and the record of what it did."""
