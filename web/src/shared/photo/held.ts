/** The photo in the tab's own storage, so that it survives a reload; it is gone when the tab is closed. */
const STORED_AS = "deepstyle.photo";
const MOST_BYTES = 2_000_000; // browsers give a tab about 5 MB, and base64 takes a third more

/** Stores `file`, or deletes what is stored; without storage, or room in it, the photo is lost with a reload. */
export function holdFile(file: Blob | undefined): void {
  forget();
  if (file === undefined || file.size > MOST_BYTES) return;
  const reader = new FileReader();
  latest = reader;
  reader.onload = () => {
    if (latest !== reader) return; // another photo was chosen, or this one removed
    try {
      sessionStorage.setItem(STORED_AS, String(reader.result));
    } catch {
      forget();
    }
  };
  try {
    reader.readAsDataURL(file);
  } catch {
    forget();
  }
}

let latest: FileReader | undefined;

function forget(): void {
  latest = undefined;
  try {
    sessionStorage.removeItem(STORED_AS);
  } catch {
    // Without storage nothing is stored.
  }
}

export function heldFile(): Blob | undefined {
  try {
    const [head = "", body = ""] = (sessionStorage.getItem(STORED_AS) ?? "").split(",", 2);
    const type = /^data:(image\/[\w.+-]+);base64$/.exec(head)?.[1];
    if (type === undefined) return undefined;
    return new Blob([Uint8Array.from(atob(body), (char) => char.charCodeAt(0))], { type });
  } catch {
    return undefined;
  }
}
