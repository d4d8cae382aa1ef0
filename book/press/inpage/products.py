"""Products of matrices by SIMD: Pyodide's NumPy has no BLAS, and its own loop takes five to twenty times as long.

NumPy looks up the loop of a ufunc for each call, by the types, in an array of functions; here two of matmul's become
those of `products.wasm`, which the book's build makes of `products.wat`. The layout is NumPy 2.0's in 32 bits.
"""

from __future__ import annotations

import ctypes
from pathlib import Path

import numpy as np

__all__ = ["use_simd"]


class UFunc(ctypes.Structure):
    """The beginning of NumPy's PyUFuncObject."""

    _fields_ = [
        ("head", ctypes.c_void_p * 2),
        ("sizes", ctypes.c_int * 4),  # nin, nout, nargs, identity
        ("functions", ctypes.POINTER(ctypes.c_void_p)),
        ("data", ctypes.POINTER(ctypes.c_void_p)),  # what each function is given, besides the arrays
    ]


def use_simd() -> bool:
    """Have NumPy multiply matrices by SIMD; return False, with all as it was, in a browser that has none."""
    try:
        library = ctypes.CDLL(str(Path(__file__).with_name("products.wasm")))
    except OSError:
        return False
    matmul = UFunc.from_address(id(np.matmul))
    for types, loop in (("ff->f", library.f32), ("dd->d", library.f64)):
        place = np.matmul.types.index(types)
        matmul.data[place] = matmul.functions[place]  # the loop for products of few rows
        matmul.functions[place] = ctypes.cast(loop, ctypes.c_void_p)
    return True
