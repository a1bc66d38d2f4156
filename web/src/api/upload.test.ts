import { HttpResponse, http } from "msw";
import { expect, test } from "vitest";
import { problem, server } from "@/testing/server";
import { answer, client, toForm } from "./client";
import { ApiError } from "./problems";

const photo = new File(["pixels"], "look.jpg", { type: "image/jpeg" });

function search(signal?: AbortSignal) {
  return answer(
    client.POST("/v1/search", { body: { image: photo, k: 5 }, bodySerializer: toForm, ...(signal && { signal }) }),
  );
}

test("a photo arrives with its fields, and the answer with its headers", async () => {
  server.use(
    http.post("*/v1/search", async ({ request }) => {
      const form = await request.formData();
      return HttpResponse.json({ results: [], k: form.get("k"), type: (form.get("image") as File).type });
    }),
  );
  expect(await search()).toEqual({ results: [], k: "5", type: "image/jpeg" });
  server.use(http.post("*/v1/search", () => problem("not-ready", 503, { "Retry-After": "7" })));
  await expect(search()).rejects.toMatchObject({ kind: "warming-up", retryAfterS: 7 });
});

test("an upload that fails or is cancelled says which", async () => {
  server.use(http.post("*/v1/search", () => HttpResponse.error()));
  await expect(search()).rejects.toBeInstanceOf(ApiError);
  const given = new AbortController();
  server.use(http.post("*/v1/search", () => new Promise<never>(() => given.abort())));
  await expect(search(given.signal)).rejects.toMatchObject({ name: "AbortError" });
  await expect(search(AbortSignal.abort())).rejects.toMatchObject({ name: "AbortError" });
});
