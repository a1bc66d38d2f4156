import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { BATCH, MOST, newBeacon, type Outcome, type SiteEvent } from "./beacon";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const event = (id: number): SiteEvent =>
  ({ event_id: `event-${id}`, action_name: "click", timestamp_us: id }) as SiteEvent;
const idsOf = (calls: { events: { event_id: string }[] }[][]) =>
  calls.map(([batch]) => batch?.events.map((one) => one.event_id));

test("events wait for each other and are sent together", async () => {
  const send = vi.fn(async (): Promise<Outcome> => "done");
  const beacon = newBeacon("visit", send as never);
  beacon.add(event(1));
  beacon.add(event(2));
  expect(send).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(5000);
  expect(idsOf(send.mock.calls as never)).toEqual([["event-1", "event-2"]]);
  await vi.advanceTimersByTimeAsync(100_000);
  expect(send).toHaveBeenCalledTimes(1);
});

test("what the server did not take is sent again with the same ids, later each time", async () => {
  const send = vi.fn(async (): Promise<Outcome> => "again");
  const beacon = newBeacon("visit", send as never);
  beacon.add(event(1));
  await vi.advanceTimersByTimeAsync(200_000);
  const tries = send.mock.calls.length;
  expect(tries).toBeGreaterThan(3);
  expect(tries).toBeLessThan(10);
  expect(new Set(idsOf(send.mock.calls as never).flat())).toEqual(new Set(["event-1"]));
  send.mockResolvedValue("done");
  await vi.advanceTimersByTimeAsync(200_000);
  expect(send).toHaveBeenCalledTimes(tries + 1);
});

test("the queue is bounded, and a batch too", async () => {
  const send = vi.fn(async (): Promise<Outcome> => "done");
  const beacon = newBeacon("visit", send as never);
  for (let id = 0; id < MOST + 7; id++) beacon.add(event(id));
  await vi.advanceTimersByTimeAsync(1_000_000);
  const sent = idsOf(send.mock.calls as never);
  expect(sent.every((ids) => (ids?.length ?? 0) <= BATCH)).toBe(true);
  expect(sent.flat()).toHaveLength(MOST);
  expect(sent.flat()[0]).toBe("event-7");
});

test("a page that is closed sends the rest, and one that ends to measure sends nothing", async () => {
  const send = vi.fn(async (): Promise<Outcome> => "done");
  const sendLast = vi.fn(() => true);
  const beacon = newBeacon("visit", send as never, sendLast as never);
  beacon.add(event(1));
  beacon.leave();
  expect(idsOf(sendLast.mock.calls as never)).toEqual([["event-1"]]);
  beacon.add(event(2));
  beacon.stop();
  await vi.advanceTimersByTimeAsync(100_000);
  expect(send).not.toHaveBeenCalled();
});
