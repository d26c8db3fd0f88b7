"""What a team's service needs around the rooms: secrets, accounts, health, backups.

The same commands serve docker-compose.yml, Kubernetes and systemd.
"""
