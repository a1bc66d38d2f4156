import { screen, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, test } from "vitest";
import { renderAdminAt } from "@/testing/render";
import { problem, server } from "@/testing/server";

const started = {
  ...{ name: "mixed", surface: "search", method: "interleave", a: "plain", b: "personal", metric: "click" },
  ...{ guardrails: ["hides"], tolerance: 0.1, alpha: 0.05, share: 1 },
  ...{ state: "running", started: "2026-11-27T08:00:00Z", stopped: null },
};
const report = {
  ...started,
  ...{ exposed: { a: 2310, b: 2310 }, wins: { a: 511, b: 689 }, undecided: 1110, b_share: 0.574 },
  ...{ low: 0.532, high: 0.616, is_split_sound: true, verdict: "b_wins" },
  harms: [{ name: "hides", a: 12, b: 9, ratio_low: 0.4, is_broken: false }],
};

/** A server with these experiments, and what it was sent. */
function laboratory(experiments: object[], answered: object = report) {
  const sent: unknown[] = [];
  server.use(
    http.get("*/v1/experiments", () => HttpResponse.json({ experiments })),
    http.get("*/v1/experiments/:name", () => HttpResponse.json(answered)),
    http.post("*/v1/experiments", async ({ request }) => {
      const wanted = (await request.json()) as object;
      sent.push(wanted);
      experiments.push({ ...started, ...wanted });
      return HttpResponse.json(started, { status: 201 });
    }),
    http.delete("*/v1/experiments/:name", ({ params }) => {
      sent.push(params.name);
      experiments[0] = { ...started, state: "stopped", stopped: "2026-11-28T08:00:00Z" };
      return new HttpResponse(null, { status: 204 });
    }),
  );
  return sent;
}

test("an experiment is started, read in words and stopped", async () => {
  const sent = laboratory([]);
  const { user } = renderAdminAt("/admin/experiments");
  expect(await screen.findByText("No experiments yet")).toBeInTheDocument();
  await user.type(screen.getByLabelText("Name"), "mixed");
  await user.type(screen.getByLabelText(/^B:/), "personal");
  await user.click(screen.getByRole("button", { name: "Start" }));
  const card = within(await screen.findByRole("article", { name: "mixed" }));
  expect(await card.findByText(/B is better: it can replace A/)).toBeInTheDocument();
  expect(card.getByText("B won 689 of 1,200 decided sessions; 1,110 undecided.")).toBeInTheDocument();
  expect(card.getByText(/57\.4 %, in truth from 53\.2 to 61\.6 %/)).toBeInTheDocument();
  expect(card.getByText(/hid a product: 12 with A, 9 with B/)).toBeInTheDocument();
  await user.click(card.getByRole("button", { name: "Stop mixed" }));
  await user.click(card.getByRole("button", { name: "Keep it" }));
  await user.click(card.getByRole("button", { name: "Stop mixed" }));
  await user.click(card.getByRole("button", { name: "Stop it" }));
  expect(await screen.findByText(/to .*2026/)).toBeInTheDocument();
  const wanted = { name: "mixed", a: "plain", b: "personal", method: "interleave" };
  expect(sent).toEqual([{ ...wanted, metric: "click", guardrails: ["hides"] }, "mixed"]);
});

test("a test by shoppers has a metric and more guardrails; harm is said first", async () => {
  const harms = [{ name: "slow", a: 300, b: 500, ratio_low: 1.3, is_broken: true }];
  const sent = laboratory([started], { ...report, method: "ab", metric: "purchase", harms, verdict: "harmful" });
  const { user } = renderAdminAt("/admin/experiments");
  expect(await screen.findByText("B does harm: stop the experiment.")).toBeInTheDocument();
  expect(screen.getByText("bought: 511 of 2,310 shoppers with A, 689 of 2,310 with B.")).toBeInTheDocument();
  expect(screen.getByText("Broken:")).toBeInTheDocument();
  await user.type(screen.getByLabelText("Name"), "buyers");
  await user.type(screen.getByLabelText(/^B:/), "personal");
  await user.selectOptions(screen.getByLabelText("How"), "ab");
  await user.selectOptions(screen.getByLabelText(/more often/), "purchase");
  await user.click(screen.getByRole("button", { name: "Start" }));
  const guardrails = ["hides", "no_results", "errors", "slow"];
  expect(sent[0]).toMatchObject({ method: "ab", metric: "purchase", guardrails });
});

test("why an experiment cannot start is said", async () => {
  laboratory([]);
  server.use(http.post("*/v1/experiments", () => problem("experiment-conflict", 409)));
  const { user } = renderAdminAt("/admin/experiments");
  await user.type(await screen.findByLabelText("Name"), "mixed");
  await user.type(screen.getByLabelText(/^B:/), "personal");
  await user.click(screen.getByRole("button", { name: "Start" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("That did not work: experiment-conflict");
});
