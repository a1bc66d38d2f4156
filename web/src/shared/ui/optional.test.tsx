import { render, screen } from "@testing-library/react";
import { Suspense } from "react";
import { expect, test, vi } from "vitest";
import { optional } from "./optional";

const loaded = { default: () => <p>part</p> };

function page(Part: ReturnType<typeof optional>) {
  return (
    <>
      <h1>page</h1>
      <Suspense fallback={<p>waiting</p>}>
        <Part />
      </Suspense>
    </>
  );
}

test("a part whose script fails once is loaded again", async () => {
  const load = vi.fn().mockRejectedValueOnce(new Error("503")).mockResolvedValue(loaded);
  render(page(optional(load, 0)));
  expect(await screen.findByText("part")).toBeVisible();
  expect(load).toHaveBeenCalledTimes(2);
});

test("the page goes on without a part whose script cannot be loaded", async () => {
  render(page(optional(() => Promise.reject(new Error("503")), 0)));
  await vi.waitFor(() => expect(screen.queryByText("waiting")).toBeNull());
  expect(screen.getByText("page")).toBeVisible();
});
