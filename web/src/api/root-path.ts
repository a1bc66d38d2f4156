/** The path prefix that the site is served below, such as `/shop`, from `<meta name="root">`; "" where there is none. */
export const ROOT_PATH = readRootPath(globalThis.document);

export function readRootPath(page: Document | undefined): string {
  const root = page?.querySelector<HTMLMetaElement>('meta[name="root"]')?.content ?? "/";
  return root.replace(/\/+$/, "");
}
