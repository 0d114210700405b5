"""Texts that are almost specs: pieces put in, cut, doubled, moved and swapped."""

import random

BITS = (
    *("{", "}", "[", "]", ",", ":", ": ", "- ", "\n", "  ", "\t", "#", "'", '"', "|", ">", "~"),
    *("?", "&a ", "*a", "!x ", "!!str ", "<<: ", "%TAG", "---\n", "...\n", "010", ".nan"),
    *("1e999", "é", "\0", "\x85", "\u2028", "\ufeff", "\r", "\\", "@", "`", "9" * 40, "🙂"),
    *("true", "~\n", "N", "x", "op", "from", "nodes", "repeat", "chain", "share", "at"),
    *("shape", "_", "index", "when", "relu", "extends: ", "include: ", "params: ", "dims: "),
    *("inputs", "splice", "first", "label", "[0]", "x.channels", "N//2", "H/32", "2**31"),
    *("concat", "{op: ", "min: ", "multiple_of: ", "count"),
)


def mutated(text: str, seed: int, edits: int) -> str:
    """The text after some edits: bits put in, spans cut, doubled, moved or swapped."""
    chance = random.Random(seed)
    for _ in range(edits):
        start = chance.randrange(len(text) + 1)
        end = min(len(text), start + chance.choice((0, 1, 1, 2, 5, 20, 80)))
        kind = chance.randrange(5)
        if kind == 0:
            text = text[:start] + chance.choice(BITS) + text[start:]
        elif kind == 1:
            text = text[:start] + text[end:]
        elif kind == 2:
            text = text[:end] + text[start:end] + text[end:]
        elif kind == 3:
            text = text[:start] + chance.choice(BITS) + text[end:]
        else:
            place = chance.randrange(len(text) + 1)
            text = text[:place] + text[start:end] + text[place:]
    return text


def mutated_bytes(data: bytes, seed: int, edits: int) -> bytes:
    """The same for bytes, which need not stay UTF-8."""
    chance = random.Random(seed)
    found = bytearray(data)
    for _ in range(edits):
        place = chance.randrange(len(found) + 1)
        kind = chance.randrange(4)
        if kind == 0:
            found.insert(place, chance.randrange(256))
        elif kind == 1:
            del found[place : place + chance.choice((1, 1, 2, 8))]
        elif kind == 2:
            found[place : place + 1] = bytes([chance.randrange(256)])
        else:
            found[place:place] = chance.choice(BITS).encode()
    return bytes(found)
