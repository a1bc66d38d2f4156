/** A photo that another app shares with the installed shop: held in memory until the page that opens asks for it. */

const HELD_MS = 60_000;
let held: { readonly file: File; readonly until: number } | undefined;

/** Takes the photo out of the form and opens the shop, which asks for it; no request leaves the device. */
export async function receive(request: Request, scope: string): Promise<Response> {
  try {
    const files = (await request.formData()).getAll("photo").filter((entry) => entry instanceof File);
    held = files[0] && { file: files[0], until: Date.now() + HELD_MS };
  } catch {
    held = undefined; // no form: the page says that nothing arrived
  }
  return Response.redirect(`${scope}#shared`, 303);
}

/** The photo, once. */
export function handOver(): File | undefined {
  const given = held && held.until > Date.now() ? held.file : undefined;
  held = undefined;
  return given;
}
