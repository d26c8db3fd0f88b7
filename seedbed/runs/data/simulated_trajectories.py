"""Simulated trajectories of travellers, and the features that the field computes from positions.

The simulation stands in for recorded GPS data where none is at hand. Speeds and stops per mode
follow the profiles below; positions get GPS noise; features are computed from the noisy positions
alone, as from a recording. Results on it say nothing about recorded data.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Mode:
    """How one mode of transport moves.

    Attributes:
        name: Its name.
        test_windows: Windows in the test set: the class shares of the published table (Dabiri and
            Heaslip 2018, 6,488 test windows).
        cruise: Mean cruising speed, m/s.
        cruise_sd: Its standard deviation between travellers, m/s.
        acceleration: Largest acceleration, m/s².
        stops_per_min: Stops a minute while moving.
        stop_s: Mean length of a stop, seconds.
        wander: Standard deviation of the change of heading, degrees per √s.
        turns_per_min: Turns by about 90° a minute while moving.
    """

    name: str
    test_windows: int
    cruise: float
    cruise_sd: float
    acceleration: float
    stops_per_min: float
    stop_s: float
    wander: float
    turns_per_min: float


MODES = (
    Mode("walk", 2122, 1.4, 0.3, 0.6, 0.30, 20.0, 6.0, 0.40),
    Mode("bike", 1121, 4.2, 1.0, 0.8, 0.25, 15.0, 3.0, 0.35),
    Mode("bus", 1439, 8.5, 2.5, 1.0, 0.80, 22.0, 1.5, 0.20),
    Mode("car", 888, 12.5, 4.5, 2.0, 0.45, 25.0, 1.5, 0.25),
    Mode("train", 918, 18.0, 7.0, 0.7, 0.15, 40.0, 0.4, 0.00),
)
STEP_S = 2.0
"""Seconds between two positions."""
SLOW_NOISE_M, FAST_NOISE_M, SLOW_NOISE_S = 3.0, 0.3, 60.0
"""Sd of the GPS error that drifts and of that which does not, metres; time of drift, seconds."""
START = (39.9, 116.4)
"""Latitude and longitude, degrees."""

EQUATOR_M, FLATTENING = 6_378_137.0, 1 / 298.257223563
"""WGS 84."""


def simulate(
    mode: Mode, windows: int, fixes: int, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Positions as a receiver would report them.

    Args:
        mode: How they travel.
        windows: Travellers.
        fixes: Positions of each, ``STEP_S`` apart.
        rng: Where chance comes from.

    Returns:
        Latitude and longitude in degrees, each ``[window, fix]``.
    """
    cruise = np.maximum(rng.normal(mode.cruise, mode.cruise_sd, windows), 0.3 * mode.cruise)
    heading = rng.uniform(0, 360, windows)
    stopped_s = np.where(rng.random(windows) < 0.15, rng.exponential(mode.stop_s, windows), 0.0)
    speed = np.where(stopped_s > 0, 0.0, cruise)
    east, north, pace = np.zeros(windows), np.zeros(windows), np.zeros(windows)
    drift = rng.normal(0, SLOW_NOISE_M, (2, windows))
    keep = np.exp(-STEP_S / SLOW_NOISE_S)
    track = np.empty((2, windows, fixes))
    for fix in range(fixes):
        noise = drift + rng.normal(0, FAST_NOISE_M, (2, windows))
        track[0, :, fix], track[1, :, fix] = east + noise[0], north + noise[1]
        drift = keep * drift + rng.normal(0, SLOW_NOISE_M * np.sqrt(1 - keep**2), (2, windows))
        moving = stopped_s <= 0
        stops = moving & (rng.random(windows) < mode.stops_per_min * STEP_S / 60)
        stopped_s = np.where(stops, rng.exponential(mode.stop_s, windows), stopped_s - STEP_S)
        pace = 0.9 * pace + rng.normal(0, 0.06, windows)
        target = np.where(stopped_s > 0, 0.0, cruise * (1 + pace))
        limit = mode.acceleration * STEP_S
        speed = np.maximum(speed + np.clip(target - speed, -1.5 * limit, limit), 0.0)
        turns = (rng.random(windows) < mode.turns_per_min * STEP_S / 60) & (speed > 0.2)
        heading += rng.normal(0, mode.wander * np.sqrt(STEP_S), windows)
        heading += turns * rng.choice([-1, 1], windows) * rng.normal(90, 15, windows)
        east += speed * STEP_S * np.sin(np.radians(heading))
        north += speed * STEP_S * np.cos(np.radians(heading))
    meridian, parallel = radii(np.radians(START[0]))
    latitude = START[0] + np.degrees(track[1] / meridian)
    longitude = START[1] + np.degrees(track[0] / (parallel * np.cos(np.radians(START[0]))))
    return latitude, longitude


def radii(
    latitude: npt.NDArray[np.float64],
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Radii of curvature of the ellipsoid, metres: along the meridian, and across it.

    Args:
        latitude: In radians.

    Source: Torge (2001), Geodesy, eq. 4.13 and 4.14.
    """
    e2 = FLATTENING * (2 - FLATTENING)
    root = np.sqrt(1 - e2 * np.sin(latitude) ** 2)
    return EQUATOR_M * (1 - e2) / root**3, EQUATOR_M / root


def distance_and_bearing(latitude: Floats, longitude: Floats) -> tuple[Floats, Floats]:
    """Geodesic distance and bearing between successive positions, for steps below some km.

    Args:
        latitude: ``[…, fix]`` degrees.
        longitude: ``[…, fix]`` degrees.

    Returns:
        Metres, and degrees from north, each ``[…, fix − 1]``.

    Source: Gauss' mid-latitude formulae (Torge 2001, section 6.2).
    """
    middle = np.radians((latitude[..., 1:] + latitude[..., :-1]) / 2)
    meridian, parallel = radii(middle)
    north = meridian * np.radians(np.diff(latitude))
    east = parallel * np.cos(middle) * np.radians(np.diff(longitude))
    return np.hypot(north, east), np.degrees(np.arctan2(east, north)) % 360


def features(
    latitude: Floats, longitude: Floats, step_s: float = STEP_S
) -> npt.NDArray[np.float32]:
    """Speed, acceleration, jerk and bearing rate of each step.

    Args:
        latitude: ``[window, fix]`` degrees.
        longitude: ``[window, fix]`` degrees.
        step_s: Seconds between two positions.

    Returns:
        ``[window, 1, fix − 4, 4]``: m/s, m/s², m/s³, and degrees of turn per step, 0 to 180.
    """
    distance, bearing = distance_and_bearing(latitude, longitude)
    speed = distance / step_s
    acceleration = np.diff(speed) / step_s
    jerk = np.diff(acceleration) / step_s
    turn = np.abs((np.diff(bearing) + 180) % 360 - 180)
    length = jerk.shape[1] - 1
    parts = [part[:, :length] for part in (speed, acceleration, jerk, turn)]
    return np.stack(parts, axis=-1)[:, np.newaxis].astype(np.float32)
