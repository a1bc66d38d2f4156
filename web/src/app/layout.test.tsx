import { screen, waitFor } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";
import { openShop } from "@/testing/catalogue";
import { renderAt } from "@/testing/render";

beforeEach(() => {
  openShop();
});

test("the language switch changes every word and is kept", async () => {
  const { user } = renderAt("/studio");
  await screen.findByRole("heading", { level: 1, name: "Outfit studio" });

  await user.selectOptions(screen.getByLabelText("Language"), "Deutsch");

  expect(await screen.findByRole("heading", { level: 1, name: "Outfit-Studio" })).toBeInTheDocument();
  expect(document.documentElement.lang).toBe("de");
  expect(document.documentElement.dir).toBe("ltr");
  expect(localStorage.getItem("deepstyle.language")).toBe("de");
});

test("the theme switch marks the document, and the system's theme unmarks it", async () => {
  const { user } = renderAt("/studio");
  await user.selectOptions(await screen.findByLabelText("Theme"), "Dark");
  expect(document.documentElement.dataset.theme).toBe("dark");
  await user.selectOptions(screen.getByLabelText("Theme"), "System");
  expect(document.documentElement.dataset.theme).toBeUndefined();
});

test("after a change of page the keyboard goes on in the new page", async () => {
  const { user } = renderAt("/no/such/page");
  await user.click(await screen.findByRole("link", { name: "Studio" }));
  await screen.findByRole("heading", { level: 1, name: "Outfit studio" });
  await waitFor(() => expect(screen.getByRole("main")).toHaveFocus());
});

test("an address that does not exist says so", async () => {
  renderAt("/nowhere");
  expect(await screen.findByRole("heading", { level: 1, name: "This page does not exist" })).toBeInTheDocument();
});
