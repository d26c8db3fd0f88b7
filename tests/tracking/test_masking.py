"""No password or token in what is said, whatever its URL looks like."""

import pytest

from seedbed.system.text.masking import masked, password_of


@pytest.mark.parametrize(
    ("url", "secret"),
    [
        ("postgresql://ada:s3cret@host/db", "s3cret"),
        ("postgresql://ada:s3/cr@et@host:5432/db", "s3/cr@et"),
        ("http://ada:s3cret@host:5000", "s3cret"),
        ("postgresql://ada@host/db?password=s3cret&sslmode=require", "s3cret"),
        ("https://host/api?access_token=s3cret", "s3cret"),
    ],
)
def test_a_url_is_shown_without_its_password(url: str, secret: str) -> None:
    assert password_of(url) == secret
    said = masked(f"The ledger {url} answered: cannot connect to '{url}'.")
    assert secret not in said
    assert said.count("***") >= 2
    assert "host" in said


@pytest.mark.parametrize(
    "text", ["sqlite:////tmp/mlflow.db", "postgresql://host/db", "mail ada@mail.example", "a = b"]
)
def test_what_has_no_secret_stays_as_it_is(text: str) -> None:
    assert masked(text) == text
    assert password_of(text) is None


def test_a_secret_in_use_is_hidden_wherever_it_appears(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "t0ken-of-ada")
    monkeypatch.setenv("SEEDBED_LEDGER", "postgresql://ada:p%40ss-word@host/db")
    said = masked("KeyError: 't0ken-of-ada' and p@ss-word or p%40ss-word")
    assert said == "KeyError: '***' and *** or ***"
