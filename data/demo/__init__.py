"""The demo city: a fictional prefecture from a seed, made as files and loaded by the ordinary imports."""

from data.demo.loading import load_demo

__all__ = ["load_demo"]
