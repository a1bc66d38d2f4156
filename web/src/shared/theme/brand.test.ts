import { expect, test } from "vitest";
import { readBrand } from "./brand";

const pageOf = (head: string) => new DOMParser().parseFromString(`<head>${head}</head>`, "text/html");
const meta = (name: string, content: string) => `<meta name="${name}" content="${content}">`;

test("what the server wrote is what is shown", () => {
  const values = { "application-name": "A &amp; B", logo: "/theme/1.svg", "logo-size": "120 32", currency: "CHF" };
  const head = Object.entries({ ...values, languages: "de en" }).map(([name, content]) => meta(name, content));
  expect(readBrand(pageOf(head.join("")))).toEqual({
    name: "A & B",
    logo: { src: "/theme/1.svg", width: 120, height: 32 },
    currency: "CHF",
    languages: ["de", "en"],
  });
});

test("a page without a theme is deepstyle's, in both languages", () => {
  const own = { name: "deepstyle", logo: undefined, currency: "", languages: ["en", "de"] };
  expect(readBrand(pageOf(meta("application-name", "deepstyle") + meta("logo", "")))).toEqual(own);
  expect(readBrand(undefined)).toEqual(own);
});
