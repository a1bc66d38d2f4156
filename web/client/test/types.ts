// Compiled against the packed package, as a shop's code would be: what is wrong here must be an error of the compiler.
import { createClient, type LookLine, ProblemError } from "@deepstyle/client";

const shop = createClient({ baseUrl: "https://search.shop.example", key: "…" });
export const titles: string[] = (await shop.similar("a", { k: 4 })).results.map(({ item }) => item.title);
export const lines: AsyncGenerator<LookLine> = shop.shopTheLook(new Blob(), { budget: 100 });
export const code = (error: unknown): string => (error instanceof ProblemError ? error.code : "");
// @ts-expect-error: k is a number
await shop.similar("a", { k: "4" });
// @ts-expect-error: no such filter
await shop.items({ colors: ["red"] });
// @ts-expect-error: no such width
shop.imageUrl({ image_url: "" }, 100);
