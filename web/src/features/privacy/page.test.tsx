import { screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { beforeEach, expect, test } from "vitest";
import type { ConsentChoice, ConsentState } from "@/api/types";
import { openShop } from "@/testing/catalogue";
import { renderAt } from "@/testing/render";
import { server } from "@/testing/server";

let state: ConsentState;
let chosen: ConsentChoice[];

beforeEach(() => {
  openShop();
  chosen = [];
  state = { state: "unasked" } as ConsentState;
  server.use(
    http.get("*/v1/consent", () => HttpResponse.json(state)),
    http.put("*/v1/consent", async ({ request }) => {
      const choice = (await request.json()) as ConsentChoice;
      chosen.push(choice);
      const isGiven = choice.measure || choice.personalise;
      state = { ...choice, state: isGiven ? "given" : "refused", at: "2026-11-27T09:00:00Z" } as ConsentState;
      return HttpResponse.json(state);
    }),
  );
});

test("both answers look alike, and refusing takes one click", async () => {
  const { user } = renderAt("/privacy");
  const [refuse, agree] = [
    await screen.findByRole("button", { name: "Refuse" }),
    screen.getByRole("button", { name: "Agree" }),
  ];
  expect(refuse.className).toBe(agree.className);
  await user.click(refuse);
  expect(await screen.findByText(/You refused/)).toBeInTheDocument();
  expect(chosen).toEqual([{ measure: false, personalise: false, erase: false }]);
});

test("consent is shown, changed by parts, and withdrawn with what was stored", async () => {
  const { user } = renderAt("/privacy");
  await user.click(await screen.findByRole("button", { name: "Agree" }));
  expect(await screen.findByText("You agreed on November 27, 2026.")).toBeInTheDocument();
  await user.click(screen.getByLabelText("Put what suits me first"));
  await waitFor(() => expect(chosen.at(-1)).toEqual({ measure: true, personalise: false, erase: false }));
  await user.click(screen.getByRole("button", { name: "Withdraw consent" }));
  await waitFor(() => expect(chosen.at(-1)).toEqual({ measure: false, personalise: false, erase: true }));
  expect(await screen.findByText(/You refused/)).toBeInTheDocument();
});

test("Global Privacy Control is said to be a no, and nothing is asked", async () => {
  state = { state: "refused", global_privacy_control: true } as ConsentState;
  renderAt("/privacy");
  expect(await screen.findByText(/sends Global Privacy Control/)).toBeInTheDocument();
  expect(within(screen.getByRole("main")).queryByRole("button")).not.toBeInTheDocument();
});

test("where nothing is stored, the page says so", async () => {
  state = { state: "off" } as ConsentState;
  renderAt("/privacy");
  expect(await screen.findByText(/nothing to agree to/)).toBeInTheDocument();
});

test("two choices in quick succession do not undo each other", async () => {
  state = { state: "given", measure: true, personalise: true, at: "2026-11-27T09:00:00Z" } as ConsentState;
  renderAt("/privacy");
  const [measure, personalise] = [
    await screen.findByLabelText<HTMLInputElement>(/^Remember what I do/),
    screen.getByLabelText("Put what suits me first"),
  ];
  measure.click();
  personalise.click();
  expect(measure).not.toBeChecked();
  expect(personalise).not.toBeChecked();
  expect(await screen.findByText(/You refused/)).toBeInTheDocument();
  expect(chosen.at(-1)).toEqual({ measure: false, personalise: false, erase: false });
});
