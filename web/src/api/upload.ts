/** Uploads that tell how far they are, which `fetch` does not; `useUploaded` reads it. */
import { useSyncExternalStore } from "react";

let uploaded: number | undefined;
const listeners = new Set<() => void>();

function tell(part: number | undefined): void {
  uploaded = part;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The part of the current upload that was sent, from 0 to 1; undefined while nothing is sent. */
export function useUploaded(): number | undefined {
  return useSyncExternalStore(subscribe, () => uploaded);
}

/** As `fetch`, with an answer that is there as a whole; rejects with an `AbortError` if the request's signal aborts. */
export async function upload(request: Request): Promise<Response> {
  const body = await request.arrayBuffer();
  request.signal.throwIfAborted();
  return new Promise<Response>((resolve, reject) => {
    const call = new XMLHttpRequest();
    call.open(request.method, request.url);
    call.responseType = "arraybuffer";
    request.headers.forEach((value, name) => {
      call.setRequestHeader(name, value);
    });
    call.upload.onprogress = ({ loaded, total }) => tell(total > 0 ? loaded / total : undefined);
    call.upload.onloadend = () => tell(undefined);
    call.onload = () => resolve(responseOf(call));
    call.onerror = () => reject(new TypeError("the upload failed"));
    request.signal.addEventListener("abort", () => {
      call.abort();
      tell(undefined);
      reject(new DOMException("the upload was cancelled", "AbortError"));
    });
    call.send(body);
  });
}

function responseOf(call: XMLHttpRequest): Response {
  const headers = new Headers();
  for (const line of call.getAllResponseHeaders().split("\r\n")) {
    const at = line.indexOf(":");
    if (at > 0) headers.append(line.slice(0, at), line.slice(at + 1).trim());
  }
  return new Response(call.response, { status: call.status, headers });
}
