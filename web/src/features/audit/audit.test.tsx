import { screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, test } from "vitest";
import { renderAdminAt } from "@/testing/render";
import { server } from "@/testing/server";

const declared = { name: "mixed", surface: "search", a: "plain", b: "personal", stopped_s: null };
const started = {
  ...{ entry_id: "e1", at: "2026-11-28T08:00:00Z", who: "jo", kind: "experiments", key: "mixed" },
  ...{ before: null, after: declared, undoes: "", can_undo: true },
};
const stopped = {
  ...{ ...started, entry_id: "e0", who: "al", before: declared, after: { ...declared, stopped_s: 1 } },
  ...{ undoes: "e1", can_undo: false },
};

test("an experiment is in the log with who and when; its start is undone by stopping it, once", async () => {
  const entries: object[] = [started];
  const undone: unknown[] = [];
  server.use(
    http.get("*/v1/audit", () => HttpResponse.json({ entries, next_cursor: null })),
    http.post("*/v1/audit/:entry", ({ params }) => {
      undone.push(params.entry);
      entries.splice(0, 1, stopped, { ...started, can_undo: false });
      return HttpResponse.json(stopped);
    }),
  );
  const { user } = renderAdminAt("/admin/audit");
  const entry = within(await screen.findByRole("article", { name: "Experiment: mixed" }));
  expect(entry.getByText(/Started by jo, .*2026/)).toBeInTheDocument();
  await user.click(entry.getByRole("button", { name: "Undo: Experiment: mixed" }));
  expect(undone).toEqual([]);
  await user.click(entry.getByRole("button", { name: "Stop it" }));
  await waitFor(() => expect(screen.getAllByText("An experiment that has ended cannot go on.")).toHaveLength(2));
  expect(screen.getByText(/Undone by al, /)).toBeInTheDocument();
  expect(screen.queryByRole("button", { name: /Undo/ })).not.toBeInTheDocument();
  expect(undone).toEqual(["e1:undo"]);
});
