"""Which files a script reads, as far as its text tells, and where they are."""
