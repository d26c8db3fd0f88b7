"""A claim is written, signed and checked; what was changed in it is named."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from seedbed.system.signing.signatures import check_signature
from tests.analysis.asking import refused, run, write

TABLE = "batch_size,seed,val_acc\n32,1,.91\n32,2,.925\n32,3,.93\n256,1,.88\n256,2,.89\n256,3,.902\n"


@pytest.fixture
def claim(tmp_path: Path) -> Path:
    path = tmp_path / "claim.json"
    result = run("claim", write(tmp_path / "runs.csv", TABLE), "--output", path)
    assert result.exit_code == 0, result.output
    assert "| batch_size=32 | 92.17 ± 1.041 % | 3 |" in result.output
    return path


def content(path: Path) -> dict[str, Any]:
    found = json.loads(path.read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def test_a_claim_holds_every_cell_and_the_verdict(claim: Path) -> None:
    found = content(claim)
    assert [cell["seeds"] for cell in found["arms"]["batch_size=256"]] == [
        {"seed": 1},
        {"seed": 2},
        {"seed": 3},
    ]
    assert [cell["score"] for cell in found["arms"]["batch_size=32"]] == [0.91, 0.925, 0.93]
    assert found["numbers"]["verdict"]["verdict"] == "different"
    assert found["terms"]["paired"] is True


def test_the_numbers_of_a_claim_are_computed_again(claim: Path) -> None:
    result = run("claim", "verify", claim)
    assert result.exit_code == 0, result.output
    assert "The numbers follow from the scores. batch_size=32 scores 3.1" in result.output
    assert "It is not signed." in result.output
    assert "Not checked: whether training gives these scores again." in result.output


def test_a_score_that_was_changed_is_found(claim: Path) -> None:
    found = content(claim)
    found["arms"]["batch_size=32"][0]["score"] = 0.95
    write(claim, json.dumps(found))
    assert "a cell of batch_size=32 scored 0.95" in run("claim", "verify", claim).output
    found["scores"]["batch_size=32"][0] = 0.95
    write(claim, json.dumps(found))
    result = run("claim", "verify", claim)
    assert result.exit_code == 1
    assert "its digest differs" in result.output
    assert "Wrong: the scores give 0.0443333 for numbers.difference.value" in result.output


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("environment",), []),
        (("environment", "python"), [{}]),
        (("scores", "batch_size=32", 0), 10**400),
        (("arms", "batch_size=32", 0, "score"), "x"),
        (("arms", "batch_size=32"), None),
        (("terms", "level"), []),
        (("terms", "control"), {}),
        (("score",), "accuracy"),
        (("score", "metric"), None),
        (("numbers", "p"), 10**400),
        (("answer",), 3),
        (("digest",), None),
        (("training",), {"options": []}),
        (("terms", "resplits"), [0, 1]),
        (("terms", "looks"), {"looks": [5, 3]}),
    ],
)
def test_a_claim_of_another_form_is_refused_with_the_field(
    claim: Path, place: tuple[str | int, ...], value: object
) -> None:
    found = content(claim)
    inner: Any = found
    for part in place[:-1]:
        inner = inner[part]
    inner[place[-1]] = value
    write(claim, json.dumps(found))
    assert f"its field {place[0]!r} has another form" in refused("claim", "verify", claim)


FOLDS = "arm,fold,acc\na,0,.90\na,1,.93\na,2,.91\na,3,.92\nb,0,.89\nb,1,.91\nb,2,.9\nb,3,.915\n"


def test_a_claim_about_folds_has_the_verdict_of_compare(tmp_path: Path) -> None:
    """The corrected resampled t: as independent pairs, the folds would be different."""
    table = write(tmp_path / "runs.csv", FOLDS)
    compared = json.loads(run("compare", table, "--format", "json").stdout)
    assert run("claim", table, "--output", tmp_path / "claim.json").exit_code == 0
    claimed = content(tmp_path / "claim.json")
    assert claimed["terms"]["resplits"] == [3, 1]
    for key in ("p", "difference", "decided_by"):
        assert claimed["numbers"][key] == compared[key]
    assert run("claim", "verify", tmp_path / "claim.json").exit_code == 0


def test_the_looks_of_a_claim_decide_when_it_is_checked(claim: Path) -> None:
    from seedbed.analysis.answers.claims.claim import digest_of

    found = content(claim)
    found["terms"]["looks"] = {
        "looks": [],
        "alpha": 0.05,
        "spending": "pocock",
        "futility": True,
        "spent": [2],
        "open": False,
    }
    write(claim, json.dumps({**found, "digest": digest_of(found)}))
    result = run("claim", "verify", claim)
    assert result.exit_code == 1
    assert "after a look at 2 runs that were not planned" in result.output


def test_a_claim_of_the_first_version_is_still_checked(claim: Path) -> None:
    from seedbed.analysis.answers.claims.claim import digest_of

    found = content(claim)
    del found["terms"]["looks"], found["terms"]["resplits"]
    write(claim, json.dumps({**found, "digest": digest_of(found)}))
    assert run("claim", "verify", claim).exit_code == 0


def test_scores_of_an_arm_that_is_not_there_are_refused(claim: Path) -> None:
    found = content(claim)
    found["scores"]["none"] = [0.5]
    write(claim, json.dumps(found))
    assert "but no arm is 'none'" in refused("claim", "verify", claim)


def test_a_text_that_is_no_unicode_is_a_change_like_any_other(claim: Path) -> None:
    found = content(claim)
    found["question"] = "\ud800"
    write(claim, json.dumps(found))
    assert "its digest differs" in run("claim", "verify", claim).output


def test_a_verdict_that_was_changed_is_found_whatever_the_digest_says(claim: Path) -> None:
    from seedbed.analysis.answers.claims.claim import digest_of

    found = content(claim)
    found["numbers"]["p"] = 1e-9
    write(claim, json.dumps({**found, "digest": digest_of(found)}))
    result = run("claim", "verify", claim)
    assert result.exit_code == 1
    assert "digest" not in result.output
    assert "Wrong: the scores give 0.0" in result.output


@pytest.mark.parametrize("times", [0, 2])
def test_cells_that_were_dropped_or_doubled_are_found_whatever_the_digest_says(
    times: int, claim: Path
) -> None:
    from seedbed.analysis.answers.claims.claim import digest_of

    found = content(claim)
    (name, cells) = next(iter(found["arms"].items()))
    found["arms"][name] = [*cells[1:], *cells[:1] * times]
    write(claim, json.dumps({**found, "digest": digest_of(found)}))
    result = run("claim", "verify", claim)
    assert result.exit_code == 1
    assert f"{name} has {len(cells) - 1 + times} cells, which are not those of the" in result.output


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="OpenSSH signs and checks")
def test_a_claim_is_signed_with_an_ssh_key(claim: Path, tmp_path: Path) -> None:
    key = tmp_path / "key"
    make = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)]
    subprocess.run(make, check=True)
    public = key.with_suffix(".pub").read_text(encoding="utf-8").split()[:2]
    signers = write(tmp_path / "signers", f"ann {' '.join(public)}\n")
    assert "It is not signed." in run("claim", "verify", claim, "--signers", signers).output
    assert run("claim", "verify", claim, "--signers", signers).exit_code == 1
    signed = run("claim", tmp_path / "runs.csv", "--output", claim, "--sign", key)
    assert f"Signed: {claim}.sig" in signed.output
    assert "whose owner is not known" in run("claim", "verify", claim).output
    known = run("claim", "verify", claim, "--signers", signers)
    assert known.exit_code == 0, known.output
    assert "It is signed by ann." in known.output
    write(claim, claim.read_text(encoding="utf-8").replace("Which arm", "Which ARM"))
    changed = run("claim", "verify", claim, "--signers", signers)
    assert changed.exit_code == 1
    assert "Wrong: the signature does not match this content" in changed.output


SIGNED = Path(__file__).parents[1] / "data" / "minisign-0.11"
"""Made by minisign 0.11: a key, a file, and its signatures in the form of today and of old."""


@pytest.mark.parametrize("signature", ["note.txt.minisig", "note.txt.legacy.minisig"])
def test_signatures_that_minisign_made_are_checked_without_it(
    signature: str, tmp_path: Path
) -> None:
    note = write(tmp_path / "note.txt", (SIGNED / "note.txt").read_text(encoding="utf-8"))
    shutil.copy(SIGNED / signature, tmp_path / "note.txt.minisig")
    key, other = SIGNED / "minisign.pub", SIGNED / "other.pub"
    said, is_good = check_signature(note, key)
    assert (is_good, said) == (True, "It is signed by the minisign key 3E0748BDE552DA69.")
    assert "is not checked" in check_signature(note, None)[0]
    said, is_good = check_signature(note, other)
    assert (is_good, "signed it, not" in said) == (False, True)
    whole = (SIGNED / signature).read_text(encoding="utf-8")
    write(tmp_path / "note.txt.minisig", whole.replace("trusted comment: a", "trusted comment: b"))
    assert "comment of its minisign signature was changed" in check_signature(note, key)[0]
    write(tmp_path / "note.txt.minisig", "nothing\n")
    assert "is not a minisign signature" in check_signature(note, key)[0]
    shutil.copy(SIGNED / signature, tmp_path / "note.txt.minisig")
    write(note, "another note\n")
    assert check_signature(note, key) == (
        "Wrong: the minisign signature does not match this content.",
        False,
    )


def test_a_claim_without_a_minisign_signature_fails_where_its_key_is_named(claim: Path) -> None:
    result = run("claim", "verify", claim, "--signers", SIGNED / "minisign.pub")
    assert result.exit_code == 1
    assert "It is not signed with minisign." in result.output
    write(claim.with_name("bad.pub"), "untrusted comment: x\nnothing\n")
    assert "its second line is not a key" in refused(
        "claim", "verify", claim, "--signers", claim.with_name("bad.pub")
    )


@pytest.mark.skipif(shutil.which("minisign") is None, reason="minisign signs")
def test_a_claim_is_signed_with_a_minisign_key(claim: Path, tmp_path: Path) -> None:
    key, public = tmp_path / "minisign.key", tmp_path / "minisign.pub"
    make = ["minisign", "-G", "-W", "-p", str(public), "-s", str(key)]
    subprocess.run(make, check=True, stdout=subprocess.DEVNULL)
    signed = run("claim", tmp_path / "runs.csv", "--output", claim, "--sign", f"minisign:{key}")
    assert f"Signed: {claim}.minisig" in signed.output
    known = run("claim", "verify", claim, "--signers", public)
    assert known.exit_code == 0, known.output
    assert "It is signed by the minisign key" in known.output
    assert "cannot be signed with" in refused(
        "claim", tmp_path / "runs.csv", "--output", claim, "--sign", f"minisign:{claim}"
    )


def test_signing_without_minisign_says_to_install_it(
    claim: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    sentence = refused(
        "claim", claim.with_name("runs.csv"), "--output", claim, "--sign", "minisign:key"
    )
    assert "needs the program minisign, which is not installed: install it" in sentence


@pytest.mark.parametrize("key", ["none", "minisign:none"])
def test_a_key_that_does_not_sign_leaves_nothing(key: str, claim: Path) -> None:
    new = claim.with_name("new.json")
    asked = ("claim", claim.with_name("runs.csv"), "--readme", new.with_suffix(".md"))
    before = sorted(claim.parent.iterdir())
    refused(*asked, "--output", new, "--sign", key)
    assert sorted(claim.parent.iterdir()) == before
    old = claim.read_bytes()
    refused(*asked, "--output", claim, "--sign", key, "--level", "0.9")
    assert claim.read_bytes() == old


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "it is not JSON"),
        ("[]", "must be a claim with the format"),
        ('{"format": "seedbed claim 1"}', "it lacks question"),
    ],
)
def test_what_is_no_claim_is_told_in_a_sentence(text: str, sentence: str, tmp_path: Path) -> None:
    assert sentence in refused("claim", "verify", write(tmp_path / "x.json", text))
    assert "cannot be read" in refused("claim", "verify", tmp_path / "none.json")
    assert "claim verify needs one file" in refused("claim", "verify")


@pytest.mark.parametrize(
    "place",
    [("score",), ("arms", "batch_size=32", 0)],
)
def test_a_claim_that_lacks_any_field_is_refused(claim: Path, place: tuple[str | int, ...]) -> None:
    whole = content(claim)
    inner: Any = whole
    for part in place:
        inner = inner[part]
    for name in list(inner):
        value = inner.pop(name)
        words = f"its field {place[0]!r} has another form"
        assert words in refused("claim", "verify", write(claim, json.dumps(whole))), name
        inner[name] = value


def test_a_claim_of_the_first_version_lacks_the_newer_terms_alone(claim: Path) -> None:
    found = content(claim)
    for name in list(found["terms"]):
        value = found["terms"].pop(name)
        said = run("claim", "verify", write(claim, json.dumps(found)))
        is_old = name in ("looks", "resplits", "test_size", "stuck")
        assert ("its field 'terms' has another form" in said.output) is not is_old, name
        found["terms"][name] = value
