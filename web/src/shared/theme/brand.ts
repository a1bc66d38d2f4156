/** What the operator's theme says of the shop. The server writes it into index.html, so that it is there at once. */
export type Brand = {
  readonly name: string;
  readonly logo: { readonly src: string; readonly width: number; readonly height: number } | undefined;
  /** For prices that the catalogue gives no currency; "" where the theme gives none either. */
  readonly currency: string;
  /** What the website is offered in; the first one is the default. */
  readonly languages: readonly string[];
};

export const BRAND = readBrand(globalThis.document);

export function readBrand(page: Document | undefined): Brand {
  const meta = (name: string) => page?.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? "";
  const [width = 0, height = 0] = meta("logo-size").split(" ").map(Number);
  return {
    name: meta("application-name") || "deepstyle",
    logo: meta("logo") ? { src: meta("logo"), width, height } : undefined,
    currency: meta("currency"),
    languages: (meta("languages") || "en de").split(" "),
  };
}
