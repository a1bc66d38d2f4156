import { screen } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";
import { openShop } from "@/testing/catalogue";
import { renderAt } from "@/testing/render";

beforeEach(() => {
  openShop();
  document.head.innerHTML = `<meta charset="utf-8" /><title>Studio · shop</title>
    <link rel="canonical" href="/studio" data-page /><meta property="og:site_name" content="shop" data-page />`;
});

test("what the head says of the first page goes with it", async () => {
  const { user } = renderAt("/studio");
  await screen.findByRole("heading", { level: 1, name: "Outfit studio" });
  expect(document.head.querySelector("[rel=canonical]")).toBeInTheDocument();
  await user.click(screen.getByRole("link", { name: "deepstyle" }));
  expect(document.head.querySelector("[data-page]")).not.toBeInTheDocument();
  expect([...document.head.querySelectorAll("title")].at(-1)).toHaveTextContent("shop");
  expect(document.head.querySelector("meta")).toBeInTheDocument();
});
