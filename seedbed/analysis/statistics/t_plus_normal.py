"""The sum of a scaled t and a normal: its tail and its critical value."""

from functools import cache
from math import exp, pi, sqrt

import numpy as np
from scipy import integrate, optimize, stats

from seedbed.analysis.statistics.checks import Floats

NODES = 400
"""Gauss–Legendre nodes over ±9 sd of a normal."""


@cache
def _nodes() -> tuple[Floats, Floats]:
    """Where a function of a standard normal is evaluated, and with which weights."""
    places, weights = (9.0 * part for part in np.polynomial.legendre.leggauss(NODES))
    return places, weights * stats.norm.pdf(places)


def tail(x: float, scale: float, df: int, extra: float) -> float:
    """P(scale·T_df + extra·Z > x), by integrating the t tail over the normal."""
    if extra == 0:
        return float(stats.t.sf(x / scale, df))

    if scale > extra / 10:  # smooth enough for fixed nodes
        places, weights = _nodes()
        return float(weights @ stats.t.sf((x - extra * places) / scale, df))

    def integrand(z: float) -> float:
        beyond = float(stats.t.sf((x - extra * z) / scale, df))
        return beyond * exp(-z * z / 2) / sqrt(2 * pi)

    breaks = [x / extra] if abs(x / extra) < 9 else None
    value, _ = integrate.quad(integrand, -9, 9, points=breaks, epsabs=1e-12, limit=200)
    return float(value)


def critical_value(level: float, scale: float, df: int, extra: float) -> float:
    """The x for which P(|scale·T + extra·Z| > x) = 1 − level."""
    t = float(stats.t.ppf((1 + level) / 2, df)) * scale
    if extra == 0:
        return t
    top = t + 10 * extra
    found = optimize.brentq(
        lambda x: tail(float(x), scale, df, extra) - (1 - level) / 2, 0.0, top, xtol=1e-10 * top
    )
    return float(found)
