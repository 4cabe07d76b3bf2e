"""The laws that components keep, for those of this package and for your own.

Each function takes a finished component and typical input, tries what the rest of the package
relies on, and raises an AssertionError that says which law is broken. The component is left as
it was. Call them from your tests:

```python
def test_my_generator():
    check_generator(MyGenerator.for_codec(codec), codec.encode(events).c, codec.values)
```
"""

from .codecs import check_codec as check_codec
from .codecs import check_transform as check_transform
from .networks import check_critic as check_critic
from .networks import check_generator as check_generator
from .objectives import check_objective as check_objective
from .simulators import check_simulator as check_simulator
from .surrogates import check_surrogate as check_surrogate

__all__ = [
    "check_codec",
    "check_critic",
    "check_generator",
    "check_objective",
    "check_simulator",
    "check_surrogate",
    "check_transform",
]
