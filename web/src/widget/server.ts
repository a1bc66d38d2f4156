/** Where the server is: this script comes from `embed/` below its address. */
const script = document.currentScript; // while the script runs for the first time
const HOME = script instanceof HTMLScriptElement && script.src !== "" ? new URL("..", script.src).href : "";

/** The server of an element: its attribute `server`, else where the script came from. */
export function serverOf(element: HTMLElement): string {
  const server = element.getAttribute("server") ?? HOME;
  if (server === "") {
    throw new Error(
      `<${element.localName}> does not know its server, because its script was not loaded from there. ` +
        'Give it the attribute server="https://…".',
    );
  }
  return new URL(server, document.baseURI).href;
}
