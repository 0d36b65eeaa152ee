"""What the words of a text are, also in scripts that put no space between them."""

from __future__ import annotations

import re
import unicodedata

_CUT = 40
"""Characters of a word that is cut in two, and so none."""
_SEAM = "_" * (_CUT + 1)
"""Stands between both ends of a text: a word too long to be shown, and so are its pairs."""
_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_OTHERS = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff"
"""Thai, Lao, Burmese, Khmer, and kana."""
_UNSPACED = _HAN + _OTHERS

_MARKS = "\u200c\u200d" + "".join(
    chr(code)
    for first, end in ((0x300, 0x2100), (0xA800, 0xAC00))
    for code in range(first, end)
    if unicodedata.category(chr(code)).startswith("M")
)
"""What stands on or beside a letter and is none for `re`, as the vowels of Hindi and accents that
are signs of their own; and the joiners between letters."""
_WORD = rf"[^\W{_UNSPACED}]+(?:[{_MARKS}]+[^\W{_UNSPACED}]*)*"

TOKEN = rf"[{_UNSPACED}]|{_WORD}|[^\w\s{_UNSPACED}]+"
"""A word, or signs between words: a text of emoji alone has terms as well.

In scripts without spaces it is each sign: a whole sentence would be one word, like no other.
"""

TELLING = rf"[{_HAN}]{{2,4}}|[{_OTHERS}]{{2,8}}|{_WORD}"
"""What people can read as a word; in scripts without spaces some signs that stand together."""


def ends(text: str, most: int) -> str:
    """Return a text, of a longer one its beginning and its end, with so many characters together.

    Examples that all prompts of a benchmark begin with come first, and what is asked last.
    """
    if len(text) <= most:
        return text
    first, last = text[: most // 2], text[-(most // 2) :]
    first = first[:-_CUT] + re.sub(r"\w+$", "", first[-_CUT:])
    last = re.sub(r"^\w+", "", last[:_CUT]) + last[_CUT:]
    return f"{first}\n{_SEAM}\n{last}"
