/** Photos as iPhones take them: most browsers cannot open them, and some systems do not say what they are. */

export const HEIC = "image/heic";
/** The brands of files that hold a picture in HEVC, or may: ISO/IEC 23008-12, annex B. */
const BRANDS: readonly string[] = ["heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"];

/** The file with the type of HEIC where its first bytes say that it is one, and its type is not AVIF. */
export async function typed(file: Blob): Promise<Blob> {
  if (file.type === "image/avif") return file;
  const head = await startOf(file);
  const isHeic = head.startsWith("ftyp") && BRANDS.includes(head.slice(4));
  return isHeic ? new Blob([file], { type: HEIC }) : file;
}

/** The kind of its first box; "" for a file that cannot be read, as one that was deleted. */
async function startOf(file: Blob): Promise<string> {
  try {
    return new TextDecoder("latin1").decode(await file.slice(4, 12).arrayBuffer());
  } catch {
    return "";
  }
}
