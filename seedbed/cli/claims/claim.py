"""``claim``: a comparison as a file that others can check, and the check."""

import json
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from seedbed.cli.ask.imported import import_options, imported, refuse_unused
from seedbed.cli.ask.options import PATH, level_option, margin_option
from seedbed.cli.ask.printing import write_text
from seedbed.cli.progress_line import Waiting
from seedbed.system.errors import InputError
from seedbed.system.signing.signatures import check_signature, sign
from seedbed.system.text.printing import print_lines, print_text

if TYPE_CHECKING:
    from seedbed.analysis.answers.inputs.imported.selection import Selection


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="SWEEP | mlflow:EXPERIMENT | verify FILE")
@click.option("-o", "--output", type=PATH, help="File to write; claim.json unless given.")
@click.option("--by", help="Option or parameter that makes the arms.")
@click.option("--metric", help="For runs of another tool: metric that is the score.")
@click.option("--control", help="Arm to compare the others with.")
@margin_option
@click.option(
    "--readme",
    type=PATH,
    help="Markdown to write for a paper or pull request: badge, table, and how to check it.",
)
@click.option(
    "--sign",
    "key",
    metavar="KEY",
    help="SSH key, or minisign:KEY, to sign with; writes FILE.sig or FILE.minisig beside it.",
)
@click.option(
    "--signers",
    type=PATH,
    help="With verify: OpenSSH's file of allowed signers, or a public key of minisign.",
)
@import_options("seed")
@level_option
def claim(
    *,
    words: tuple[str, ...],
    output: Path | None,
    by: str | None,
    metric: str | None,
    control: str | None,
    margin: str | None,
    readme: Path | None,
    key: str | None,
    signers: Path | None,
    asked: "Selection",
    level: float,
) -> None:
    """Write a claim that others can check, or check one.

    Of a recorded SWEEP or of runs that MLflow has: every cell's seeds, score and fingerprint, the
    environment, and the verdict with its numbers. `claim verify FILE` computes the numbers again
    from the scores, without training, and checks the signature where there is one.
    """
    if words[0] == "verify":
        refuse_unused(asked)
        _verify(words[1:], signers)
        return
    if len(words) > 1:
        raise InputError(f"a claim is about one sweep or experiment, got {len(words)} words")
    from seedbed.analysis.answers.claims.claim_page import claim_badge, claim_readme, claim_table
    from seedbed.analysis.answers.comparison.comparison_answer import Terms
    from seedbed.analysis.questions.claim import claim as claimed

    with Waiting() as progress:
        given = imported(words[0], asked, progress) or words[0]
        content = claimed(
            given, Terms(None, control, margin, level), by=by, metric=metric, progress=progress
        )
    path = output or Path("claim.json")
    signature = _write(path, json.dumps(content, indent=1, ensure_ascii=False) + "\n", key)
    print_lines(claim_table(content))
    print_text(f"\nWritten: {path}")
    if readme is not None:
        picture = readme.with_suffix(".svg")
        write_text(picture, claim_badge(content))
        write_text(readme, claim_readme(content, path.name, picture.name))
        print_text(f"For a README: {readme} and {picture}")
    if signature is not None:
        print_text(f"Signed: {signature}")


def _write(path: Path, text: str, key: str | None) -> Path | None:
    """Write a claim and its signature, or neither if the key does not sign it."""
    if key is None:
        write_text(path, text)
        return None
    with TemporaryDirectory() as folder:
        draft = Path(folder) / path.name
        write_text(draft, text)
        signature = sign(draft, key)
        write_text(path, text)
        return Path(shutil.copy(signature, path.with_name(signature.name)))


def _verify(names: tuple[str, ...], signers: Path | None) -> None:
    """Print what a claim's check finds; exit code 1 if it does not hold."""
    from seedbed.analysis.answers.claims.claim import problems_of, read_claim

    if len(names) != 1:
        raise InputError(f"claim verify needs one file, got {len(names)}")
    path = Path(names[0])
    content = read_claim(path)
    problems = problems_of(content)
    said, is_good = check_signature(path, signers)
    for line in problems:
        print_text(f"Wrong: {line}.")
    if not problems:
        print_text(f"The numbers follow from the scores. {content['answer'][0]}")
    print_text(said)
    print_text("Not checked: whether training gives these scores again.")
    if problems or not is_good:
        click.get_current_context().exit(1)
