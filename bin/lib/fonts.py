"""Cuts Inter into the files of public/fonts/. Run by bin/fonts, which installs what it needs.

A page loads a file when it shows one of its characters: `unicode-range` in style/tokens.css repeats RANGES.
"""

import io
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.ttLib.scaleUpem import scale_upem
from fontTools.varLib import instancer

# Only characters that nearly every page needs, because a phone's first visit waits for them. Above 13.8 kB a new connection needs another round trip.
LATIN = (
    "U+20-7E, U+A0, U+A3, U+A9, U+AB, U+B0, U+B7, U+BB, U+C4, U+D6, U+D7, U+DC, U+DF, U+E4, U+E9, U+F6, U+FC, U+2013-2014,"
    " U+2018-201A, U+201C-201E, U+2022, U+2026, U+202F, U+20AC, U+20B8, U+2192, U+2212"
)
# Other languages in Latin letters, and rarer symbols.
LATIN_EXT = (
    "U+A1-24F, U+259, U+2BB-2BC, U+2C6-2DD, U+300-304, U+306-30C, U+323, U+329, U+1E00-1EFF, U+2032-2033, U+2039-203A,"
    " U+20A0-20C0, U+2116, U+2122, U+2190-2193, U+2248, U+2264-2265"
)
# Russian, Kazakh and the others.
CYRILLIC = "U+400-52F, U+1C80-1C88, U+2DE0-2DFF"

# The styles use these weights and no optical sizes.
WEIGHTS = (400, 700)


def codepoints(ranges: str) -> set[int]:
    found = set()
    for part in ranges.split(","):
        first, _, last = part.strip().removeprefix("U+").partition("-")
        found.update(range(int(first, 16), int(last or first, 16) + 1))
    return found


def cut(whole: bytes, characters: set[int], features: list[str], drop: tuple[str, ...] = ()) -> TTFont:
    font = TTFont(io.BytesIO(whole))
    digits = {font.getBestCmap()[digit] for digit in codepoints("U+30-39")}
    for table in lookups(font["GSUB"], "tnum"):
        table.mapping = {plain: tabular for plain, tabular in table.mapping.items() if plain in digits}
    options = subset.Options(hinting=False, layout_features=features, name_IDs=[], notdef_outline=False)
    options.drop_tables += ["MVAR", "STAT", "gasp", *drop]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    return font


def lean(font: TTFont) -> TTFont:
    """Leaves out what costs bytes and isn't seen: kerning that changes with the weight, and half of the grid."""
    for table in lookups(font["GPOS"], "kern"):
        for value in kerning_values(table):
            value.__dict__.pop("XAdvDevice", None)
        table.ValueFormat1 &= 0xF
        table.ValueFormat2 &= 0xF
    font["GDEF"].table.VarStore = None
    font["GDEF"].table.Version = 0x00010000
    scale_upem(font, 1000)
    return font


def lookups(table, tag: str) -> list:
    indices = {
        index
        for record in table.table.FeatureList.FeatureRecord
        if record.FeatureTag == tag
        for index in record.Feature.LookupListIndex
    }
    subtables = (subtable for index in indices for subtable in table.table.LookupList.Lookup[index].SubTable)
    return [getattr(subtable, "ExtSubTable", subtable) for subtable in subtables]


def kerning_values(table) -> list:
    if table.Format == 1:
        pairs = [pair for pair_set in table.PairSet for pair in pair_set.PairValueRecord]
    else:
        pairs = [pair for first in table.Class1Record for pair in first.Class2Record]
    return [value for pair in pairs for value in (pair.Value1, pair.Value2) if value]


def save(font: TTFont, path: Path) -> None:
    font.flavor = "woff2"
    font.save(path)
    print(f"{path.stat().st_size:7} {path}")


def main(source: Path, folder: Path) -> None:
    whole = io.BytesIO()
    font = instancer.instantiateVariableFont(TTFont(source), {"opsz": 14, "wght": WEIGHTS})
    font.flavor = None
    font.save(whole)
    others = ["kern", "tnum", "mark", "mkmk", "ccmp", "locl"]
    save(cut(whole.getvalue(), codepoints(CYRILLIC), others), folder / "inter-4.1-cyrillic.woff2")
    save(cut(whole.getvalue(), codepoints(LATIN_EXT) - codepoints(LATIN), others), folder / "inter-4.1-latin-ext.woff2")
    latin = lean(cut(whole.getvalue(), codepoints(LATIN), ["kern", "tnum"], ("HVAR",)))
    save(latin, folder / "inter-4.1-latin.woff2")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
