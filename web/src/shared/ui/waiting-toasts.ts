/** The messages that wait for the list that shows them, which is loaded later than the page. */
type Action = { readonly text: string; readonly onClick: () => void };
type Message = { readonly title: string; readonly action: Action | undefined };

const waiting: Message[] = [];
const listeners = new Set<() => void>();

/** A message with an `action` stays until it is taken. */
export function showToast(title: string, action?: Action): void {
  waiting.push({ title, action });
  for (const listener of listeners) listener();
}

export function onToast(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** All that wait; they wait no longer. */
export function takeToasts(): Message[] {
  return waiting.splice(0);
}
