"""Reading a multipart upload: images and a few small fields, refused as early as possible."""

import logging
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fastapi import Request
from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from deepstyle.api.limits import LIMITS
from deepstyle.api.problems import ProblemError

IMAGE_FIELDS: Final = ("image", "file")
MAX_IMAGES: Final = int(LIMITS["form_images"].value)
_CHARSETS: Final = frozenset({"utf-8", "utf8", "us-ascii"})
_MAX_FIELDS: Final = int(LIMITS["form_fields"].value)
_MAX_FIELD_BYTES: Final = int(LIMITS["form_field_bytes"].value)
_IN_MEMORY_BYTES: Final = int(LIMITS["small_body_bytes"].value)
UPLOAD_PROBLEMS: Final = (
    "malformed-request",
    "request-timeout",
    "body-too-large",
    "image-too-large",
    "unsupported-media-type",
    "unsupported-image",
    "missing-image",
    "several-images",
    "broken-image",
    "not-ready",
    "storage-full",
)
IMAGE: Final = {
    "type": "string",
    "format": "binary",
    "description": "JPEG, PNG, WebP, GIF (first frame), AVIF or, with the extra `heif`, HEIC; up to 10 MiB and 40 "
    "megapixels (JPEG: 200), fewer in slow codings.",
}
NONE: Final[Mapping[str, str]] = {}
log = logging.getLogger("deepstyle.api")


@dataclass(frozen=True, slots=True)
class Upload:
    """A parsed form: ``image`` is still where the parser spooled it, ``fields`` are the other fields as text.

    ``name`` is the form's name of the image.
    """

    image: UploadFile | None
    fields: Mapping[str, Sequence[str]]
    name: str = "image"

    def read(self) -> bytes:
        """The image's bytes; blocks where they lie on disk."""
        try:
            return self.require().file.read()
        except OSError as error:
            raise no_storage(error) from error

    def require(self) -> UploadFile:
        """The image; raises ``ProblemError`` where none was sent, or an empty one."""
        if self.image is None:
            raise ProblemError("missing-image", "the form has no file in the field `image`.")
        if not self.image.size:
            shown = "image" if self.name in IMAGE_FIELDS else self.name
            raise ProblemError("missing-image", f"the file in the field `{shown}` is empty.")
        return self.image

    def close(self) -> None:
        """Delete the spooled file."""
        if self.image is not None:
            self.image.file.close()


def close_all(uploads: Iterable[Upload]) -> None:
    """Delete the spooled files of several."""
    for upload in uploads:
        upload.close()


def silence_parser() -> None:
    """Keep the form parser's warnings out of the log: a malformed form is the client's business, and answered."""
    logging.getLogger("python_multipart").setLevel(logging.CRITICAL)


class _WholeForm(MultiPartParser):
    """Starlette's parser, which also refuses a form without its closing boundary, and bounds what is in memory."""

    ended = False
    received_bytes = 0

    def on_end(self) -> None:
        self.ended = True

    async def chunks(self, request: Request) -> AsyncGenerator[bytes, None]:
        # Raised from within the stream, so that the parser itself lets go of the files it has begun.
        async for chunk in request.stream():
            self.received_bytes += len(chunk)
            # Each file that begins has what the others left; 0 would mean no bound.
            self.spool_max_size = max(1, _IN_MEMORY_BYTES - self.received_bytes)
            yield chunk
        if not self.ended:
            raise MultiPartException("it ends before its closing boundary.")


async def read_upload(request: Request) -> Upload:
    """Parse a form with at most one image."""
    uploads, fields = await read_uploads(request, most=1)
    return uploads[0] if uploads else Upload(None, fields)


async def read_uploads(
    request: Request, *, most: int, others: Sequence[str] = ()
) -> tuple[list[Upload], Mapping[str, Sequence[str]]]:
    """Parse the request's form, spooling files over 1 MiB to disk: up to ``most`` images, each as an upload of its
    own, one more in each of the fields ``others``, and the other fields; the caller's body cap applies while it
    streams."""
    kind = request.headers.get("content-type", "")
    if not kind:
        raise ProblemError("missing-image", "the request has no form.")
    if not kind.lower().startswith("multipart/form-data"):
        raise ProblemError("unsupported-media-type", f"the body is {kind.split(';')[0][:100]!r}.")
    if _charset(kind) not in _CHARSETS:
        raise ProblemError("malformed-request", "the form's charset is not UTF-8.", remedy="Send the form in UTF-8.")
    return await _take_apart(await _parse(request, max(most, MAX_IMAGES)), most, others)


def _charset(content_type: str) -> str:
    """The charset that the header names, ``utf-8`` where it names none; the parser would take any codec of Python."""
    _, options = parse_options_header(content_type)
    return options.get(b"charset", b"utf-8").decode("latin-1").lower()


async def _parse(request: Request, max_files: int) -> FormData:
    parser = _WholeForm(
        request.headers,
        request.stream(),
        max_files=max_files,
        max_fields=_MAX_FIELDS,
        max_part_size=_MAX_FIELD_BYTES,
    )
    parser.stream = parser.chunks(request)
    try:
        return await parser.parse()
    except MultiPartException as error:
        code = "several-images" if error.message.startswith("Too many files") else "malformed-request"
        raise ProblemError(code, f"the form cannot be read: {error.message}") from error
    except OSError as error:
        raise no_storage(error) from error


def no_storage(error: OSError) -> ProblemError:
    """A full or broken temporary folder is the operator's to see to, and may be well again in a moment."""
    log.warning("an upload could not be stored in the temporary folder: %s", error.strerror)
    return ProblemError("storage-full", "the server has no room for the upload.")


async def _take_apart(
    form: FormData, most: int, others: Sequence[str]
) -> tuple[list[Upload], Mapping[str, Sequence[str]]]:
    """The images and the other fields; a file anywhere else than in an image field is refused, not ignored."""
    files = [(name, value) for name, value in form.multi_items() if isinstance(value, UploadFile)]
    fields: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            fields.setdefault(name, []).append(value)
    images, named = [name for name, _ in files if name not in others], [name for name, _ in files if name in others]
    if len(images) > most:
        await form.close()
        expected = "expected one" if most == 1 else f"expected at most {most}"
        raise ProblemError("several-images", f"the form has {len(images)} files, {expected}.")
    if len(named) > len(set(named)):
        await form.close()
        raise ProblemError("several-images", f"the form has several files in the field {max(named)!r}, expected one.")
    misplaced = [name for name in images if name not in IMAGE_FIELDS]
    if misplaced:
        await form.close()
        raise ProblemError("missing-image", f"the file is in the field {misplaced[0][:100]!r}, not in `image`.")
    if texts := [name for name in (*IMAGE_FIELDS, *others) if name in fields]:
        await form.close()
        shown = texts[0] if texts[0] in others else "image"
        raise ProblemError("missing-image", f"the field `{shown}` holds text, not a file.")
    return [Upload(image, fields, name) for name, image in files], fields


def form_body(
    properties: dict[str, Any], required: list[str], *, or_json: bool = False, others: Mapping[str, str] = NONE
) -> dict[str, Any]:
    """OpenAPI's description of a form that the route itself parses, to refuse it while it streams.

    ``or_json``: the body may also be JSON with the same fields, without an image; ``others`` are further images, each
    with what it is.
    """
    images = {"image": IMAGE, **{name: {**IMAGE, "description": what} for name, what in others.items()}}
    schema = {"type": "object", "properties": {**images, **properties}, "required": required}
    content = {"multipart/form-data": {"schema": schema}}
    if or_json:
        content["application/json"] = {"schema": {"type": "object", "properties": properties}}
    return {"requestBody": {"required": True, "content": content}}
