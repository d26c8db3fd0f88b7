"""Names of the attributes that a trial carries."""

CELL, NAME, SEEDS, PARAMS = "cell", "name", "seeds", "params"
OWNER, DELIVERY, REASON, AGAIN = "owner", "delivery", "reason", "again"
TRY, LOST, FINGERPRINT = "try", "lost", "fingerprint"
