"""What the reference page of the sweep file says beside its tables."""

INTRODUCTION = """\
# A sweep's file

Made from the fields in `seedbed/sweeps/spec/` by `python scripts/write_docs.py`.

A sweep is a YAML file: what to train, which configurations, how many seeds, and when to stop.
`seedbed check FILE` validates it and says what it asks for, `seedbed sweep FILE` runs it. Whatever
is wrong with it is refused before any run, with line and column. For an editor that checks while
you type, put this at the top of the file, with the path to the schema from there:

```yaml
# yaml-language-server: $schema=../docs/sweep.schema.json
```

Ready files stand in `sweeps/`, each with its question at its head.
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

The options that `configurations`, `options` and `search` may name are those of the experiment
(`seedbed run NAME --help`), without the seeds. Configurations can be crossed, as above,
or listed one by one; options that one of them does not name have their default:

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
and joins such comparisons by `and`, `or`, `not` and parentheses. Texts stand in quotes, and a list
in brackets. It is understood, never run as code.

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
`seeds` as a mapping from sources to how many seeds each gets, or a list of them; every level of one
with every level of the others. Level k of a source is the seed that this source has in a run with
`--seed k`, so the run with level 0 of every source is that of seed 0.

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

`numeric` is the source that has no seed: where the environment is left free, a run with the same
seeds is repeated and may come out otherwise.

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
3. For the first `baselines` of them, one more run for each source, with that source alone changed
   to that of the next run (radial design; Jansen 1999, as in Saltelli et al. 2010).
4. With `crossed`, every level of one source with every level of another.

With the defaults and five sources these are 41 runs for each configuration. The parent run's
`design` tag says which run plays which part. Only the runs of 2. are independent: means, spreads
and comparisons are over them, and the others tell what each source does.""",
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

Every configuration runs with the same seeds, so that configurations differ by themselves and not by
their luck. They are judged by validation accuracy (of each run the highest epoch, averaged over its
seeds), because choosing by test accuracy would use up the test set. The best few are run again on
fresh seeds, and only those runs are the result: the winner's own value is the highest of many noisy
ones, and flatters. By how much is said beside it.

`tpe` proposes `together` configurations from what earlier rounds gave, and waits for them; so a
search gives the same configurations however many runs go on at once. More at once means fewer idle
cores; fewer means more to learn from. A budget of minutes is kept by proposing no further round
when only the fresh runs still fit.""",
    ),
    ("search", "over", "*", "<range>"): ("", ""),
    ("search", "prune"): (
        "Pruning",
        """\
`seeds: wilcoxon` is Optuna's `WilcoxonPruner` with the seed's index as its step: after each seed it
compares a configuration with the best one so far, pair by pair. The smallest p of n pairs is 2⁻ⁿ;
so with `p: 0.1` it can first speak after four seeds, and `seeds` must be five or more.

`epochs` prunes single runs: `median` is below the median of the finished runs at the same epoch
(from the sixth run on), `hyperband` is successive halving by three. What is pruned depends on which
runs ended first, so such a search need not repeat itself exactly. A configuration with
a run that was pruned or failed cannot win.""",
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

Every configuration gets the first two seeds; then each gets another one only while it may still be
the best: a paired t over the common seeds, with the spread shared between configurations, compares
it with the leader. `seeds` is the most that any gets. The best of those that are left are run again
on fresh seeds. On six landscapes this took .42 to .58 of the runs of five seeds for each
([figures](search-by-racing.md)). A race may prune by epochs too; it needs `grid` or `random`,
whose configurations start together.""",
    ),
    ("search", "retest"): ("The best again", ""),
    ("stop",): (
        "When to stop",
        """\
Without `stop` the number of seeds is fixed, which is right when it was chosen for a reason. At its
end a sweep says what its rule saved against running every seed.

There is no rule "until p < .05": if you look at the raw p after every run, you find differences
that do not exist, far more often than in 5 % of studies.""",
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
pilot. The interval ± h then holds whatever the true spread. `seeds` is the most that may be run; if
N is more, the sweep says so.""",
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

Looks after 5, 10, 15 and 20 pairs of runs with the same seeds, each at its own level (Lan–DeMets
spending; p of .0166, .0166, .0169 and .0173), so that the error over all looks is the one wanted.
`pocock` decides soonest: 11.5 pairs on average where the true difference is one sd of a pair, 6.6
where it is two. `obrien_fleming` keeps nearly all of the error for the last look (1.5e-5, .00305,
.0183, .0440): 14.1 and 10.2 pairs, but .82 instead of .73 found at 0.7 sd
([figures](runs-to-verdict.md)). The last look must have as many pairs as an exact sign-flip test
needs to reach `alpha`: 6 for 5 %. Runs under way when the rule stops are finished and recorded.""",
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

Evidence that may be looked at after every pair, for as long as one likes: the mixture-t e-process
(Wang & Ramdas 2023) stops at 1/`alpha`, 20 for 5 %. The chance ever to stop where there is no
difference is `alpha` at most; with 20 pairs it was .019. Where the true difference is one sd of a
pair it takes 12.7 pairs of 20 and finds it in .88, with two sd 6.9 pairs
([figures](runs-to-verdict.md)). `seeds` is the most that may be run, 5 or more for 5 %.""",
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

Minutes are minutes of training, summed over the runs: with two runs at a time an hour of them is
over in half an hour. Runs under way when they are spent are finished. A budget that does not reach
for one run, judged by finished runs of the same kind, is refused.""",
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

It is noted with the sweep; `seedbed report` compares a published figure with the runs.""",
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

`seedbed schedule FILE` runs it at these times, each night a sweep of its own. The five
fields are those of cron: names of days and months, ranges, steps and lists are understood, Sunday
is 0 or 7, and where both day of the month and day of the week are restricted either will do. A time
that the clock skips in spring is taken as much later; one that comes twice in autumn counts once.

The runs with the seeds in `seeds` must give the same bits every night. Those with the `fresh` seeds
differ anyway, and show whether their mean or their spread has moved.
[Nightly sweeps](guides/nightly.md) tells the rest.""",
    ),
    ("schedule", "alarm"): (
        "Alarms",
        """\
Secrets never stand in the file: [their places](guides/nightly.md#who-is-notified).""",
    ),
    ("schedule", "alarm", "email"): ("Alarms by e-mail", ""),
    ("night",): (
        "Which night it is",
        """\
The scheduler writes this into the file that it runs, so there is no need to
write it by hand.""",
    ),
}
"""Title and text of each section, in the order of the page; one without a title is told before."""
