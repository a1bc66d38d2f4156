"""One photo to ``POST /search_image`` of a server on loopback."""

import http.client
import json


def post_photo(port: int, data: bytes) -> str:
    """The status with the problem's code; 200 has to carry results. ``no answer`` where the connection broke."""
    body = b'--x\r\nContent-Disposition: form-data; name="image"; filename="a"\r\n\r\n' + data + b"\r\n--x--\r\n"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=200)
    try:
        connection.request("POST", "/search_image", body, {"Content-Type": "multipart/form-data; boundary=x"})
        answer = connection.getresponse()
        document = json.loads(answer.read())
    except (OSError, http.client.HTTPException) as error:
        return f"no answer: {type(error).__name__}"
    finally:
        connection.close()
    if answer.status == 200:
        return "200" if document["results"] else "WRONG 200 without results"
    return f"{answer.status} {document['code']}"
