import { screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, test } from "vitest";
import { product } from "@/testing/products";
import { renderAdminAt } from "@/testing/render";
import { problem, server } from "@/testing/server";
import { draftOf, listed, NEW_RULE, ruleOf } from "./rule-draft";

const RULES = "*/v1/merchandising/rules";

function desk(records: object[] = []) {
  const sent: unknown[] = [];
  server.use(
    http.get(RULES, () => HttpResponse.json({ records })),
    http.put(`${RULES}/:key`, async ({ request, params: { key } }) => {
      const value = await request.json();
      sent.push({ key, version: new URL(request.url).searchParams.get("version"), value });
      const record = { key, version: 1, value: { ...NEW_RULE, ...(value as object) } };
      const at = records.findIndex((one) => "key" in one && one.key === key);
      records.splice(at < 0 ? records.length : at, 1, record);
      return HttpResponse.json(record);
    }),
  );
  return sent;
}

test("a rule is previewed and saved", async () => {
  const sent = desk();
  const [boots, bag] = [product({ item_id: "1", title: "Boots" }), product({ item_id: "2", title: "Bag" })];
  const moved = [
    { item_id: "2", before: 2, after: 1, rules: ["x"], hidden: false },
    { item_id: "1", before: 1, after: 2, rules: [], hidden: false },
  ];
  server.use(
    http.post("*/v1/merchandising/rules:preview", () =>
      HttpResponse.json({ before: [boots, bag], after: [bag, boots], moved }),
    ),
  );
  const { user } = renderAdminAt("/admin/rules");
  expect(await screen.findByText("No rules yet")).toBeInTheDocument();
  await user.click(screen.getByRole("button", { name: "New rule" }));
  await user.type(screen.getByLabelText("Name"), "Bags first");
  await user.type(screen.getByLabelText("Item ids"), "2, 1");
  await user.click(screen.getByRole("button", { name: "Preview" }));
  const after = await screen.findByRole("region", { name: "After" });
  expect(within(after).getAllByRole("listitem")[0]).toHaveTextContent("2 → 1");
  expect(within(after).getAllByRole("listitem")[1]).toHaveTextContent("1 → 2 (others moved it)");
  expect(screen.getByRole("status")).toHaveTextContent("2 products change their place.");
  await user.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByRole("article", { name: "Bags first" })).toHaveTextContent("Pin to a place · 2, 1");
  expect(sent).toEqual([
    {
      key: expect.stringMatching(/^rule-/),
      version: "0",
      value: { ...NEW_RULE, name: "Bags first", item_ids: ["2", "1"] },
    },
  ]);
});

test("a change of somebody else is said in words", async () => {
  desk([{ key: "a", version: 3, value: { ...NEW_RULE, name: "Old", item_ids: ["1"] } }]);
  server.use(http.delete(`${RULES}/a`, () => problem("changed", 409)));
  const { user } = renderAdminAt("/admin/rules");
  await user.click(await screen.findByRole("button", { name: "Remove Old" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("Somebody changed it in the meantime.");
  await user.click(screen.getByRole("button", { name: "Edit Old" }));
  await user.selectOptions(screen.getByLabelText("What it does"), "Hide");
  expect(screen.queryByLabelText("Place, from 1")).not.toBeInTheDocument();
  await user.type(screen.getByLabelText("Brands"), "Nord");
  server.use(http.put(`${RULES}/a`, () => problem("invalid-parameter", 422)));
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(screen.getByRole("alert")).toHaveTextContent("Not saved: invalid-parameter"));
});

test("a draft becomes the same rule again, without what its action does not use", () => {
  const rule = { ...NEW_RULE, name: "x", action: "boost" as const, brands: ["A", "B"], margin_min: 12.5, priority: -3 };
  expect(ruleOf(draftOf(rule))).toEqual(rule);
  expect(ruleOf({ ...draftOf(rule), action: "pin" })).toEqual({ ...NEW_RULE, name: "x", priority: -3 });
  expect(ruleOf({ ...draftOf(rule), margin_min: "12,5" }).margin_min).toBe(12.5);
  expect(listed(" a, ,b ")).toEqual(["a", "b"]);
});

test("a rule is switched at once, and back where that cannot be stored", async () => {
  const sent = desk([{ key: "a", version: 3, value: { ...NEW_RULE, name: "Old", item_ids: ["1"] } }]);
  server.use(http.put(`${RULES}/a`, () => problem("changed", 409), { once: true }));
  renderAdminAt("/admin/rules");
  const box = await screen.findByRole<HTMLInputElement>("checkbox");
  box.click();
  expect(box).not.toBeChecked();
  expect(await screen.findByRole("alert")).toHaveTextContent("Somebody changed it in the meantime.");
  expect(box).toBeChecked();
  box.click();
  await waitFor(() => expect(sent).toMatchObject([{ key: "a", version: "3", value: { enabled: false } }]));
  expect(box).not.toBeChecked();
});
