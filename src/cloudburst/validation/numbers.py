"""Numbers as a reader wants them: no more digits than the error deserves."""

from __future__ import annotations

__all__ = ["duration", "factor", "measurement", "rounded", "scientific", "signed"]

import math

from ..distances import Measurement

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def measurement(value: Measurement, digits: int = 2) -> str:
    """A value with its error, to so many digits of the error.

    >>> measurement(Measurement(0.71234, 0.0102)), measurement(Measurement(1.234e-5, 2e-7))
    ('0.712 ± 0.010', '(1.234 ± 0.020)·10⁻⁵')
    """
    mean, error = value
    if not (math.isfinite(mean) and math.isfinite(error)):
        return rounded(mean)
    if error <= 0:
        return f"{rounded(mean)} ± 0"
    power = math.floor(math.log10(max(abs(mean), error)))
    if -4 < power < 5:
        places = _places(error, digits)
        return _minus(f"{mean:.{places}f} ± {error:.{places}f}")
    scale = 10.0**power
    places = _places(error / scale, digits)
    return _minus(f"({mean / scale:.{places}f} ± {error / scale:.{places}f})·{_power(power)}")


def rounded(value: float, digits: int = 3) -> str:
    """A number to so many significant digits, without an exponent where it stays short.

    >>> rounded(0.012345), rounded(123456.0), rounded(1e-7), rounded(float("inf"))
    ('0.0123', '123,456', '1.00·10⁻⁷', '∞')
    """
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if value == 0:
        return "0"
    power = math.floor(math.log10(abs(value)))
    if not -4 <= power < 7:
        return scientific(value, digits)
    return _minus(f"{value:,.{max(0, digits - 1 - power)}f}")


def scientific(value: float, digits: int = 3) -> str:
    """A number with a power of ten.

    >>> scientific(123456.0)
    '1.23·10⁵'
    """
    mantissa, power = f"{value:.{digits - 1}e}".split("e")
    return _minus(f"{mantissa}·{_power(int(power))}")


def signed(value: float) -> str:
    """A number to one decimal, with its sign.

    >>> signed(1.24), signed(-0.01), signed(-float("inf"))
    ('+1.2', '0.0', '−∞')
    """
    if math.isinf(value):
        return rounded(value)
    near = round(value, 1)
    return _minus(f"{near:+.1f}") if near else "0.0"


def factor(value: float) -> str:
    """How many times, to two digits, and whole beyond ten.

    >>> factor(1.234), factor(113417.0), factor(float("inf"))
    ('1.2', '113,000', '∞')
    """
    if not math.isfinite(value):
        return rounded(value)
    if abs(value) < 10:
        return f"{value:.1f}"
    power = math.floor(math.log10(abs(value)))
    return f"{round(value, 2 - power) if power > 2 else value:,.0f}"


def duration(milliseconds: float) -> str:
    """A time given in ms, in a unit that suits it.

    >>> duration(805.2), duration(0.0071), duration(2500.0)
    ('805 ms', '7.10 µs', '2.50 s')
    """
    for unit, size in (("s", 1e3), ("ms", 1.0), ("µs", 1e-3)):
        if milliseconds >= size:
            return f"{rounded(milliseconds / size)} {unit}"
    return f"{rounded(milliseconds * 1e6)} ns"


def _minus(text: str) -> str:
    """The same with a true minus sign."""
    return text.replace("-", "−")


def _places(error: float, digits: int) -> int:
    return max(0, digits - 1 - math.floor(math.log10(error)))


def _power(power: int) -> str:
    return f"10{str(power).translate(_SUPERSCRIPTS)}"
