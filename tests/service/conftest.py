"""The service's database, made as the compose file makes it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from dotenv import dotenv_values

from seedbed.service.secrets import write_env
from tests.support.stack import ROOT, Stack


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The services of docker-compose.yml, of which only PostgreSQL was started."""
    if not list(Path("/usr/lib/postgresql").glob("*/bin/postgres")):
        pytest.skip("PostgreSQL's server is not installed (Debian: postgresql)")
    folder = tmp_path_factory.mktemp("stack")
    write_env(folder / ".env", ROOT / ".env.example")
    made = Stack(folder, {k: v or "" for k, v in dotenv_values(folder / ".env").items()})
    try:
        made.up("postgres")
        yield made
    finally:
        made.down()
