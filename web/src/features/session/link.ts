/** The code of a one-time link. It stands behind `#link=`, so that no server logs it, and is taken out of the address. */
let code = "";

export function readLink(location: Location, history: History): void {
  code = new URLSearchParams(location.hash.slice(1)).get("link") ?? "";
  if (code) history.replaceState(history.state, "", location.pathname + location.search);
}

/** The code, to the first who asks; else "". */
export function takeLink(): string {
  const taken = code;
  code = "";
  return taken;
}
