"""What runs answered example by example: calibration, confusion, churn, ensembles, verification."""
