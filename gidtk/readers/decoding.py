"""From bytes to text, whatever the page says about itself."""

__all__ = ["decode"]

_SAMPLE = 8192  # bytes that tell UTF-16 without a mark


def decode(data: bytes) -> str:
    """Decode a page: a byte order mark wins, then valid UTF-8, then what the bytes look like.

    The encoding that a page declares is not trusted: pages of government sites often declare another one.

    Examples
    --------
    >>> decode("政府信息公开".encode("gb18030"))
    '政府信息公开'
    >>> decode("<p>规章</p>".encode("utf-16-le"))
    '<p>规章</p>'
    """
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8"),
        (b"\xff\xfe", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be"),
    ):
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    if wide := _wide(data[:_SAMPLE]):
        return data.decode(wide, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and error.start > len(data) - 4:
            return data[: error.start].decode("utf-8")
    from resiliparse.parse.encoding import detect_encoding

    encoding = detect_encoding(data) or "gb18030"
    encoding = "gb18030" if encoding.lower() in ("gbk", "gb2312", "gb18030") else encoding
    return data.decode(encoding, errors="replace")


def _wide(data: bytes) -> str:
    """Return the UTF-16 that a text without a mark is in: every second byte of its tags and digits is zero."""
    low, high = data[::2].count(0), data[1::2].count(0)
    if high > max(len(data) // 20, 3) and low * 20 < high:
        return "utf-16-le"
    return "utf-16-be" if low > max(len(data) // 20, 3) and high * 20 < low else ""
