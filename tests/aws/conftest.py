"""The template in moto, made once for each module that asks for it."""

from tests.support.house import house, running

__all__ = ["house", "running"]
