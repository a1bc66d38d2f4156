import "@testing-library/jest-dom/vitest";
import { cleanup } from "@testing-library/react";
import { afterAll, afterEach, beforeAll, beforeEach, vi } from "vitest";
import { server } from "./server";

// What jsdom lacks.
class NoObserver {
  observe() {}
  unobserve() {}
  disconnect() {}
}
vi.stubGlobal("ResizeObserver", NoObserver);
vi.stubGlobal("IntersectionObserver", NoObserver);
Object.defineProperties(globalThis, {
  ResizeObserver: { value: NoObserver, writable: true, configurable: true },
  IntersectionObserver: { value: NoObserver, writable: true, configurable: true },
  scrollTo: { value: () => {}, writable: true, configurable: true },
});
URL.createObjectURL = () => "blob:photo";
URL.revokeObjectURL = () => {};

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
beforeEach(() => {
  localStorage.clear();
  document.documentElement.lang = "en";
  delete document.documentElement.dataset.theme;
});
afterEach(() => {
  cleanup();
  server.resetHandlers();
});
afterAll(() => server.close());
