/** The messages that wait for the list that shows them, which is loaded later than the page. */
const waiting: string[] = [];
const listeners = new Set<() => void>();

export function showToast(title: string): void {
  waiting.push(title);
  for (const listener of listeners) listener();
}

export function onToast(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** All that wait; they wait no longer. */
export function takeToasts(): string[] {
  return waiting.splice(0);
}
