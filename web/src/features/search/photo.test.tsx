import { fireEvent, screen, waitFor } from "@testing-library/react";
import { beforeEach, describe, expect, test } from "vitest";
import { type Asked, openShop } from "@/testing/catalogue";
import { renderAt } from "@/testing/render";

let asked: Asked;
beforeEach(() => {
  asked = openShop();
});

const SIMILAR = { level: 1, name: "Most similar to your photo" };

async function searchWithPhoto() {
  const site = renderAt("/");
  const file = new File(["pixels"], "look.jpg", { type: "image/jpeg" });
  await site.user.upload(await screen.findByTestId("photo-file"), file);
  await screen.findByRole("heading", SIMILAR);
  return site;
}

describe("a photo", () => {
  test("is an entry of the history: Back leaves it, Forward comes again", async () => {
    const { router } = await searchWithPhoto();
    expect(router.state.location.href).toBe("/?photo=1");
    router.history.back();
    expect(await screen.findByRole("link", { name: "Back to your photo" })).toHaveAttribute("href", "/?photo=1");
    router.history.forward();
    expect(await screen.findByRole("heading", SIMILAR)).toBeInTheDocument();
  });

  test("is searched with where it is pasted, on pages of words too, but once", async () => {
    const { router } = renderAt("/?text=boots");
    await screen.findByRole("heading", { level: 1, name: "Results for “boots”" });
    const file = new File(["pixels"], "pasted.png", { type: "image/png" });
    fireEvent.paste(document, { clipboardData: { files: [file] } });
    await screen.findByRole("heading", SIMILAR);
    expect(router.state.location.href).toBe("/?photo=1");
    await waitFor(() => expect(asked.searches).toHaveLength(1));
    fireEvent.paste(document, { clipboardData: { files: [file] } });
    await waitFor(() => expect(asked.searches).toHaveLength(2));
  });

  test("is removed from the tab at a click", async () => {
    const { user, router } = await searchWithPhoto();
    await waitFor(() => expect(sessionStorage).toHaveLength(1));
    await user.click(screen.getByRole("button", { name: "Remove photo" }));
    await waitFor(() => expect(router.state.location.href).toBe("/"));
    expect(sessionStorage).toHaveLength(0);
    expect(screen.queryByRole("link", { name: "Back to your photo" })).not.toBeInTheDocument();
  });

  test("is there after a reload, and asked for again where the tab has none", async () => {
    const { unmount } = await searchWithPhoto();
    await waitFor(() => expect(sessionStorage).toHaveLength(1));
    unmount();
    const { unmount: unmountAgain } = renderAt("/?photo=1");
    expect(await screen.findByRole("heading", SIMILAR)).toBeInTheDocument();
    unmountAgain();
    sessionStorage.clear();
    renderAt("/?photo=1");
    expect(await screen.findByText(/Choose it again to continue/)).toBeInTheDocument();
  });

  test("shows its garments as buttons, each of which searches with its part", async () => {
    const { user } = await searchWithPhoto();
    expect(await screen.findByRole("button", { name: "Whole photo", pressed: true })).toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Shoes" }));
    await waitFor(() => expect(asked.searches.at(-1)?.get("crop")).toBe("0.3,0.85,0.4,0.1"));
    expect(screen.getByRole("button", { name: "Shoes", pressed: true })).toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Whole photo" }));
    expect(screen.getByRole("button", { name: "Whole photo", pressed: true })).toBeInTheDocument();
  });

  test("is sent with the words that say what should be different", async () => {
    const { user, router } = await searchWithPhoto();
    await user.type(screen.getByRole("textbox", { name: "Refine in words" }), "but red{Enter}");
    await waitFor(() => expect(asked.searches.at(-1)?.get("text")).toBe("but red"));
    expect(asked.searches.at(-1)?.get("image")).not.toBeNull();
    expect(router.state.location.href).toBe("/?photo=1&text=but+red");
  });
});
