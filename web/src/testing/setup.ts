import "@testing-library/jest-dom/vitest";
import { cleanup, configure } from "@testing-library/react";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { server } from "./server";

// Test files share one page, which each test gets as if it were new: a page for each file takes twice the time.

// Missing in jsdom.
class NoObserver {
  observe() {}
  unobserve() {}
  disconnect() {}
}
/** A screen of 1440 px. */
function wideScreen(query: string) {
  return { matches: query.includes("width >= 64rem"), addEventListener() {}, removeEventListener() {} };
}
Object.defineProperties(globalThis, {
  ResizeObserver: { value: NoObserver, writable: true, configurable: true },
  IntersectionObserver: { value: NoObserver, writable: true, configurable: true },
  matchMedia: { value: wideScreen, writable: true, configurable: true },
  scrollTo: { value: () => {}, writable: true, configurable: true },
});
URL.createObjectURL = () => "blob:photo";
URL.revokeObjectURL = () => {};

configure({ asyncUtilTimeout: 10_000 }); // a busy machine is not a failure

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  history.replaceState(null, "", "/");
  document.documentElement.lang = "en";
  delete document.documentElement.dataset.theme;
});
afterEach(() => {
  cleanup();
  server.resetHandlers();
  for (const stub of ["share", "clipboard"]) Reflect.deleteProperty(navigator, stub); // jsdom has neither
});
afterAll(() => server.close());
