import { QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, test } from "vitest";
import { newQueryClient } from "@/api/query-client";
import { problem, server } from "@/testing/server";
import { Personal } from "./personal";
import { personalQuery } from "./queries";

const LABEL = "Personal results are on";

/** Answers that a test gives when it wants to. */
function gate() {
  const waiting: ((answer: never) => void)[] = [];
  const ask = () => new Promise<never>((resolve) => waiting.push(resolve));
  const give = async (answer: Response) => {
    await waitFor(() => expect(waiting).toHaveLength(1));
    waiting.shift()?.(answer as never);
  };
  return { ask, give };
}

const state = (is_on: boolean) => HttpResponse.json({ is_on }) as unknown as Response;

async function account() {
  const [reads, writes, sent] = [gate(), gate(), [] as unknown[]];
  server.use(
    http.get("*/v1/me/personal", reads.ask),
    http.put("*/v1/me/personal", async ({ request }) => {
      sent.push(await request.json());
      return writes.ask();
    }),
  );
  const cache = newQueryClient();
  const open = () =>
    render(
      <QueryClientProvider client={cache}>
        <Personal />
      </QueryClientProvider>,
    );
  const page = open();
  await reads.give(state(true));
  await waitFor(() => expect(box()).toBeChecked());
  return { cache, open, page, reads, writes, sent };
}

const box = () => screen.getByLabelText(LABEL);

test("the switch shows the choice at once, and no answer to an older read", async () => {
  const { cache, open, page, reads, writes } = await account();
  box().click();
  expect(box()).not.toBeChecked(); // before anything else happens
  page.unmount();
  open();
  expect(box()).not.toBeChecked(); // although it is not stored yet, and is read again
  await writes.give(state(false));
  await waitFor(() => expect(cache.isMutating()).toBe(0));
  await reads.give(state(true)); // it was read before
  await waitFor(() => expect(cache.isFetching()).toBe(0));
  expect(box()).not.toBeChecked();
  expect(cache.getQueryData(personalQuery.queryKey)).toEqual({ is_on: false });
});

test("of several choices the last is shown and stored", async () => {
  const { cache, writes, sent } = await account();
  for (let clicks = 0; clicks < 3; clicks++) box().click();
  await writes.give(state(false));
  expect(box()).not.toBeChecked();
  await writes.give(state(true));
  await writes.give(state(false));
  await waitFor(() => expect(cache.isMutating()).toBe(0));
  expect(box()).not.toBeChecked();
  expect(sent).toEqual([{ is_on: false }, { is_on: true }, { is_on: false }]);
});

test("what cannot be stored is taken back and said, and read again", async () => {
  const { reads, writes } = await account();
  box().click();
  await writes.give(problem("internal-error", 500) as unknown as Response);
  expect(await screen.findByRole("alert")).toBeInTheDocument();
  expect(box()).toBeChecked();
  await reads.give(state(true));
});
