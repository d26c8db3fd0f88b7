"""Numbers as libraries print them, turned into plain digits.

``np.float64(0.91)``, ``tf.Tensor(0.91, shape=(), dtype=float32)``, ``<tf.Variable … numpy=0.91>``,
``array([0.75, 0.43], dtype=float32)``, ``('Test accuracy:', 0.91)``.
"""

import re

FLOAT = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
SCALAR = re.compile(rf"\b(?:np|numpy)\.[a-z]+_?\d*\(({FLOAT})\)")
TENSOR = re.compile(
    r"\b(?:tf\.Tensor|tensor|Array|array|np\.array|numpy\.array|DeviceArray)\("
    rf"(\[[^\]]*\]|{FLOAT})[^)(]*(?:\([^)]*\)[^)(]*)*\)"
)
EAGER = re.compile(rf"<tf\.[A-Za-z]+[^<>]*?\bnumpy=(\[[^\]]*\]|{FLOAT})[^<>]*>")
VARIABLE = re.compile(rf"<Variable path=[^<>]*?\bvalue=(\[[^\]]*\]|{FLOAT})[^<>]*>")
TUPLE = re.compile(
    rf"\(?(['\"])(?P<name>[^'\"]*?[A-Za-z][^'\"]*?)[:=]?\s*\1\s*[,:]\s*(?={FLOAT}|\[)"
)


def plain_numbers(line: str) -> str:
    """The line with every number in plain digits, and quoted names before their numbers bare.

    Args:
        line: One line of what was printed.
    """
    line = SCALAR.sub(r"\1", line)
    for spelling in (TENSOR, EAGER, VARIABLE):
        line = spelling.sub(r"\1", line)
    return TUPLE.sub(r"\g<name>: ", line)
