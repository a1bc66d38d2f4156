import { screen } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { beforeEach, expect, test } from "vitest";
import { openShop } from "@/testing/catalogue";
import { product } from "@/testing/products";
import { renderAt } from "@/testing/render";
import { problem, server } from "@/testing/server";

beforeEach(() => {
  openShop();
});

test("the page says that it stands in for a shop's, shows the product and leads back", async () => {
  server.use(http.get("*/v1/items/:id", () => HttpResponse.json(product())));
  renderAt("/demo-shop/boots-1");
  expect(await screen.findByRole("heading", { level: 1 })).toHaveTextContent("Here your shop's product page opens");
  expect(screen.getByText(/Nothing is for sale here/)).toBeInTheDocument();
  expect(await screen.findByRole("heading", { level: 2, name: "Leather ankle boots" })).toBeInTheDocument();
  expect(screen.getByText("€129.00")).toBeInTheDocument();
  expect(screen.getByRole("link", { name: "Back to the product" })).toHaveAttribute("href", "/item/boots-1");
});

test("a product that is gone is said to be gone", async () => {
  server.use(http.get("*/v1/items/:id", () => problem("unknown-item", 404)));
  renderAt("/demo-shop/boots-1");
  expect(await screen.findByText("This item is not in the shop")).toBeInTheDocument();
});
