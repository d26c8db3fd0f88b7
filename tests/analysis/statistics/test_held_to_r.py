"""R as an oracle: what the statistics compute, R's own functions compute too."""

import shutil
import subprocess

import numpy as np
import pytest

from seedbed.analysis.statistics.arms.compare import compare_paired, compare_unpaired
from seedbed.analysis.statistics.arms.many import holm
from seedbed.analysis.statistics.proportions import wilson
from seedbed.analysis.statistics.stopping.plan import power
from seedbed.analysis.statistics.stopping.sequential import boundaries
from seedbed.analysis.statistics.variance.decompose import anova

RSCRIPT = shutil.which("Rscript")
pytestmark = pytest.mark.skipif(RSCRIPT is None, reason="needs R (apt-get install r-base-core)")

A = np.array([75.4, 76.1, 75.9, 76.6, 75.2, 76.0])
B = np.array([74.9, 75.2, 75.6, 75.3, 74.8, 75.9])
RNG = np.random.default_rng(1)
ERRORS = (RNG.normal(size=40) + RNG.normal(size=(4, 1)) + RNG.normal(size=(4, 40)) > 0).astype(int)
"""``[run, example]``; runs and examples both vary beyond chance: REML has its closed form."""
SCRIPT = """
a <- c({a}); b <- c({b}); e <- c({errors})
show <- function(name, values) cat(name, format(values, digits = 15), "\\n")
paired <- t.test(a, b, paired = TRUE); welch <- t.test(a, b)
show("paired", c(paired$statistic, paired$p.value, paired$conf.int))
show("welch", c(welch$statistic, welch$parameter, welch$p.value, welch$conf.int))
show("ranks", wilcox.test(a, b, exact = FALSE)$p.value)
show("exact", wilcox.test(a, b + .01, exact = TRUE)$p.value)
gap <- a - b; t <- mean(gap) / sqrt(var(gap) * (1 / length(gap) + 100 / 900))
show("resplits", c(t, 2 * pt(-abs(t), length(gap) - 1)))
show("holm", p.adjust(c(.01, .04, .03, .2), "holm"))
show("wilson", prop.test(45, 50, correct = FALSE)$conf.int)
show("power", power.t.test(10, 1, 1, type = "paired")$power)
run <- factor(rep(1:4, each = 40)); example <- factor(rep(1:40, 4))
show("anova", summary(aov(e ~ run + example))[[1]][["Mean Sq"]])
if (requireNamespace("lme4", quietly = TRUE)) {{
  fit <- lme4::lmer(e ~ 1 + (1 | run) + (1 | example))
  show("lme4", as.data.frame(lme4::VarCorr(fit))$vcov)
}}
if (requireNamespace("gsDesign", quietly = TRUE)) {{
  plan <- gsDesign::gsDesign(4, 2, alpha = .025, beta = .2, sfu = gsDesign::sfLDOF)
  show("gsDesign", plan$upper$bound)
}}
"""


@pytest.fixture(scope="module")
def said() -> dict[str, list[float]]:
    """What R prints: name → numbers."""
    script = SCRIPT.format(
        a=",".join(map(str, A)), b=",".join(map(str, B)), errors=",".join(map(str, ERRORS.ravel()))
    )
    done = subprocess.run(
        [str(RSCRIPT), "--vanilla", "-e", script], capture_output=True, text=True, check=True
    )
    lines = [line.split() for line in done.stdout.splitlines()]
    return {name: [float(word) for word in words if word != "NA"] for name, *words in lines}


def test_paired_t(said: dict[str, list[float]]) -> None:
    found = compare_paired(A, B)
    ends = (found.difference.low, found.difference.high)
    assert [found.t, found.p, *ends] == pytest.approx(said["paired"])


def test_welch(said: dict[str, list[float]]) -> None:
    found = compare_unpaired(A, B)
    ends = (found.difference.low, found.difference.high)
    assert [found.t, found.df, found.p, *ends] == pytest.approx(said["welch"])


def test_ranks_with_and_without_ties(said: dict[str, list[float]]) -> None:
    assert compare_unpaired(A, B).p_rank == pytest.approx(said["ranks"][0])
    assert compare_unpaired(A, B + 0.01).p_rank == pytest.approx(said["exact"][0])


def test_corrected_resampled_t(said: dict[str, list[float]]) -> None:
    found = compare_paired(A, B, resplits=(900, 100))
    assert [found.t, found.p] == pytest.approx(said["resplits"])


def test_holm(said: dict[str, list[float]]) -> None:
    assert holm([0.01, 0.04, 0.03, 0.2]) == pytest.approx(said["holm"])


def test_wilson(said: dict[str, list[float]]) -> None:
    found = wilson(45, 50)
    assert [found.low, found.high] == pytest.approx(said["wilson"])


def test_power(said: dict[str, list[float]]) -> None:
    assert power(1, 1, 10) == pytest.approx(said["power"][0], abs=1e-4)


def test_mean_squares_of_runs_and_examples(said: dict[str, list[float]]) -> None:
    found = anova(ERRORS)
    assert [found.ms_run, found.ms_example, found.ms_residual] == pytest.approx(said["anova"])


def test_variance_components_by_lme4(said: dict[str, list[float]]) -> None:
    if "lme4" not in said:
        pytest.skip("needs R's package lme4")
    found = anova(ERRORS)
    runs, examples = ERRORS.shape
    of_example = (found.ms_example - found.ms_residual) / runs
    of_run = (found.ms_run - found.ms_residual) / examples
    assert min(of_run, of_example) > 0
    assert said["lme4"] == pytest.approx([of_example, of_run, found.ms_residual], rel=1e-4)


def test_boundaries_by_gs_design(said: dict[str, list[float]]) -> None:
    if "gsDesign" not in said:
        pytest.skip("needs R's package gsDesign")
    ours = boundaries(spending="obrien_fleming", for_t=False)
    assert ours == pytest.approx(said["gsDesign"], abs=1e-3)
