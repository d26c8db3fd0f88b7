"""The verbs that serve: the live page, MLflow's UI, a team's service."""
