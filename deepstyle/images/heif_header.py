"""The walk over an AVIF or HEIC file's boxes (ISO/IEC 14496-12 and 23008-12): what its primary picture takes to decode.

The primary picture is one coded picture, or a grid of them, beside which there may be its transparency. Thumbnails,
depth maps, further pictures and films are never decoded. Every size is taken from the coded streams as well as from
the boxes: a decoder believes the streams.
"""

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Final

from deepstyle.errors import ImageFormatError
from deepstyle.images.av1_header import av1_pixels
from deepstyle.images.hevc_header import hevc_pixels
from deepstyle.images.parts import MAX_BLOCKS, Header, Span, broken, too_many, unusual

MAX_TILES: Final = 1_024
"""Coded pictures of one grid: 40 megapixels in tiles of 512 x 512 pixels, as telephones write them, are 160."""

_AVIF_BRANDS: Final = {b"avif", b"avis"}
_HEIC_BRANDS: Final = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_CODECS: Final = {"image/avif": b"av01", "image/heic": b"hvc1"}
_CONFIGURATION: Final = {b"av01": b"av1C", b"hvc1": b"hvcC"}
_PIXEL_NS: Final = {"image/avif": 30, "image/heic": 28}
_BYTE_NS: Final = 50
_PIXEL_BYTES: Final = 8
# EXIF's orientation for each number of quarter turns anticlockwise: without a mirror, and with one of either axis.
_TURNS: Final = {-1: (1, 8, 3, 6), 0: (4, 5, 2, 7), 1: (2, 7, 4, 5)}


def reads_heic() -> bool:
    """Whether the extra that reads HEIC is installed."""
    return find_spec("pillow_heif") is not None


def is_heif(data: bytes) -> bool:
    """Whether ``data`` begins like a file of this family, of whatever coding."""
    return data[4:8] == b"ftyp" and bool(_brands(data) & (_AVIF_BRANDS | _HEIC_BRANDS))


def heif_header(data: bytes) -> Header:
    """Walk the boxes; raises what ``read_header`` raises, ``IndexError`` or ``struct.error`` where they end early."""
    media = "image/avif" if _brands(data) & _AVIF_BRANDS else "image/heic"
    if media == "image/heic" and not reads_heic():
        raise ImageFormatError(
            "The picture is HEIC, which needs the extra `heif`.",
            remedy="Install it (pip install 'deepstyle[heif]'), or save the picture as JPEG.",
        )
    boxes = _Boxes()
    top = list(boxes.children(data, 0, len(data)))
    found = [span for kind, span in top if kind == b"meta"]
    if len(found) != 1:
        raise broken("it has no single table of its pictures") if found else unusual("a film, not a picture, as", media)
    return _header(data, media, _Items.read(boxes, data, found[0]), [at for kind, (at, _) in top if kind == b"moov"])


def _header(data: bytes, media: str, items: "_Items", films: Sequence[int]) -> Header:
    width_px, height_px = items.size(items.primary)
    shown_px = width_px * height_px
    coded_px = items.coded_pixels(items.primary, _CODECS[media], shown_px)
    for alpha in items.alphas():
        coded_px += items.coded_pixels(alpha, _CODECS[media], shown_px)
    turned = items.orientation()
    if media == "image/heic":  # its decoder turns the picture itself
        width_px, height_px, turned = (height_px, width_px, 1) if turned >= 5 else (width_px, height_px, 1)
    # A film beside the picture would be opened in its place; a box of another name is skipped, and no offset changes.
    patches = [(at - 4, b"free") for at in films]
    patches += [(at, b"avif") for at in _brand_places(data) if data[at : at + 4] == b"avis"]
    return Header(
        media,
        width_px,
        height_px,
        ((0, len(data)),),
        orientation=turned,
        profile=items.profile(),
        bare=False,
        work_ns=coded_px * _PIXEL_NS[media] + len(data) * _BYTE_NS,
        held_bytes=coded_px * _PIXEL_BYTES,
        patches=tuple(patches),
    )


def _brands(data: bytes) -> set[bytes]:
    return {data[at : at + 4] for at in _brand_places(data)}


def _brand_places(data: bytes) -> tuple[int, ...]:
    """Where the major brand and the compatible ones are in the first box, of which the first 256 bytes count."""
    end = min(int.from_bytes(data[:4], "big"), len(data), 256)
    return (8, *range(16, end - 3, 4))


@dataclass(slots=True)
class _Boxes:
    """Walks boxes, and counts whatever it walks over."""

    left: int = MAX_BLOCKS

    def count(self, number: int = 1) -> None:
        """Take ``number`` entries from what is left."""
        self.left -= number
        if self.left < 0:
            raise too_many("blocks", MAX_BLOCKS)

    def children(self, data: bytes, at: int, end: int) -> Iterator[tuple[bytes, Span]]:
        """The kind and the content of each box in ``[at, end)``."""
        while at + 8 <= end:
            self.count()
            (size,), start = struct.unpack_from(">I", data, at), at + 8
            if size == 1:
                (size,), start = struct.unpack_from(">Q", data, start), start + 8
            stop = end if size == 0 else at + size
            if stop < start or stop > end:
                raise broken("it ends too early")
            yield data[at + 4 : at + 8], (start, stop)
            at = stop


@dataclass(slots=True)
class _Items:
    """The table of pictures: their kinds, properties, references and bytes, by item id."""

    boxes: _Boxes
    data: bytes
    primary: int = 0
    kinds: dict[int, bytes] = field(default_factory=dict)
    properties: list[tuple[bytes, Span]] = field(default_factory=list)
    properties_of: dict[int, list[int]] = field(default_factory=dict)
    references: list[tuple[bytes, int, list[int]]] = field(default_factory=list)
    extents: dict[int, tuple[int, list[Span]]] = field(default_factory=dict)
    idat: Span = (0, 0)

    @classmethod
    def read(cls, boxes: _Boxes, data: bytes, meta: Span) -> "_Items":
        items = cls(boxes, data)
        for kind, (at, end) in boxes.children(data, meta[0] + 4, meta[1]):
            match kind:
                case b"pitm":
                    (items.primary,) = struct.unpack_from(">I" if data[at] else ">H", data, at + 4)
                case b"iinf":
                    items._read_kinds(at, end)
                case b"iref":
                    items._read_references(at, end)
                case b"iprp":
                    items._read_properties(at, end)
                case b"iloc":
                    items._read_extents(at)
                case b"idat":
                    items.idat = (at, end)
        if items.primary not in items.kinds:
            raise broken("it names no primary picture")
        return items

    def size(self, item: int) -> tuple[int, int]:
        """Width and height as the boxes say."""
        at = self._property(item, b"ispe")
        if at is None:
            raise broken("a picture in it has no size")
        width_px, height_px = struct.unpack_from(">II", self.data, at[0] + 4)
        return width_px, height_px

    def coded_pixels(self, item: int, codec: bytes, most_px: int) -> int:
        """Pixels that decoding the picture takes, of all its tiles; none is larger than ``most_px``."""
        if self.kinds.get(item) != b"grid":
            return self._stream_pixels(item, codec, most_px)
        tiles = self._targets(b"dimg", item)
        rows, columns = self.bytes_of(item)[2:4]
        if len(tiles) != (rows + 1) * (columns + 1) or len(tiles) > MAX_TILES:
            raise broken(f"it is a grid of {len(tiles)} pictures")
        total_px = sum(self._stream_pixels(tile, codec, most_px) for tile in tiles)
        if total_px > 4 * max(most_px, 512 * 512):
            raise broken("the tiles of its grid are larger than the grid")
        return total_px + most_px

    def alphas(self) -> list[int]:
        """The transparency of the primary picture."""
        auxiliary = [item for kind, item, targets in self.references if kind == b"auxl" and self.primary in targets]
        return [item for item in auxiliary if b"alpha" in self._content(item, b"auxC").lower()]

    def orientation(self) -> int:
        """EXIF's number of how the stored picture is turned and then mirrored; EXIF itself has no say here."""
        turns, mirror = self._content(self.primary, b"irot"), self._content(self.primary, b"imir")
        return _TURNS[mirror[0] & 1 if mirror else -1][turns[0] & 3 if turns else 0]

    def profile(self) -> tuple[Span, ...]:
        """The primary picture's ICC profile."""
        for kind, (at, end) in self._of(self.primary):
            if kind == b"colr" and self.data[at : at + 4] in (b"prof", b"rICC"):
                return ((at + 4, end),)
        return ()

    def bytes_of(self, item: int) -> bytes:
        """The bytes of an item, its extents joined."""
        method, spans = self.extents.get(item, (0, []))
        start = self.idat[0] if method == 1 else 0
        end = self.idat[1] if method == 1 else len(self.data)
        if method > 1 or not spans or any(start + stop > end for _, stop in spans):
            raise broken("it ends too early")
        if sum(stop - begin for begin, stop in spans) > len(self.data):
            raise broken("the parts of a picture in it overlap")
        return b"".join(self.data[start + begin : start + stop] for begin, stop in spans)

    def _stream_pixels(self, item: int, codec: bytes, most_px: int) -> int:
        kind = self.kinds.get(item, b"")
        if kind != codec:
            raise unusual(f"{kind.decode('latin-1')!r} in", "AVIF or HEIC")
        width_px, height_px = self.size(item)
        configuration, stream = self._content(item, _CONFIGURATION[codec]), self.bytes_of(item)
        coded_px = av1_pixels(stream) if codec == b"av01" else hevc_pixels(configuration, stream)
        if width_px * height_px > max(most_px, 512 * 512):
            raise broken("a part of it is larger than the picture")
        return max(coded_px, width_px * height_px)

    def _of(self, item: int) -> list[tuple[bytes, Span]]:
        numbers = self.properties_of.get(item, [])
        return [self.properties[number - 1] for number in numbers if 0 < number <= len(self.properties)]

    def _property(self, item: int, kind: bytes) -> Span | None:
        return next((span for found, span in self._of(item) if found == kind), None)

    def _content(self, item: int, kind: bytes) -> bytes:
        span = self._property(item, kind)
        return self.data[span[0] : span[1]] if span else b""

    def _targets(self, kind: bytes, item: int) -> list[int]:
        return next((targets for found, source, targets in self.references if (found, source) == (kind, item)), [])

    def _read_kinds(self, at: int, end: int) -> None:
        start = at + (8 if self.data[at] else 6)
        for kind, (entry, stop) in self.boxes.children(self.data, start, end):
            version = self.data[entry]
            if kind == b"infe" and version >= 2:
                (item,) = struct.unpack_from(">I" if version > 2 else ">H", self.data, entry + 4)
                name = entry + (10 if version > 2 else 8)
                self.kinds[item] = self.data[name : min(name + 4, stop)]

    def _read_references(self, at: int, end: int) -> None:
        form, size = (">I", 4) if self.data[at] else (">H", 2)
        for kind, (entry, _) in self.boxes.children(self.data, at + 4, end):
            (item,), (count,) = (
                struct.unpack_from(form, self.data, entry),
                struct.unpack_from(">H", self.data, entry + size),
            )
            self.boxes.count(count)
            first = entry + size + 2
            targets = [struct.unpack_from(form, self.data, first + size * number)[0] for number in range(count)]
            self.references.append((kind, item, targets))

    def _read_properties(self, at: int, end: int) -> None:
        for kind, span in self.boxes.children(self.data, at, end):
            if kind == b"ipco":
                self.properties += self.boxes.children(self.data, *span)
            elif kind == b"ipma":
                self._read_associations(span[0])

    def _read_associations(self, at: int) -> None:
        version, is_wide = self.data[at], self.data[at + 3] & 1
        (entries,), at = struct.unpack_from(">I", self.data, at + 4), at + 8
        self.boxes.count(entries)
        for _ in range(entries):
            (item,) = struct.unpack_from(">I" if version else ">H", self.data, at)
            at += 4 if version else 2
            count, at = self.data[at], at + 1
            form, mask = (">H", 0x7FFF) if is_wide else (">B", 0x7F)
            width = 1 + is_wide
            numbers = [struct.unpack_from(form, self.data, at + width * one)[0] & mask for one in range(count)]
            self.properties_of.setdefault(item, []).extend(numbers)
            at += width * count

    def _read_extents(self, at: int) -> None:
        version, sizes = self.data[at], self.data[at + 4 : at + 6]
        reader = _Numbers(self.data, at + 6)
        offset_bytes, length_bytes, base_bytes = sizes[0] >> 4, sizes[0] & 15, sizes[1] >> 4
        index_bytes = sizes[1] & 15 if version else 0
        id_bytes = 4 if version == 2 else 2
        entries = reader.read(id_bytes)
        self.boxes.count(entries)
        for _ in range(entries):
            item, method = reader.read(id_bytes), reader.read(2) & 15 if version else 0
            reader.read(2)
            base, count = reader.read(base_bytes), reader.read(2)
            self.boxes.count(count)
            spans = []
            for _ in range(count):
                reader.read(index_bytes)
                begin, length = base + reader.read(offset_bytes), reader.read(length_bytes)
                spans.append((begin, begin + length))
            self.extents[item] = (method, spans)


@dataclass(slots=True)
class _Numbers:
    """Reads big-endian numbers of any width."""

    data: bytes
    at: int

    def read(self, size: int) -> int:
        """The next number of ``size`` bytes, 0 where it has none."""
        if self.at + size > len(self.data):
            raise broken("it ends too early")
        self.at += size
        return int.from_bytes(self.data[self.at - size : self.at], "big")


PILLOW_FORMATS: Final[Mapping[str, str]] = {"image/avif": "AVIF", "image/heic": "HEIF"}
"""What Pillow calls the formats."""


def let_pillow_read() -> None:
    """Have Pillow read HEIC by pillow-heif: the primary picture alone."""
    import pillow_heif

    pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)
