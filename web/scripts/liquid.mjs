/** Checks the section for Shopify themes: Shopify's own parser and linter, then what it renders for products. */
import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { themeCheckRun } from "@shopify/theme-check-node";
import { Liquid } from "liquidjs";

const SECTION = "examples/deepstyle.liquid";
const SERVER = "https://search.shop.example";

/** What Shopify would complain about in a theme that has the section alone. */
async function complaints() {
  const theme = mkdtempSync(join(tmpdir(), "deepstyle-theme-"));
  try {
    for (const folder of ["sections", "locales"]) mkdirSync(join(theme, folder));
    cpSync(SECTION, join(theme, "sections", "deepstyle.liquid"));
    const { offenses } = await themeCheckRun(theme, undefined, () => {});
    return offenses.map(({ check, message, start }) => `line ${start.line + 1}: ${check}: ${message}`);
  } finally {
    rmSync(theme, { recursive: true });
  }
}

/** The section as a page has it; `schema` is Shopify's own tag, whose content is never shown. */
function rendered(settings, sku) {
  const engine = new Liquid({ strictFilters: true });
  engine.registerTag("schema", {
    parse(_tag, rest) {
      while (rest.length > 0 && rest.shift().name !== "endschema");
    },
    render: () => "",
  });
  return engine.parseAndRenderSync(readFileSync(SECTION, "utf8"), {
    section: { settings: { server: SERVER, accent: "#1c1a18", similar: true, goes_with: true, ...settings } },
    product: { selected_or_first_available_variant: { sku } },
    routes: { root_url: "/de/" },
    request: { locale: { iso_code: "de" } },
  });
}

assert.deepEqual(await complaints(), []);
const page = rendered({ server: ` ${SERVER} ` }, 'a"b<c');
assert.ok(page.includes(`<script src="${SERVER}/embed/deepstyle.js" async></script>`));
assert.equal(page.split('item-id="a&#34;b&lt;c"').length, 3, "two widgets, with an escaped id");
assert.equal(page.split('item-link="/de/products/{model_id}"').length, 3);
assert.ok(!rendered({ similar: false }, "1").includes("deepstyle-similar"));
for (const nothing of [rendered({ server: "" }, "1"), rendered({}, "")]) assert.equal(nothing.trim(), "");
const [, schema] = readFileSync(SECTION, "utf8").match(/{% schema %}([\s\S]*){% endschema %}/);
assert.deepEqual(
  JSON.parse(schema).settings.map(({ id }) => id),
  ["server", "accent", "similar", "goes_with"],
);
console.log(`${SECTION}: nothing to complain about`);
