"""Words in the other byte order."""


def turned(content: bytes, word_bytes: int) -> bytes:
    """Each word of `content` with its bytes in reverse.

    Raises
    ------
    ValueError
        If it is not a whole number of words.
    """
    if len(content) % word_bytes:
        raise ValueError(f"{len(content)} bytes are not a whole number of words of {word_bytes}")
    result = bytearray(len(content))
    for byte in range(word_bytes):
        result[byte::word_bytes] = content[word_bytes - 1 - byte :: word_bytes]
    return bytes(result)
