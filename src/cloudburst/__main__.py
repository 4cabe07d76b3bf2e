"""`python -m cloudburst`, as torchrun starts it."""

__all__ = ()

from .cli import main

if __name__ == "__main__":
    main()
