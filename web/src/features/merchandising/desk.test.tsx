import { fireEvent, screen, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, test } from "vitest";
import { product } from "@/testing/products";
import { renderAdminAt } from "@/testing/render";
import { problem, server } from "@/testing/server";
import { moved } from "./moved";

test("a list with one entry elsewhere", () => {
  expect(moved(["a", "b", "c"], 0, 2)).toEqual(["b", "c", "a"]);
  expect(moved(["a", "b", "c"], 2, 0)).toEqual(["c", "a", "b"]);
  expect(moved(["a"], 3, 0)).toEqual(["a"]);
});

test("synonyms and redirects are added and removed", async () => {
  const synonyms = [{ key: "s", version: 1, value: { words: ["trainers", "sneakers"] } }];
  const sent: unknown[] = [];
  server.use(
    http.get("*/v1/merchandising/synonyms", () => HttpResponse.json({ records: synonyms })),
    http.get("*/v1/merchandising/redirects", () => HttpResponse.json({ records: [] })),
    http.put("*/v1/merchandising/redirects/:key", async ({ request }) => {
      sent.push(await request.json());
      return problem("invalid-parameter", 422);
    }),
    http.delete("*/v1/merchandising/synonyms/s", () => {
      synonyms.pop();
      return new HttpResponse(null, { status: 204 });
    }),
  );
  const { user } = renderAdminAt("/admin/words");
  await user.click(await screen.findByRole("button", { name: "Remove trainers, sneakers" }));
  expect(await screen.findByText("No synonyms of your own yet.")).toBeInTheDocument();
  await user.type(screen.getByLabelText("Search"), "gift");
  await user.type(screen.getByLabelText("Leads to"), "//evil");
  await user.click(screen.getByRole("button", { name: "Add redirect" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("Not saved");
  expect(sent).toEqual([{ query: "gift", to: "//evil" }]);
});

test("a look is arranged by buttons and by drag", async () => {
  const sent: unknown[] = [];
  const value = { title: "Autumn", item_ids: ["1", "2", "3"] };
  server.use(
    http.get("*/v1/merchandising/looks", () => HttpResponse.json({ records: [{ key: "a", version: 2, value }] })),
    http.get("*/v1/items/:id", ({ params: { id } }) =>
      HttpResponse.json(product({ item_id: String(id), title: `Thing ${String(id)}` })),
    ),
    http.put("*/v1/merchandising/looks/a", async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json({ key: "a", version: 3, value });
    }),
  );
  const { user } = renderAdminAt("/admin/looks");
  await user.click(await screen.findByRole("button", { name: "Edit Autumn" }));
  await user.click(await screen.findByRole("button", { name: "Move Thing 1 later" }));
  expect(screen.getByRole("status")).toHaveTextContent("Thing 1 is number 2 of 3");
  const items = within(screen.getByRole("list", { name: "Items in their order" })).getAllByRole("listitem");
  fireEvent.dragStart(items[2] as HTMLElement);
  fireEvent.drop(items[0] as HTMLElement);
  await user.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByRole("button", { name: "Edit Autumn" })).toBeInTheDocument();
  expect(sent).toEqual([{ title: "Autumn", item_ids: ["3", "2", "1"] }]);
});
