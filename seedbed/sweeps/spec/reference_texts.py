"""Texts of the sweep file's reference page, next to its tables."""

INTRODUCTION = """\
# A sweep's file

Made from the fields in `seedbed/sweeps/spec/` by `python scripts/write_docs.py`.

A sweep is a YAML file: what to train, which configurations, how many seeds, and when to stop.
`seedbed check FILE` validates it and shows what it will run; `seedbed sweep FILE` runs it. Any
error is reported before the first run, with line and column. For checks while you type in an
editor, put this at the top of the file, with the path from there to the schema:

```yaml
# yaml-language-server: $schema=../docs/sweep.schema.json
```

`sweeps/` contains ready-made files, each with its question at the top.
"""


HEADS: dict[tuple[str, ...], tuple[str, str]] = {
    (): (
        "The file",
        """\
```yaml
question: Is batch size 32 better than 256?
experiment: mnist_cnn
configurations:
  batch_size: [32, 256]
seeds: 5
```

`configurations`, `options` and `search` accept the options of the experiment (`seedbed run NAME
--help`), except the seeds. You can cross configurations, as above, or list them one by one; options
that a configuration does not name keep their default:

```yaml
question: Does a small batch need a smaller learning rate?
experiment: mnist_cnn
configurations:
  - {batch_size: 256, learning_rate: 0.001}
  - {batch_size: 32, learning_rate: 0.001}
  - {batch_size: 32, learning_rate: 0.0001}
seeds: 10
```

A rule in `exclude` compares options with values (`==`, `!=`, `<`, `<=`, `>`, `>=`, `in`, `not in`)
and combines comparisons with `and`, `or`, `not` and parentheses. Put texts in quotes and lists in
brackets. Seedbed parses the rule and never runs it as code.

`seeds` is a number (10 means 0 to 9), a list, or one of the mappings described under
[Seeds by source](#seeds-by-source), [Seeds that vary together](#seeds-that-vary-together) and
[The attribution plan](#the-attribution-plan).""",
    ),
    ("configurations", "<drawn>"): (
        "Drawn configurations",
        """\
`configurations` as a mapping with `draw`:

```yaml
question: How much does the accuracy depend on the usual options?
experiment: mnist_cnn
configurations:
  draw: 20
  among:
    learning_rate: {low: 0.0001, high: 0.01, log: true}
    batch_size: [32, 64, 128, 256]
exclude: ["batch_size > 128 and learning_rate < 0.001"]
seeds: 3
```""",
    ),
    ("configurations", "<drawn>", "among", "*", "<range>"): ("A range", ""),
    ("seeds", "<crossed>"): (
        "Seeds by source",
        """\
`seeds` as a mapping from sources to a number of seeds, or a list of them. Every level of one
source is combined with every level of the others. Level k of a source is its seed in a run with
`--seed k`, so the run with level 0 of every source equals that of seed 0.

```yaml
question: Do first weights and order act together?
experiment: mnist_cnn
seeds: {init: 6, order: 6}
```""",
    ),
    ("seeds", "<vary>"): (
        "Seeds that vary together",
        """\
```yaml
question: How much spread is left if only the first weights vary?
experiment: mnist_cnn
seeds: {vary: [init], count: 10}
```

`numeric` is the source without a seed: in a free environment, a run with the same seeds is repeated
and may give another result.

```yaml
question: How much do threads and operations alone change?
experiment: mnist_cnn
numeric: free
seeds: {vary: [numeric], count: 10}
```""",
    ),
    ("seeds", "<plan>"): (
        "The attribution plan",
        """\
```yaml
question: Which source does the spread come from?
experiment: mnist_cnn
seeds: {plan: attribution, sources: [init, order, split]}
```

1. Two runs with identical seeds, to be compared bit by bit.
2. `runs` runs in which every source varies.
3. For each of the first `baselines` of them, one more run per source: that source takes the seed of
   the next run (radial design; Jansen 1999, as in Saltelli et al. 2010).
4. With `crossed`, every level of one source with every level of another.

With the defaults and five sources, this makes 41 runs per configuration. The parent run's `design`
tag says which role each run has. Only the runs of step 2 are independent: means, spreads and
comparisons use them, and the others show the effect of each source.""",
    ),
    ("search",): (
        "A search",
        """\
```yaml
question: Which learning rate is best?
experiment: mnist_cnn
seeds: 2
search:
  over:
    learning_rate: {low: 0.0001, high: 0.1, log: true}
  sampler: tpe
  count: 24
  retest: {best: 4, seeds: 3}
```

Every configuration runs with the same seeds, so luck affects all of them alike. Validation
accuracy (of the best epoch of each run, averaged over seeds) decides, because a choice by test
accuracy would use up the test set. The best few run again on fresh seeds, and only those runs are
the result: the winner's value in the search is the highest of many noisy ones, so it is
optimistic. The answer says by how much.

`tpe` proposes `together` configurations based on earlier rounds, and waits for them. So a search
proposes the same configurations for any number of simultaneous runs. A larger `together` keeps more
cores busy; a smaller one learns from more results. To stay within a budget of minutes, the search
proposes no further round once only the fresh runs fit.""",
    ),
    ("search", "over", "*", "<range>"): ("", ""),
    ("search", "prune"): (
        "Pruning",
        """\
`seeds: wilcoxon` is Optuna's `WilcoxonPruner` with the index of the seed as its step: after each
seed it compares a configuration with the best one so far, pair by pair. The smallest p of n pairs
is 2⁻ⁿ, so with `p: 0.1` it needs at least four seeds to decide, and `seeds` must be five or more.

`epochs` prunes single runs: `median` drops a run below the median of the finished runs at the same
epoch (starting with the sixth run); `hyperband` is successive halving by three. The pruned runs
depend on which runs end first, so such a search may not repeat exactly. A configuration with a
pruned or failed run cannot win.""",
    ),
    ("search", "race"): (
        "A race",
        """\
```yaml
seeds: 5
search:
  over:
    learning_rate: {low: 0.0001, high: 0.1, log: true}
  sampler: random
  count: 24
  race: {}
```

Every configuration gets the first two seeds. After that, it gets another seed only while it may
still be the best: a paired t test over the common seeds, with the spread shared between
configurations, compares it with the leader. `seeds` is the maximum per configuration. The best of
the remaining ones run again on fresh seeds. On six landscapes, a race took .42 to .58 of the runs
of five seeds each ([figures](search-by-racing.md)). Runs with the same weights count once, and a
race in which the seeds change nothing ends after two. A race can prune by epochs too. It needs
`grid` or `random`, because all configurations start together.""",
    ),
    ("search", "retest"): ("The best again", ""),
    ("stop",): (
        "When to stop",
        """\
Without `stop`, the number of seeds is fixed. That is right if you chose it for a reason. With
`stop`, the sweep says at its end how many runs the rule saved.

There is no rule "until p < .05": looks at the raw p after every run find differences that do not
exist in far more than 5 % of studies.""",
    ),
    ("stop", "precision"): (
        "To a precision",
        """\
```yaml
question: What is its accuracy, within half a point?
experiment: mnist_cnn
seeds: 60
stop: {precision: {half_width: 0.005}}
```

Stein's two stages: after the pilot, N = max(pilot, ⌈(t·s/h)²⌉) runs in all, with t and s of the
pilot. The interval ± h then holds for any true spread. `seeds` is the maximum; if N is larger, the
sweep says so.""",
    ),
    ("stop", "comparison"): (
        "A against B",
        """\
```yaml
question: Is batch size 32 better than 256?
experiment: mnist_cnn
configurations: {batch_size: [32, 256]}
seeds: 20
stop: {comparison: {}}
```

This rule looks after 5, 10, 15 and 20 pairs of runs with the same seeds, each time at its own
level (Lan–DeMets spending; p of .0166, .0166, .0169 and .0173), so that the error over all looks
is `alpha`. `pocock` decides soonest: after 11.5 pairs on average for a true difference of one sd
of a pair, and after 6.6 for two. `obrien_fleming` keeps nearly all of the error for the last look
(1.5e-5, .00305, .0183, .0440): it needs 14.1 and 10.2 pairs, but detects .82 instead of .73 at 0.7
sd ([figures](runs-to-verdict.md)). The last look must have 3 pairs or more; below 6 the verdict
relies on the t test alone, and a run that collapsed leaves it undecided. Runs in progress when the
rule stops are finished and recorded.""",
    ),
    ("stop", "anytime"): (
        "A against B, after every pair",
        """\
```yaml
question: Is batch size 32 better than 256?
experiment: mnist_cnn
configurations: {batch_size: [32, 256]}
seeds: 40
stop: {anytime: {}}
```

You may check this evidence after every pair, for any number of pairs: the mixture-t e-process
(Wang & Ramdas 2023) stops at 1/`alpha`, which is 20 for 5 %. Without a difference, the probability
of ever stopping is at most `alpha`; with 20 pairs it was .019. For a true difference of one sd of
a pair it takes 12.7 of 20 pairs and detects it in .88; for two sd it takes 6.9 pairs
([figures](runs-to-verdict.md)). `seeds` is the maximum, 5 or more for 5 %.""",
    ),
    ("stop", "budget"): (
        "A budget",
        """\
```yaml
question: How far do 40 runs or an hour of training get us?
experiment: mnist_cnn
configurations: {batch_size: [32, 64, 128, 256]}
seeds: 50
stop: {budget: {runs: 40, minutes: 60}}
```

Minutes are minutes of training, summed over the runs: with two simultaneous runs, an hour lasts
half an hour. Runs in progress at the end are finished. A budget that is too small for one run,
judged by finished runs of the same kind, is refused.""",
    ),
    ("published",): (
        "A published figure",
        """\
```yaml
question: Do we reach the 99.2 % of the paper?
experiment: mnist_cnn
seeds: 10
published: {value: 0.992}
```

The sweep records it, and `seedbed report` compares it with the runs.""",
    ),
    ("schedule",): (
        "A schedule",
        """\
```yaml
name: nightly-{date}
question: Has anything changed since last night?
experiment: mnist_cnn
seeds: 5
schedule:
  cron: "0 2 * * *"
  timezone: Europe/Zurich
  fresh: 5
  alarm: {webhook: "https://hooks.example.org/seedbed"}
```

`seedbed schedule FILE` runs it at these times; each night is a separate sweep. The five fields are
those of cron, with names of days and months, ranges, steps and lists. Sunday is 0 or 7. If both
the day of the month and the day of the week are restricted, either is enough. A time that the
clock skips in spring moves later by the same amount; a time that occurs twice in autumn counts
once.

Runs with the seeds in `seeds` must give the same bits every night. Runs with `fresh` seeds differ
anyway, and show whether their mean or spread has moved. See [nightly
sweeps](guides/nightly.md).""",
    ),
    ("schedule", "alarm"): (
        "Alarms",
        """\
Never put secrets into the file; [where they go](guides/nightly.md#who-is-notified).""",
    ),
    ("schedule", "alarm", "email"): ("Alarms by e-mail", ""),
    ("night",): (
        "Which night it is",
        """\
The scheduler writes this into the file that it runs; do not write it yourself.""",
    ),
}
"""Title and text of each section, in page order; a section without a title was described before."""
