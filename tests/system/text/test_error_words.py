"""What a long error message says of the cause."""

import pytest

from seedbed.system.text.error_words import LONGEST, telling_words

GRAPH = """Graph execution error:

Detected at node loss/SparseSoftmax defined at (most recent call last):
  File "train.py", line 5, in <module>

  File "keras/trainer.py", line 399, in fit

{cause}
\t [[{{{{node loss/SparseSoftmax}}}}]] [Op:__inference_multi_step_on_iterator_1043]"""
ROOTS = """Graph execution error:

2 root error(s) found.
  (0) INVALID_ARGUMENT: Received a label value of 11
\t [[{{node loss}}]]
  (1) CANCELLED: Function was cancelled
0 successful operations."""
LAYER = """Exception encountered when calling Dense.call().

\x1b[1mInput 0 of layer 'dense' is incompatible with the layer\x1b[0m

Arguments received by Dense.call():
  • inputs=tf.Tensor(shape=(None, 9), dtype=float32)"""
FITS = """
All the 5 fits failed.
It is very likely that your model is misconfigured.
--------------------------------------------------------------------------------
5 fits failed with the following error:
Traceback (most recent call last):
  File "sklearn/base.py", line 1403, in wrapper
    return fit_method(estimator, *args, **kwargs)
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
ValueError: This solver needs samples of at least 2 classes"""
STATE = """Error(s) in loading state_dict for Net:
\tMissing key(s) in state_dict: "bias".
\tsize mismatch for weight"""
OUTSIDE = "indices[0,0] = 9 is not in [0, 5)"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GRAPH.format(cause=OUTSIDE), OUTSIDE),
        (ROOTS, "Received a label value of 11"),
        (LAYER, "Input 0 of layer 'dense' is incompatible with the layer"),
        (FITS, "ValueError: This solver needs samples of at least 2 classes"),
        (STATE, 'Error(s) in loading state_dict for Net: Missing key(s) in state_dict: "bias".'),
        ("in user code:\n\n    File \"a.py\", line 3\n\n    ValueError: odd", "ValueError: odd"),
        ("Input X contains NaN.\nUse an imputer.", "Input X contains NaN. … Use an imputer."),
        ("{{function_node f}} In[0]: [2,3] [Op:MatMul] name: ", "In[0]: [2,3]"),
        ("one line", "one line"),
        ("Graph execution error:", "Graph execution error:"),
        ("", ""),
    ],
)  # fmt: skip
def test_the_cause_is_told_and_not_that_it_failed(text: str, said: str) -> None:
    assert telling_words(text) == said


def test_the_cause_is_on_one_line_and_not_endless() -> None:
    said = telling_words("a\n" + "b " * 5000)
    assert len(said) <= LONGEST
    assert "\n" not in said
    assert said.startswith("a … b b")
