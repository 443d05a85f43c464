"""The standard normal distribution turned round, without importing scipy for it.

>>> from calibration.normal import normal_quantile
>>> round(normal_quantile(0.95), 4)
1.6449
"""

import math
from collections.abc import Sequence

_TAIL = 0.13533528323661269189
"""exp(-2), where the approximation changes."""
_ROOT_2PI = 2.50662827463100050242

_MIDDLE = (
    (-5.99633501014107895267e1, 9.80010754185999661536e1, -5.66762857469070293439e1, 1.39312609387279679503e1,
     -1.23916583867381258016),
    (1.0, 1.95448858338141759834, 4.67627912898881538453, 8.63602421390890590575e1, -2.25462687854119370527e2,
     2.00260212380060660359e2, -8.20372256168333339912e1, 1.59056225126211695515e1, -1.18331621121330003142),
)  # fmt: skip
_NEAR = (
    (4.05544892305962419923, 3.15251094599893866154e1, 5.71628192246421288162e1, 4.40805073893200834700e1,
     1.46849561928858024014e1, 2.18663306850790267539, -1.40256079171354495875e-1, -3.50424626827848203418e-2,
     -8.57456785154685413611e-4),
    (1.0, 1.57799883256466749731e1, 4.53907635128879210584e1, 4.13172038254672030440e1, 1.50425385692907503408e1,
     2.50464946208309415979, -1.42182922854787788574e-1, -3.80806407691578277194e-2, -9.33259480895457427372e-4),
)  # fmt: skip
_FAR = (
    (3.23774891776946035970, 6.91522889068984211695, 3.93881025292474443415, 1.33303460815807542389,
     2.01485389549179081538e-1, 1.23716634817820021358e-2, 3.01581553508235416007e-4, 2.65806974686737550832e-6,
     6.23974539184983293730e-9),
    (1.0, 6.02427039364742014255, 3.67983563856160859403, 1.37702099489081330271, 2.16236993594496635890e-1,
     1.34204006088543189037e-2, 3.28014464682127739104e-4, 2.89247864745380683936e-6, 6.79019408009981274425e-9),
)  # fmt: skip


def normal_quantile(u: float) -> float:
    """The value below which a share ``u`` of a standard normal lies; the same bits as ``scipy.special.ndtri``.

    Stephen Moshier's rational approximations (Cephes 2.1, 1989), good to 16 digits.

    Args:
        u: strictly between 0 and 1.
    """
    upper = u > 1.0 - _TAIL
    y = 1.0 - u if upper else u
    if y > _TAIL:
        y -= 0.5
        square = y * y
        return (y + y * (square * _polynomial(square, _MIDDLE[0]) / _polynomial(square, _MIDDLE[1]))) * _ROOT_2PI
    x = math.sqrt(-2.0 * math.log(y))
    z = 1.0 / x
    above, below = _NEAR if x < 8.0 else _FAR
    x = (x - math.log(x) / x) - z * _polynomial(z, above) / _polynomial(z, below)
    return x if upper else -x


def _polynomial(x: float, coefficients: Sequence[float]) -> float:
    total = 0.0
    for c in coefficients:
        total = total * x + c
    return total
