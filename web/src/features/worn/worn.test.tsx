import { screen, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { beforeEach, expect, test } from "vitest";
import { GARMENTS, openShop } from "@/testing/catalogue";
import { product, results } from "@/testing/products";
import { renderAt } from "@/testing/render";
import { problem, server } from "@/testing/server";

/** A regular expression, because a colon in a path would name a parameter. */
const SHOP = /\/v1\/looks:shop$/;
const ROW = { calibrated: true, is_good_match: true };
const BUDGET = 200;

let asked: FormData[];

/** The server's lines; every one is cut in the middle, as a network may do. */
function answering(...lines: object[]) {
  server.use(
    http.post(SHOP, async ({ request }) => {
      asked.push(await request.formData());
      const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
      const parts = text.match(/[\s\S]{1,97}/g) ?? [];
      const stream = new ReadableStream({
        start(controller) {
          for (const part of parts) controller.enqueue(new TextEncoder().encode(part));
          controller.close();
        },
      });
      return new HttpResponse(stream, { headers: { "Content-Type": "application/x-ndjson" } });
    }),
  );
}

beforeEach(() => {
  openShop();
  asked = [];
});

async function shopTheLook() {
  const site = renderAt("/shop-the-look");
  const file = new File(["pixels"], "look.jpg", { type: "image/jpeg" });
  await site.user.upload(await screen.findByTestId("photo-file"), file);
  return site;
}

test("every garment has a row of products, and the cart one of each with their sum", async () => {
  const top = product({ item_id: "top", title: "Ecru shirt", price: 59 });
  answering(
    GARMENTS,
    { garment: 0, results: results(3), ...ROW },
    { garment: 1, results: results(2), ...ROW, is_good_match: false },
    {
      cart: {
        pieces: [
          { garment: 0, item: top, similarity: 0.8, missing: null },
          { garment: 1, item: null, similarity: null, missing: "over_budget" },
        ],
        total: 59,
        currency: "EUR",
        budget: BUDGET,
        worn_by: "women",
      },
    },
  );
  const { user, router } = await shopTheLook();
  const tops = within(await screen.findByRole("list", { name: "Tops" }));
  expect(tops.getAllByRole("article")).toHaveLength(3);
  expect(screen.getByText("Nothing here is very similar. These come nearest.")).toBeInTheDocument();
  const cart = within(await screen.findByRole("region", { name: "The look" }));
  expect(cart.getByRole("link", { name: "Ecru shirt" })).toHaveAttribute("href", "/item/top");
  expect(cart.getByText("Not within this budget.")).toBeInTheDocument();
  expect(cart.getByRole("status")).toHaveTextContent("Together €59.00");

  await user.type(screen.getByRole("spinbutton", { name: "Budget for all, EUR" }), `${BUDGET}{Enter}`);
  await screen.findByDisplayValue(String(BUDGET));
  expect(router.state.location.href).toBe(`/shop-the-look?budget=${BUDGET}`);
  expect(await screen.findByRole("region", { name: "The look" })).toBeInTheDocument();
  expect(asked.map((form) => form.get("budget"))).toEqual([null, String(BUDGET)]);
});

test("what fails after the first line is said below what came", async () => {
  answering(GARMENTS, { garment: 0, results: results(3), ...ROW }, { error: { status: 500, request_id: "r9" } });
  await shopTheLook();
  expect(await screen.findByRole("alert")).toHaveTextContent("mention the code r9");
  expect(screen.getByRole("list", { name: "Tops" })).toBeInTheDocument();
});

test("a connection that breaks off is said below what came", async () => {
  const first = new TextEncoder().encode(`${JSON.stringify(GARMENTS)}\n`);
  const stream = () =>
    new ReadableStream({
      start: (controller) => controller.enqueue(first),
      pull: (controller) => controller.error(new TypeError("network error")),
    });
  server.use(http.post(SHOP, () => new HttpResponse(stream())));
  await shopTheLook();
  expect(await screen.findByRole("alert")).toHaveTextContent("The shop cannot be reached");
});

test("a photo that the server refuses is explained", async () => {
  server.use(http.post(SHOP, () => problem("broken-image", 422)));
  await shopTheLook();
  expect(await screen.findByRole("alert")).toHaveTextContent("This picture cannot be opened");
});

test("a photo without a person says so", async () => {
  answering(
    { garments: [], people: 0 },
    { cart: { pieces: [], total: 0, currency: "EUR", budget: null, worn_by: "" } },
  );
  await shopTheLook();
  expect(await screen.findByText("No garments found")).toBeInTheDocument();
});
