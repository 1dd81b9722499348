"""Where the actors of a large network lie.

:func:`place_many` lays out thousands of actors in a few seconds: actors that are joined pull
each other, all push each other away, and the pushing is done on a grid. It is meant for
networks that are too large for :func:`kg.asking.pictures.place_nodes`, which leaves room for
every label. The same network gives the same places on the same machine.

Source: Jacomy et al. 2014, ForceAtlas2 (forces and speed); Linderman et al. 2019 (repulsion by
a fast Fourier transform on a grid).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kg.asking.network import Network

    Points = NDArray[Any]

Place = tuple[float, float]

_CELLS = 128
_ROUNDS = 160
_WIDTH = 1100.0
_GAP = 1.5


def place_many(
    graph: Network, radius: Mapping[str, float], groups: Mapping[str, int]
) -> dict[str, Place]:
    """A place for the middle of every actor, close to its partners; y grows upwards.

    ``radius`` is the room that each actor needs, in the unit of the result; actors touch as
    little as a picture some thousand units wide allows. ``groups`` gives the community of each
    actor; the layout starts from them.
    """
    import numpy as np

    if not len(graph):
        return {}
    bonds = _bonds(graph)
    ends = np.array([pair for pair in sorted(bonds)], dtype=int).reshape(-1, 2)
    pull = np.log2(1.0 + np.array([bonds[pair] for pair in sorted(bonds)], dtype=float))
    spots = _settle(_start([groups[node] for node in graph.nodes]), ends, pull)
    spots = _spread(_turn_flat(spots), np.array([radius[node] for node in graph.nodes]))
    return {node: (float(x), float(y)) for node, (x, y) in zip(graph.nodes, spots, strict=True)}


def _bonds(graph: Network) -> Counter[tuple[int, int]]:
    """How many statements bind two actors, by their positions, the smaller one first."""
    order = {node: place for place, node in enumerate(graph.nodes)}
    bonds: Counter[tuple[int, int]] = Counter()
    for who, whom, data in graph.edges(data=True):
        if who != whom:
            bonds[min(order[who], order[whom]), max(order[who], order[whom])] += data["count"]
    return bonds


def _start(groups: Sequence[int]) -> Points:
    """Each community a heap, the heaps a sunflower with the largest ones in the middle."""
    import numpy as np

    sizes = Counter(groups)
    heaps = sorted(sizes, key=lambda group: (-sizes[group], group))
    area = np.cumsum([0, *(sizes[group] for group in heaps)])
    middle = {g: _sunflower(area[i] + sizes[g] / 2) for i, g in enumerate(heaps)}
    inside: Counter[int] = Counter()
    spots = []
    for group in groups:
        inside[group] += 1
        spots.append(np.array(middle[group]) + 0.6 * np.array(_sunflower(inside[group])))
    return np.array(spots, dtype=float)


def _sunflower(number: float) -> Place:
    turn = number * math.pi * (3 - math.sqrt(5))
    return math.sqrt(number) * math.cos(turn), math.sqrt(number) * math.sin(turn)


def _settle(spots: Points, ends: Points, pull: Points) -> Points:
    """Let the forces act until the layout is calm, or long enough."""
    import numpy as np

    mass = 1.0 + np.bincount(ends.ravel(), minlength=len(spots))
    stiff = mass + sum(np.bincount(ends[:, side], pull, len(spots)) for side in (0, 1))
    kernel = _kernel()
    before = np.zeros_like(spots)
    for _ in range(_ROUNDS):
        force = 2.0 * _repulsion(spots, mass, kernel) + _attraction(spots, ends, pull)
        force -= mass[:, None] * spots
        swing = mass * np.hypot(*(force - before).T)
        along = mass * np.hypot(*(force + before).T) / 2
        speed = min(along.sum() / max(swing.sum(), 1e-9), 10.0)
        step = 0.3 * speed / (1.0 + speed * np.sqrt(swing / mass))
        spots = spots + force * np.minimum(step, 0.5 / stiff)[:, None]
        before = force
    return spots


def _attraction(spots: Points, ends: Points, pull: Points) -> Points:
    way = spots[ends[:, 0]] - spots[ends[:, 1]]
    return _sum_up(ends, way * pull[:, None], len(spots))


def _kernel() -> Points:
    """The Fourier transform of the push that a mass in one cell gives to all others."""
    import numpy as np

    steps = np.fft.fftfreq(2 * _CELLS, 1 / (2 * _CELLS))
    x, y = np.meshgrid(steps, steps, indexing="ij")
    square = x * x + y * y
    square[0, 0] = 1.0
    return np.fft.rfft2(np.stack([x / square, y / square]))


def _repulsion(spots: Points, mass: Points, kernel: Points) -> Points:
    """The push on every actor: as its mass and the others', and less the further they are."""
    import numpy as np

    low = spots.min(axis=0)
    cell = max(float((spots.max(axis=0) - low).max()), 1e-6) / (_CELLS - 2)
    at = (spots - low) / cell
    base = at.astype(int)
    rest = at - base
    corners = [(base + step, _share(rest, step)) for step in ((0, 0), (0, 1), (1, 0), (1, 1))]
    grid = np.zeros((2 * _CELLS, 2 * _CELLS))
    for place, share in corners:
        np.add.at(grid, (place[:, 0], place[:, 1]), share * mass)
    field = np.fft.irfft2(np.fft.rfft2(grid) * kernel, s=grid.shape)
    push = sum(field[:, place[:, 0], place[:, 1]] * share for place, share in corners)
    return np.asarray(push).T * (mass / cell)[:, None]


def _share(rest: Points, step: tuple[int, int]) -> Points:
    """How much of each actor's mass lies in the corner of its cell that ``step`` names."""
    import numpy as np

    x, y = (rest[:, axis] if step[axis] else 1 - rest[:, axis] for axis in (0, 1))
    return np.asarray(x * y)


def _turn_flat(spots: Points) -> Points:
    """The layout with its longer side flat, scaled to the width of a picture."""
    import numpy as np

    middle = spots - spots.mean(axis=0)
    _, _, axes = np.linalg.svd(middle, full_matrices=False)
    turned = middle @ axes.T if len(spots) > 2 else middle
    turned = turned * np.where(turned[np.abs(turned).argmax(axis=0), [0, 1]] < 0, -1, 1)
    reach = np.quantile(np.abs(turned), 0.98, axis=0).max()
    return np.asarray(turned * (_WIDTH / 2 / max(float(reach), 1e-6)))


def _spread(spots: Points, radius: Points) -> Points:
    """Push apart discs that lie on one another, as far as that goes in a few rounds."""
    import numpy as np
    from scipy.spatial import cKDTree

    reach = 2 * float(radius.max()) + _GAP
    for _ in range(40):
        pairs = cKDTree(spots).query_pairs(reach, output_type="ndarray")
        pairs = pairs[np.lexsort(pairs.T[::-1])]
        way = spots[pairs[:, 1]] - spots[pairs[:, 0]]
        apart = np.hypot(*way.T)
        lack = radius[pairs[:, 0]] + radius[pairs[:, 1]] + _GAP - apart
        close = lack > 0.05
        if not close.any():
            break
        pairs, way, apart, lack = pairs[close], way[close], apart[close], lack[close]
        way[apart == 0] = (1.0, 0.0)
        push = way / np.maximum(apart, 1e-6)[:, None] * (0.45 * lack)[:, None]
        move = _sum_up(pairs, push, len(spots))
        far = np.hypot(*move.T)
        spots = spots + move * np.minimum(1.0, reach / 2 / np.maximum(far, 1e-6))[:, None]
    return spots


def _sum_up(pairs: Points, force: Points, actors: int) -> Points:
    """What each actor gets of forces between two: the second one all, the first its opposite."""
    import numpy as np

    both = [
        np.bincount(pairs[:, 1], force[:, axis], minlength=actors)
        - np.bincount(pairs[:, 0], force[:, axis], minlength=actors)
        for axis in (0, 1)
    ]
    return np.stack(both, axis=1)
