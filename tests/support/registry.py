"""What MLflow's registry has of each run."""

from seedbed.tracking.model_registry import ModelVersion
from seedbed.tracking.store import Store


def registered_runs(store: Store) -> dict[str, list[ModelVersion]]:
    """Run id → the versions that the registry has of it."""
    found: dict[str, list[ModelVersion]] = {}
    token = None
    with store.explained():
        while True:
            page = store.client.search_model_versions(max_results=1000, page_token=token)
            for one in page:
                if one.run_id is None:
                    continue
                alias = next(iter(one.aliases), None)
                version = ModelVersion(one.name, int(one.version), one.run_id, alias, False)
                found.setdefault(one.run_id, []).append(version)
            token = page.token
            if not token:
                return found
