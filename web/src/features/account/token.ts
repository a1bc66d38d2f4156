/** The one-time token of a mail's link: it stands after the `#`, and leaves the address at once. */
const TOKEN = /^#token=([\w-]{1,200})$/;
let taken = "";

export function takeToken(): string {
  const found = TOKEN.exec(globalThis.location.hash)?.[1];
  if (found) {
    taken = found;
    globalThis.history.replaceState(globalThis.history.state, "", globalThis.location.pathname);
  }
  return taken;
}
