import { screen, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, test } from "vitest";
import { renderAdminAt } from "@/testing/render";
import { problem, server } from "@/testing/server";

test("a report is a table, another one is chosen, and each is a CSV", async () => {
  const asked: string[] = [];
  server.use(
    http.get("*/v1/analytics/:report", ({ request, params: { report } }) => {
      asked.push(new URL(request.url).pathname);
      const rows =
        report === "coverage" ? [{ shown: 20, items: 40, share: 0.5 }] : [{ user_query: "boots", searches: 1200 }];
      return HttpResponse.json({ report, first: "2026-11-01", last: "2026-11-27", rows });
    }),
  );
  const { user } = renderAdminAt("/admin/analytics");
  const table = await screen.findByRole("table");
  expect(within(table).getByRole("columnheader", { name: "Searches" })).toBeInTheDocument();
  expect(within(table).getByRole("cell", { name: "1,200" })).toBeInTheDocument();
  await user.selectOptions(screen.getByLabelText("Report"), "Coverage");
  expect(await screen.findByRole("cell", { name: "50%" })).toBeInTheDocument();
  expect(screen.getByRole("link", { name: "Download CSV" })).toHaveAttribute(
    "href",
    "/v1/analytics/coverage?format=csv&limit=1000",
  );
  expect(asked).toEqual(["/v1/analytics/top-queries", "/v1/analytics/coverage"]);
});

test("a change is undone; one that is too old says so", async () => {
  const entry = {
    ...{ at: "2026-11-27T09:00:00Z", who: "jo", kind: "rules", key: "a" },
    ...{ before: null, undoes: "", can_undo: true },
  };
  const after = { name: "Boots first", action: "pin" };
  let isRefused = true;
  const entries = [{ ...entry, entry_id: "e1", after }];
  server.use(
    http.get("*/v1/audit", () => HttpResponse.json({ entries, next_cursor: null })),
    http.post("*/v1/audit/:undo", () => {
      if (isRefused) return problem("changed", 409);
      entries.unshift({ ...entry, entry_id: "e2", before: after as never, after: null as never, undoes: "e1" });
      return HttpResponse.json(entries[0]);
    }),
  );
  const { user } = renderAdminAt("/admin/audit");
  const undo = await screen.findByRole("button", { name: "Undo: Rule: Boots first" });
  await user.click(undo);
  expect(await screen.findByRole("alert")).toHaveTextContent("Undo the later changes first.");
  isRefused = false;
  await user.click(undo);
  expect(await screen.findByText(/^Undone by jo/)).toBeInTheDocument();
});
