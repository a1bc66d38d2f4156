"""Read numbers bit by bit, as video codings write them."""

from dataclasses import dataclass


@dataclass(slots=True)
class Bits:
    """A position in ``data``, in bits; raises ``IndexError`` behind the end."""

    data: bytes
    at: int = 0

    def read(self, count: int) -> int:
        """The next ``count`` bits, most significant first."""
        value = 0
        for _ in range(count):
            value = value << 1 | self.data[self.at >> 3] >> (7 - (self.at & 7)) & 1
            self.at += 1
        return value

    def read_golomb(self) -> int:
        """An Exp-Golomb code of up to 32 bits (ITU-T H.265, 9.2)."""
        zeros = 0
        while not self.read(1):
            zeros += 1
            if zeros > 32:
                raise IndexError("not an Exp-Golomb code")
        return (1 << zeros) - 1 + self.read(zeros)
