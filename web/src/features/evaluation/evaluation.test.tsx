import { screen } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import { renderAdminAt } from "@/testing/render";
import { server } from "@/testing/server";
import { columnsOf, formatCell, formatDay, headingOf } from "./cells";

const report = {
  name: "search",
  title: "How good is the search?",
  date: "2026-11-23T15:00:00Z",
  command: "deepstyle evaluate search --publish search",
  rows: [{ task: "another colour", queries: 1400, recall_at_10: 0.5925, passed: true, note: null }],
  files: [
    { name: "report.json", media_type: "application/json", url: "/v1/reports/search/report.json" },
    { name: "style-map.png", media_type: "image/png", url: "/v1/reports/search/style-map.png" },
    { name: "index.html", media_type: "text/html", url: "/v1/reports/search/index.html" },
  ],
};

it("shows each report with its figures, pictures, files and command", async () => {
  server.use(http.get("*/v1/reports", () => HttpResponse.json({ reports: [report] })));
  renderAdminAt("/admin/evaluation");
  expect(await screen.findByRole("heading", { name: report.title })).toBeInTheDocument();
  expect(screen.getByText("Measured on November 23, 2026")).toBeInTheDocument();
  expect(screen.getAllByRole("cell").map((cell) => cell.textContent)).toEqual([
    "another colour",
    "1,400",
    "0.593",
    "\u2713",
    "\u2013",
  ]);
  expect(screen.getByAltText(/^Style map, a picture/)).toHaveAttribute("src", "/v1/reports/search/style-map.png");
  expect(screen.getByText(report.command)).toBeInTheDocument();
  expect(screen.getByRole("link", { name: /as a page/ })).toHaveAttribute("href", "/v1/reports/search/index.html");
});

it("is honest where nothing was measured, and names the commands", async () => {
  server.use(http.get("*/v1/reports", () => HttpResponse.json({ reports: [] })));
  renderAdminAt("/admin/evaluation");
  expect(await screen.findByText("Nothing has been measured yet")).toBeInTheDocument();
  expect(screen.getByText(/evaluate search --publish/)).toBeInTheDocument();
});

it("writes cells as each language does", () => {
  expect(formatCell(1234, "de")).toBe("1.234");
  expect(formatCell(0.5, "de")).toBe("0,500");
  expect(formatCell(78.16, "en")).toBe("78.2");
  expect(formatDay("2026-11-23T15:00:00Z", "de")).toBe("23. November 2026");
  expect(formatDay("soon", "en")).toBe("soon");
  expect(headingOf("recall_at_10")).toBe("Recall at 10");
  expect(columnsOf([{ a: 1 }, { b: 2, a: 3 }])).toEqual(["a", "b"]);
});
