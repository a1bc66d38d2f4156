"""The one file of a form, taken out of its body piece by piece: a feed is too large for the parser of other forms."""

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from deepstyle.api.problems import ProblemError

MAX_HEADER_BYTES = 8 * 1024


class FormFile:
    """Takes a form's body in parts and returns the bytes of its file; raises ``ProblemError`` for any other form."""

    def __init__(self, content_type: str) -> None:
        _, options = parse_options_header(content_type)
        boundary = options.get(b"boundary")
        if not boundary:
            raise ProblemError("malformed-request", "the form names no boundary.")
        callbacks = {
            "on_part_begin": self._begin,
            "on_header_field": self._field,
            "on_header_value": self._value,
            "on_header_end": self._header_end,
            "on_part_data": self._data,
            "on_end": self._end,
        }
        self.name = ""
        self.ended = False
        self._files = 0
        self._header = (bytearray(), bytearray())
        self._found = bytearray()
        self._parser = MultipartParser(boundary, callbacks)  # type: ignore[arg-type]  # of several shapes

    def feed(self, chunk: bytes) -> bytes:
        """The bytes of the file that are in the next piece of the body."""
        self._found.clear()
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise ProblemError("malformed-request", f"the form cannot be read: {error}") from error
        return bytes(self._found)

    def finish(self) -> None:
        """The body has ended; the form has to be whole and to have its file."""
        if not self.ended:
            raise ProblemError("malformed-request", "the form ends before its closing boundary.")
        if not self.name:
            raise ProblemError("bad-feed", "the form has no file.")

    def _begin(self) -> None:
        self._files += 1
        self._header = (bytearray(), bytearray())
        if self._files > 1:
            raise ProblemError("bad-feed", "the form has more than one part.", remedy="Send options in the query.")

    def _field(self, data: bytes, start: int, end: int) -> None:
        self._grow(self._header[0], data[start:end])

    def _value(self, data: bytes, start: int, end: int) -> None:
        self._grow(self._header[1], data[start:end])

    def _header_end(self) -> None:
        field, value = self._header
        if field.lower() == b"content-disposition":
            _, options = parse_options_header(bytes(value))
            self.name = options.get(b"filename", b"").decode("utf-8", "replace").replace("\\", "/").rpartition("/")[2]
        self._header = (bytearray(), bytearray())

    def _data(self, data: bytes, start: int, end: int) -> None:
        self._found += data[start:end]

    def _end(self) -> None:
        self.ended = True

    def _grow(self, part: bytearray, data: bytes) -> None:
        if len(part) + len(data) > MAX_HEADER_BYTES:
            raise ProblemError("malformed-request", "a header of the form's part is too long.")
        part += data
