"""What people do without Seedbed, written as its users write it; see benchmarks/sweep_speed.py."""
